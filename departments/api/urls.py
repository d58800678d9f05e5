from django.urls import path

from departments.api.views import TaskList, TaskOne, TaskTransitions

urlpatterns = [
    path("tasks", TaskList.as_view(), name="api_tasks"),
    path("tasks/<str:task_id>", TaskOne.as_view(), name="api_task"),
    path("tasks/<str:task_id>/transitions", TaskTransitions.as_view(), name="api_task_act"),
]
