"""Reports at the REST door."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import viewer_of_request
from city.selectors import name
from core.errors import BadInput
from core.words import N_
from departments.domain.measures import Measures
from integration.domain.quality import DIMENSIONS
from reports.selectors import collaboration_report, quality_report
from restapi import pages

_RATES = (
    "sign_rate",
    "sign_in_time_rate",
    "feedback_rate",
    "feedback_in_time_rate",
    "waiting_rate",
    "return_rate",
    "rework_rate",
    "mean_hours",
)


def _row(row: Measures) -> dict[str, Any]:
    rates = {rate: _number(getattr(row, rate)) for rate in _RATES}
    return {**asdict(row.counts), **rates}


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


_PERIOD = [
    OpenApiParameter("from", OpenApiTypes.DATE, description="first day"),
    OpenApiParameter("to", OpenApiTypes.DATE, description="last day, included"),
    OpenApiParameter("format", str, enum=["json"]),
]


def _query(request: Request) -> dict[str, str]:
    """The first and last day asked for; BadInput ``unsupported_format``."""
    query = pages.allowed(request.query_params.dict(), ("from", "to", "format"), paged=False)
    if query.get("format", "json") != "json":
        raise BadInput("unsupported_format", N_("This report is served as json."), status=422)
    return {"first": query.get("from", ""), "last": query.get("to", "")}


class CollaborationView(APIView):
    """Who led, supported, signed for and handled in time."""

    @extend_schema(
        operation_id="report_collaboration", parameters=_PERIOD, responses=OpenApiTypes.OBJECT
    )
    def get(self, request: Request) -> Response:
        report = collaboration_report(viewer_of_request(request), **_query(request))
        rows = [
            {"organisation": row.organisation, "name": name(row), **_row(row)}
            for row in report.rows
        ]
        return Response(
            {
                "from": report.period.first,
                "to": report.period.last,
                "organisations": rows,
                "total": _row(report.total),
            }
        )


class QualityView(APIView):
    """How good what each feed sent was."""

    @extend_schema(operation_id="report_quality", parameters=_PERIOD, responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Scores of 0 to 100 by GB/T 36344: of each dimension, and their mean."""
        report = quality_report(viewer_of_request(request), **_query(request))
        rows = [
            {
                "feed": row.told.feed.key,
                "organisation": row.told.feed.organisation.code,
                "name": name(row.told.feed),
                "deliveries": row.told.quality.deliveries,
                "received": row.told.quality.received,
                "quarantined": row.told.quality.quarantined,
                "flagged": row.told.quality.flagged,
                "score": row.told.quality.overall,
                "dimensions": {code: row.told.quality.dimension(code) for code in DIMENSIONS},
            }
            for row in report.rows
        ]
        return Response({"from": report.period.first, "to": report.period.last, "feeds": rows})
