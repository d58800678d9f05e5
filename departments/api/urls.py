from django.urls import path

from departments.api.views import TaskList, TaskOne, TaskTransitions

urlpatterns = [
    path("tasks", TaskList.as_view(), name="api_tasks"),
    path("tasks/<uuid:task_id>", TaskOne.as_view(), name="api_task"),
    path("tasks/<uuid:task_id>/transitions", TaskTransitions.as_view(), name="api_task_act"),
]
