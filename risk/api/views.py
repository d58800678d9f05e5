"""`/incidents`, `/subjects`, `/cases`, `/alerts`: lists by keyset, single objects, one report."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import viewer_of_request
from accounts.domain.viewer import Viewer
from restapi import pages
from restapi.reading import flag, object_id
from risk.api import shapes
from risk.api.serializers import IncidentReport
from risk.selectors import (
    alerts_visible_to,
    case_detail,
    cases_visible_to,
    incident_detail,
    incidents_visible_to,
    narrow,
    subject_detail,
    subjects_visible_to,
)
from risk.services import report_incident

Method = TypeVar("Method", bound=Callable[..., Any])
_TIMES = ("since", "until")
_OBJECT = OpenApiTypes.OBJECT


@dataclass(frozen=True)
class Listing:
    """A list: its rows for a viewer, their order column, filters (name → column) and shape."""

    rows: Callable[[Viewer, bool], QuerySet[Any]]
    time: str
    filters: Mapping[str, str]
    show: Callable[[Any], dict[str, Any]]

    def answer(self, request: Request) -> Response:
        """One page."""
        query = pages.allowed(request.query_params.dict(), (*self.filters, *_TIMES, "exercise"))
        rows = self.rows(viewer_of_request(request), bool(flag(query, "exercise")))
        page = pages.newest_first(
            narrow(rows, query, columns=self.filters, time=self.time),
            column=self.time,
            cursor=query.get("cursor"),
            limit=pages.read_limit(query.get("limit")),
        )
        kept = {name: value for name, value in query.items() if name != "cursor"}
        url = request.build_absolute_uri(request.path)
        return Response(pages.answer(page, url=url, query=kept, show=self.show))


def _documented(name: str, listing: Listing) -> Callable[[Method], Method]:
    """The parameters of a list as OpenAPI tells them, under a name of its own."""
    names = (*listing.filters, *_TIMES, "exercise", "limit", "cursor")
    documented: Callable[[Method], Method] = extend_schema(
        operation_id=f"{name}_list",
        parameters=[OpenApiParameter(one, str) for one in names],
        responses={200: _OBJECT},
    )
    return documented


INCIDENTS = Listing(
    rows=lambda viewer, exercise: incidents_visible_to(viewer, exercise=exercise),
    time="last_at",
    filters={name: name for name in ("district", "grid", "family", "category", "origin")},
    show=shapes.incident_shape,
)
CASES = Listing(
    rows=lambda viewer, exercise: cases_visible_to(viewer, exercise=exercise),
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

    @_documented("incidents", INCIDENTS)
    def get(self, request: Request) -> Response:
        return INCIDENTS.answer(request)

    @extend_schema(request=IncidentReport, responses={201: _OBJECT})
    def post(self, request: Request) -> Response:
        given = IncidentReport(data=request.data)
        given.is_valid(raise_exception=True)
        incident = report_incident(viewer=viewer_of_request(request), report=given.report())
        return Response(shapes.incident_shape(incident), 201)


class CasesView(APIView):
    """Risk cases, the latest evidence first."""

    @_documented("cases", CASES)
    def get(self, request: Request) -> Response:
        return CASES.answer(request)


class AlertsView(APIView):
    """Alerts, the newest first."""

    @_documented("alerts", ALERTS)
    def get(self, request: Request) -> Response:
        return ALERTS.answer(request)


class SubjectsView(APIView):
    """Risk points, the newest first."""

    @_documented("subjects", SUBJECTS)
    def get(self, request: Request) -> Response:
        return SUBJECTS.answer(request)


@dataclass(frozen=True)
class Reading:
    """How one object is read for a viewer, and shown."""

    read: Callable[[Viewer, UUID], Any]
    show: Callable[[Any], dict[str, Any]]


class _OneView(APIView):
    """One object with all that belongs to it."""

    reading: ClassVar[Reading]

    @extend_schema(responses={200: _OBJECT})
    def get(self, request: Request, key: str) -> Response:
        found = self.reading.read(viewer_of_request(request), object_id(key))
        return Response(self.reading.show(found))


class IncidentView(_OneView):
    """An incident with its records."""

    reading = Reading(incident_detail, shapes.incident_detail_shape)


class CaseView(_OneView):
    """A case with its assessment, incidents, parties and alerts."""

    reading = Reading(case_detail, shapes.case_detail_shape)


class SubjectView(_OneView):
    """A subject with its records and cases."""

    reading = Reading(subject_detail, shapes.subject_detail_shape)
