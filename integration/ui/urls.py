"""Addresses of the pages of records, feeds and quarantined rows."""

from django.urls import path

from integration.ui.views import (
    bulk,
    datastreams,
    feeds,
    pulls,
    push,
    quality,
    quarantine,
    records,
    versions,
    workshop,
    workshop_bench,
    workshop_gate,
)

urlpatterns = [
    path("records/", records.record_list, name="record_list"),
    path("records/export/<str:form>/", records.record_export, name="record_export"),
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
    path("feeds/connect/", workshop.drafts, name="connect"),
    path("feeds/connect/new/", workshop.new, name="connect_new"),
    path("feeds/connect/start/", workshop.start, name="connect_start"),
    path("feeds/connect/<uuid:draft_id>/", workshop_bench.bench, name="connect_bench"),
    path("feeds/connect/<uuid:draft_id>/sample/", workshop.sample, name="connect_sample"),
    path(
        "feeds/connect/<uuid:draft_id>/document/", workshop_bench.document, name="connect_document"
    ),
    path("feeds/connect/<uuid:draft_id>/compare/", workshop_bench.compare, name="connect_compare"),
    path("feeds/connect/<uuid:draft_id>/follow/", workshop_bench.follow, name="connect_follow"),
    path("feeds/connect/<uuid:draft_id>/gate/", workshop_gate.gate, name="connect_gate"),
    path("feeds/connect/<uuid:draft_id>/on/", workshop_gate.switch_on, name="connect_on"),
    path("feeds/connect/<uuid:draft_id>/discard/", workshop.discard, name="connect_discard"),
    path("feeds/<str:key>/", feeds.feed, name="feed"),
    path("feeds/<str:key>/datastreams/", datastreams.datastreams, name="feed_datastreams"),
    path("feeds/<str:key>/push/", push.push, name="feed_push"),
    path("feeds/<str:key>/pull/", pulls.pull, name="feed_pull"),
    path("feeds/<str:key>/pull/set-up/", pulls.pull_set_up, name="feed_pull_set_up"),
    path("feeds/<str:key>/pull/now/", pulls.pull_now, name="feed_pull_now"),
    path("feeds/<str:key>/pull/switch/", pulls.pull_switch, name="feed_pull_switch"),
    path("feeds/<str:key>/quality/", quality.feed_quality, name="feed_quality"),
    path("feeds/<str:key>/versions/", versions.versions, name="feed_versions"),
    path("feeds/<str:key>/versions/<int:version>/", versions.roll_back, name="feed_roll_back"),
    path("feeds/<str:key>/switch/", versions.switch, name="feed_switch"),
    path("feeds/<str:key>/key/", versions.partner_key, name="feed_key"),
]
