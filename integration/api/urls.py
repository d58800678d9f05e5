"""Addresses of receiving and reading, below /api/v1/."""

from django.urls import path

from integration.api.deliveries import (
    DeliveriesView,
    DeliveryView,
    HeartbeatView,
    ProblemsView,
)
from integration.api.quality import DeliveryQualityView, FeedQualityView
from integration.api.quarantine import (
    DiscardManyView,
    DiscardView,
    QuarantineView,
    RawRowView,
    ReleaseManyView,
    ReleaseView,
)
from integration.api.reconciliation import ReconciliationView
from integration.api.records import (
    RecordsExportView,
    RecordsView,
    RecordView,
    RevealView,
    VersionsView,
)

urlpatterns = [
    path("feeds/<str:feed>/deliveries", DeliveriesView.as_view(), name="feed_deliveries"),
    path("feeds/<str:feed>/heartbeat", HeartbeatView.as_view(), name="feed_heartbeat"),
    path(
        "feeds/<str:feed>/reconciliation",
        ReconciliationView.as_view(),
        name="feed_reconciliation",
    ),
    path("feeds/<str:feed>/quality", FeedQualityView.as_view(), name="api_feed_quality"),
    path("deliveries/<str:id>", DeliveryView.as_view(), name="delivery"),
    path("deliveries/<str:id>/problems", ProblemsView.as_view(), name="delivery_problems"),
    path("deliveries/<str:id>/quality", DeliveryQualityView.as_view(), name="delivery_quality"),
    path("quarantine", QuarantineView.as_view(), name="api_quarantine"),
    path("quarantine/release", ReleaseManyView.as_view(), name="api_release_many"),
    path("quarantine/discard", DiscardManyView.as_view(), name="api_discard_many"),
    path("quarantine/<str:id>", RawRowView.as_view(), name="api_quarantined_row"),
    path("quarantine/<str:id>/release", ReleaseView.as_view(), name="quarantine_release"),
    path("quarantine/<str:id>/discard", DiscardView.as_view(), name="quarantine_discard"),
    path("records", RecordsView.as_view(), name="records"),
    path("records/export", RecordsExportView.as_view(), name="records_export"),
    path("records/<str:id>", RecordView.as_view(), name="record"),
    path("records/<str:id>/versions", VersionsView.as_view(), name="record_versions"),
    path("records/<str:id>/reveal", RevealView.as_view(), name="record_reveal"),
]
