from django.urls import path

from risk.api import views, warnings

urlpatterns = [
    path("incidents", views.IncidentsView.as_view(), name="api_incidents"),
    path("incidents/<str:key>", views.IncidentView.as_view(), name="api_incident"),
    path("subjects", views.SubjectsView.as_view(), name="api_subjects"),
    path("subjects/<str:key>", views.SubjectView.as_view(), name="api_subject"),
    path("cases", views.CasesView.as_view(), name="api_cases"),
    path("cases/<str:key>", views.CaseView.as_view(), name="api_case"),
    path("alerts", views.AlertsView.as_view(), name="api_alerts"),
    path("warnings", warnings.WarningsView.as_view(), name="api_warnings"),
    path("warnings/<str:key>", warnings.WarningView.as_view(), name="api_warning"),
]
