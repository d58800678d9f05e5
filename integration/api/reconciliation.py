"""Comparing a day of a feed with what its sender has."""

from typing import cast, get_args

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import viewer_of_request
from city.selectors import zone
from core.clock import now
from core.errors import Refused
from core.words import N_
from integration.api.reading import day
from integration.api.shapes import instant
from integration.selectors import By, feed_of_business, reconciliation
from restapi import pages
from restapi.permissions import IsOfficerOrPartner
from restapi.reading import bad_value

__all__ = ["ReconciliationView"]

_BY = get_args(By)
_PARAMETERS = [
    OpenApiParameter("date", OpenApiTypes.DATE, description="Day of the city; today when left out"),
    OpenApiParameter(
        "by", str, enum=_BY, description="What falls into the day; `occurred` if not told"
    ),
]


class _Shape(serializers.Serializer[dict[str, object]]):
    feed = serializers.CharField()
    date = serializers.DateField()
    by = serializers.ChoiceField(_BY)
    since = serializers.DateTimeField(help_text="The first moment of the day, UTC")
    until = serializers.DateTimeField(help_text="The first moment of the next day, UTC")
    count = serializers.IntegerField(help_text="Distinct ids")
    digest = serializers.CharField(help_text="SHA-256 of the ids, hexadecimal")
    deliveries = serializers.IntegerField(help_text="Deliveries that came on the day")
    received = serializers.IntegerField(help_text="Their rows")
    quarantined = serializers.IntegerField(help_text="Their rows that were quarantined")
    waiting = serializers.IntegerField(help_text="Those of them that still wait for a person")


class ReconciliationView(APIView):
    """A day of one feed."""

    permission_classes = [IsOfficerOrPartner]

    @extend_schema(operation_id="reconciliation", parameters=_PARAMETERS, responses=_Shape)
    def get(self, request: Request, feed: str) -> Response:
        """The number and the digest of the ids that are stored of one day, to be compared.

        To compute the digest on your side: take the ids (as you send them, white space around them
        removed) of the day, each once; sort them by code point; put a line feed (U+000A) behind
        each, the last one too; encode as UTF-8; take the SHA-256 and write it in small hexadecimal
        digits. No ids at all give the digest of nothing,
        `e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855`.

        `by=occurred`: the ids whose occurrence, as you last told it (the report where you tell no
        occurrence, our receipt where you tell neither), lies in the day of the city. Rows in
        quarantine are not among them. `by=received`: the ids of all rows that came in deliveries
        of the day and were stored or were known already; not those that were quarantined only,
        nor those that an officer corrected and released. Exercises never count.
        """
        query = pages.allowed(request.query_params.dict(), ("date", "by"), paged=False)
        found = feed_of_business(viewer_of_request(request), feed)
        if found.profile and found.profile.document["kind"] == "observation":
            message = N_("The feed %(feed)s brings observations, which have no ids to compare.")
            raise Refused("not_records", message, feed=found.key)
        chosen = day(query, "date") or now().astimezone(zone()).date()
        told = reconciliation(found, chosen, _by(query.get("by", "occurred")))
        return Response(
            {
                "feed": found.key,
                "date": told.day.isoformat(),
                "by": told.by,
                "since": instant(told.since),
                "until": instant(told.until),
                "count": told.count,
                "digest": told.digest,
                "deliveries": told.deliveries,
                "received": told.received,
                "quarantined": told.quarantined,
                "waiting": told.waiting,
            }
        )


def _by(text: str) -> By:
    for one in get_args(By):
        if one == text:
            return cast("By", one)
    raise bad_value("by", text)
