"""Addresses of the desk."""

from django.urls import path

from desk.views import cases, inbox, reveal, tasks

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("tasks/", tasks.task_list, name="tasks"),
    path("tasks/new/", tasks.task_new, name="task_new"),
    path("tasks/<uuid:task_id>/", tasks.task, name="task"),
    path("tasks/<uuid:task_id>/act/", tasks.task_act, name="task_act"),
    path("cases/", cases.case_list, name="cases"),
    path("cases/<uuid:case_id>/", cases.case, name="case"),
    path(
        "cases/<uuid:case_id>/records/<uuid:record_id>/reveal/",
        reveal.reveal_record,
        name="reveal_record",
    ),
]
