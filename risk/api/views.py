"""`/incidents`, `/subjects`, `/cases`, `/alerts`: lists by keyset, single objects, one report."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import viewer_of_request
from risk.api import shapes
from risk.api.listing import OBJECT, Listing, OneView, Reading, documented
from risk.api.serializers import IncidentReport
from risk.selectors import (
    alerts_visible_to,
    case_detail,
    cases_listed_to,
    incident_detail,
    incidents_visible_to,
    subject_detail,
    subjects_visible_to,
)
from risk.services import report_incident

INCIDENTS = Listing(
    rows=lambda viewer, exercise: incidents_visible_to(viewer, exercise=exercise),
    time="last_at",
    filters={name: name for name in ("district", "grid", "family", "category", "origin")},
    show=shapes.incident_shape,
)
CASES = Listing(
    rows=lambda viewer, exercise: cases_listed_to(viewer, exercise=exercise),
    time="last_at",
    filters={
        "district": "district",
        "grid": "grid",
        "family": "family",
        "state": "state",
        "level": "risk_level",
    },
    show=shapes.case_shape,
)
ALERTS = Listing(
    rows=lambda viewer, exercise: alerts_visible_to(viewer, exercise=exercise),
    time="opened_at",
    filters={
        "district": "district",
        "family": "family",
        "state": "state",
        "level": "risk_level",
        "source_kind": "source_kind",
    },
    show=shapes.alert_shape,
)
SUBJECTS = Listing(
    rows=lambda viewer, exercise: subjects_visible_to(viewer),
    time="created_at",
    filters={name: name for name in ("district", "grid", "kind")},
    show=shapes.subject_shape,
)


class IncidentsView(APIView):
    """Incidents, the latest first; a report by hand."""

    @documented("incidents", INCIDENTS)
    def get(self, request: Request) -> Response:
        return INCIDENTS.answer(request)

    @extend_schema(request=IncidentReport, responses={201: OBJECT})
    def post(self, request: Request) -> Response:
        given = IncidentReport(data=request.data)
        given.is_valid(raise_exception=True)
        incident = report_incident(viewer=viewer_of_request(request), report=given.report())
        return Response(shapes.incident_shape(incident), 201)


class CasesView(APIView):
    """Risk cases, the latest evidence first."""

    @documented("cases", CASES)
    def get(self, request: Request) -> Response:
        return CASES.answer(request)


class AlertsView(APIView):
    """Alerts, the newest first."""

    @documented("alerts", ALERTS)
    def get(self, request: Request) -> Response:
        return ALERTS.answer(request)


class SubjectsView(APIView):
    """Risk points, the newest first."""

    @documented("subjects", SUBJECTS)
    def get(self, request: Request) -> Response:
        return SUBJECTS.answer(request)


class IncidentView(OneView):
    """An incident with its records."""

    reading = Reading(incident_detail, shapes.incident_detail_shape)


class CaseView(OneView):
    """A case with its assessment, incidents, parties and alerts."""

    reading = Reading(case_detail, shapes.case_detail_shape)


class SubjectView(OneView):
    """A subject with its records and cases."""

    reading = Reading(subject_detail, shapes.subject_detail_shape)
