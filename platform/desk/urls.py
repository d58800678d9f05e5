"""Addresses of the desk."""

from django.urls import path

from desk.views import cases, city_map, inbox, records, reveal, tasks, warnings

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("tasks/", tasks.task_list, name="tasks"),
    path("tasks/new/", tasks.task_new, name="task_new"),
    path("tasks/<uuid:task_id>/", tasks.task, name="task"),
    path("tasks/<uuid:task_id>/act/", tasks.task_act, name="task_act"),
    path("cases/", cases.case_list, name="cases"),
    path("cases/<uuid:case_id>/", cases.case, name="case"),
    path("records/<uuid:record_id>/", records.record, name="record_page"),
    path("map/", city_map.city_map, name="map"),
    path("map/points.json", city_map.map_points, name="map_points"),
    path("warnings/", warnings.warning_list, name="warnings"),
    path("warnings/<uuid:warning_id>/", warnings.warning, name="warning"),
    path(
        "cases/<uuid:case_id>/records/<uuid:record_id>/reveal/",
        reveal.reveal_record,
        name="reveal_record",
    ),
]
