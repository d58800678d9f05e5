"""Addresses of the report pages."""

from django.urls import path

from reports.ui.views import collaboration

urlpatterns = [path("reports/collaboration/", collaboration, name="report_collaboration")]
