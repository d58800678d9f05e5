"""Addresses of reports under /api/v1/."""

from django.urls import path

from reports.api.views import CollaborationView, QualityView

urlpatterns = [
    path("reports/collaboration", CollaborationView.as_view(), name="api_report_collaboration"),
    path("reports/quality", QualityView.as_view(), name="api_report_quality"),
]
