"""Addresses of the report pages."""

from django.urls import path
from django.views.generic import RedirectView

from reports.ui.views import collaboration, quality

urlpatterns = [
    path("reports/", RedirectView.as_view(pattern_name="report_collaboration"), name="reports"),
    path("reports/collaboration/", collaboration, name="report_collaboration"),
    path("reports/quality/", quality, name="report_quality"),
]
