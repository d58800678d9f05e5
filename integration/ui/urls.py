"""Addresses of the pages of records, feeds and quarantined rows."""

from django.urls import path

from integration.ui.views import bulk, feeds, quarantine, records

urlpatterns = [
    path("records/", records.record_list, name="record_list"),
    path("feeds/", feeds.feeds, name="feeds"),
    path("feeds/quarantine/", quarantine.waiting, name="quarantine"),
    path("feeds/quarantine/settled/", quarantine.settled, name="quarantine_settled"),
    path("feeds/quarantine/many/", bulk.many, name="quarantine_many"),
    path("feeds/quarantine/<uuid:problem_id>/", quarantine.row, name="quarantined_row"),
    path(
        "feeds/quarantine/<uuid:problem_id>/discard/",
        quarantine.discard_row,
        name="discard_row",
    ),
    path("feeds/<str:key>/", feeds.feed, name="feed"),
]
