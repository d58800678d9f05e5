"""Addresses of reports under /api/v1/."""

from django.urls import path

from reports.api.views import CollaborationView

urlpatterns = [
    path("reports/collaboration", CollaborationView.as_view(), name="api_report_collaboration")
]
