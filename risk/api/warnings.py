"""`/warnings`: what authorities issued, the newest first, and one message with its geometry."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from city import selectors as city
from core.clock import now
from restapi.reading import flag
from risk.api.listing import Listing, OneView, Reading, documented
from risk.api.shapes import Shape, text_of
from risk.models import IssuedWarning
from risk.selectors import in_force, warning_detail, warnings_visible_to
from risk.selectors.warnings import WarningDetail


def _narrowed(rows: QuerySet[Any], query: Mapping[str, str]) -> QuerySet[Any]:
    """Only those in force now, or only the others."""
    wanted = flag(query, "in_force")
    if wanted is None:
        return rows
    standing = in_force(rows, now())
    return standing if wanted else rows.exclude(pk__in=standing.values("pk"))


def warning_shape(one: IssuedWarning) -> Shape:
    """A warning as a list shows it; `texts` are as issued, in the issuer's languages."""
    at = now()
    return {
        "id": str(one.id),
        "record": str(one.record_id),
        "feed": one.feed,
        "organisation": one.organisation.code,
        "sender": one.sender,
        "identifier": one.identifier,
        "sent_at": text_of(one.sent_at),
        "issuer": one.issuer or city.name(one.organisation),
        "message_type": one.message_type,
        "scope": one.scope,
        "category": one.category,
        "level": one.level or None,
        "severity": one.severity or None,
        "urgency": one.urgency or None,
        "certainty": one.certainty or None,
        "texts": one.texts,
        "starts_at": text_of(one.starts_at),
        "ends_at": text_of(one.ends_at),
        "end_assumed": one.end_assumed,
        "state": one.state,
        "in_force": one.state == "issued" and one.starts_at <= at < one.ends_at,
        "replaced_by": str(one.replaced_by_id) if one.replaced_by_id else None,
        "districts": sorted(row.district for row in one.districts.all()),
        "geometry": one.geometry,
        "lon": one.lon,
        "lat": one.lat,
        "exercise": one.exercise,
    }


def warning_detail_shape(one: WarningDetail) -> Shape:
    """A warning with the messages that it names and those that it replaces."""
    return warning_shape(one.warning) | {
        "references": [
            {
                "sender": row.sender,
                "identifier": row.identifier,
                "sent_at": text_of(row.sent_at),
            }
            for row in one.warning.references.order_by("identifier", "sender")
        ],
        "replaces": [str(row.id) for row in one.replaces],
    }


WARNINGS = Listing(
    rows=lambda viewer, exercise: warnings_visible_to(viewer, exercise=exercise),
    time="sent_at",
    filters={
        "state": "state",
        "level": "level",
        "category": "category",
        "district": "districts__district",
        "feed": "feed",
        "message_type": "message_type",
    },
    show=warning_shape,
    more={"in_force": _narrowed},
)


class WarningsView(APIView):
    """Warnings, the newest first."""

    @documented("warnings", WARNINGS)
    def get(self, request: Request) -> Response:
        return WARNINGS.answer(request)


class WarningView(OneView):
    """A warning with its texts, its area and the messages around it."""

    reading = Reading(warning_detail, warning_detail_shape)
