"""The quality of a feed and of one delivery at the REST door."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import viewer_of_request
from city.selectors import zone
from core.clock import now
from core.errors import BadInput, NotFound
from core.words import N_
from integration.api.reading import day
from integration.api.shapes import instant
from integration.domain.quality import DIMENSIONS
from integration.models import Feed
from integration.selectors import deliveries_visible_to, feed_of_business
from integration.selectors.quality import (
    Grade,
    Quality,
    Sample,
    quality_by_day,
    quality_of,
    quality_of_delivery,
    samples_of,
)
from restapi import pages
from restapi.permissions import IsOfficerOrPartner
from restapi.reading import object_id

__all__ = ["DeliveryQualityView", "FeedQualityView"]

_DAYS, _MOST_DAYS = 30, 366
_SPAN = [
    OpenApiParameter("from", OpenApiTypes.DATE, description="First day of the city"),
    OpenApiParameter("to", OpenApiTypes.DATE, description="Last day of the city, included"),
]


class _Sample(serializers.Serializer[dict[str, object]]):
    delivery = serializers.CharField()
    line = serializers.IntegerField()
    source_id = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    field = serializers.CharField(allow_blank=True)


class _Indicator(serializers.Serializer[dict[str, object]]):
    code = serializers.CharField(help_text="As in GB/T 36344-2018")
    name = serializers.CharField()
    counts = serializers.CharField(help_text="What is counted")
    lower_is_better = serializers.BooleanField()
    satisfied = serializers.IntegerField(help_text="A")
    assessed = serializers.IntegerField(help_text="B; 0: nothing was assessed")
    rate = serializers.FloatField(allow_null=True, help_text="X = A / B in percent")
    samples = _Sample(many=True)


class _Dimension(serializers.Serializer[dict[str, object]]):
    code = serializers.CharField()
    name = serializers.CharField()
    score = serializers.FloatField(allow_null=True, help_text="Mean of its indicators, 0 to 100")
    indicators = _Indicator(many=True)


class _Day(serializers.Serializer[dict[str, object]]):
    day = serializers.DateField()
    deliveries = serializers.IntegerField()
    received = serializers.IntegerField()
    quarantined = serializers.IntegerField()
    flagged = serializers.IntegerField()
    score = serializers.FloatField(allow_null=True)


class _Common(serializers.Serializer[dict[str, object]]):
    feed = serializers.CharField()
    received = serializers.IntegerField()
    quarantined = serializers.IntegerField()
    flagged = serializers.IntegerField()
    score = serializers.FloatField(allow_null=True, help_text="Mean of the dimensions, 0 to 100")
    dimensions = _Dimension(many=True)


class _FeedShape(_Common):
    since = serializers.DateField()
    to = serializers.DateField()
    deliveries = serializers.IntegerField()
    days = _Day(many=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """``from`` is no name that Python allows."""
        fields = super().get_fields()
        return {("from" if name == "since" else name): one for name, one in fields.items()}


class _DeliveryShape(_Common):
    delivery = serializers.CharField()
    received_at = serializers.DateTimeField()


class FeedQualityView(APIView):
    """The quality of one feed over days."""

    permission_classes = [IsOfficerOrPartner]

    @extend_schema(operation_id="feed_quality", parameters=_SPAN, responses=_FeedShape)
    def get(self, request: Request, feed: str) -> Response:
        """Every indicator of GB/T 36344 for what a feed sent, with rows that speak against it.

        Exercises and rows that an officer corrected do not count.
        """
        query = pages.allowed(request.query_params.dict(), ("from", "to"), paged=False)
        viewer = viewer_of_request(request)
        found = feed_of_business(viewer, feed)
        first, last = _period(day(query, "from"), day(query, "to"))
        since, until = _start(first), _start(last + timedelta(1))
        came = deliveries_visible_to(viewer).filter(
            feed=found, exercise=False, received_at__gte=since, received_at__lt=until
        )
        quality = quality_of(Feed.objects.filter(id=found.id), since, until)[found.id]
        samples = samples_of(came, _imperfect(quality))
        days = quality_by_day(found, since, until)
        return Response(
            {
                "feed": found.key,
                "from": first.isoformat(),
                "to": last.isoformat(),
                "deliveries": quality.deliveries,
                **_graded(quality, samples),
                "days": [_day_object(at, one) for at, one in sorted(days.items())],
            }
        )


class DeliveryQualityView(APIView):
    """The quality of one delivery."""

    permission_classes = [IsOfficerOrPartner]

    @extend_schema(operation_id="delivery_quality", responses=_DeliveryShape)
    def get(self, request: Request, id: str) -> Response:  # noqa: A002 - the address says id
        """Every indicator of GB/T 36344 for one delivery."""
        pages.allowed(request.query_params.dict(), (), paged=False)
        came = deliveries_visible_to(viewer_of_request(request)).filter(id=object_id(id))
        delivery = came.first()
        if delivery is None:
            raise NotFound("not_found", N_("There is no such object, or you may not see it."))
        quality = quality_of_delivery(delivery)
        return Response(
            {
                "feed": delivery.feed.key,
                "delivery": str(delivery.id),
                "received_at": instant(delivery.received_at),
                **_graded(quality, samples_of(came, _imperfect(quality))),
            }
        )


def _period(first: date | None, last: date | None) -> tuple[date, date]:
    until = last or now().astimezone(zone()).date()
    since = first or until - timedelta(_DAYS - 1)
    if not 0 <= (until - since).days < _MOST_DAYS:
        message = N_("The period must end after it begins and have %(most)s days at most.")
        raise BadInput("bad_period", message, most=_MOST_DAYS)
    return since, until


def _start(at: date) -> datetime:
    return datetime.combine(at, time(), zone()).astimezone(UTC)


def _imperfect(quality: Quality) -> list[str]:
    return [one.indicator.code for one in quality.grades if one.satisfied < one.assessed]


def _graded(quality: Quality, samples: Iterable[Sample]) -> dict[str, Any]:
    against: dict[str, list[Sample]] = {}
    for one in samples:
        against.setdefault(one.indicator, []).append(one)
    return {
        "received": quality.received,
        "quarantined": quality.quarantined,
        "flagged": quality.flagged,
        "score": quality.overall,
        "dimensions": [
            {
                "code": code,
                "name": gettext(name),
                "score": quality.dimension(code),
                "indicators": [
                    _grade_object(one, against.get(one.indicator.code, ()))
                    for one in quality.grades
                    if one.indicator.dimension == code
                ],
            }
            for code, name in DIMENSIONS.items()
        ],
    }


def _grade_object(grade: Grade, samples: Iterable[Sample]) -> dict[str, Any]:
    indicator = grade.indicator
    return {
        "code": indicator.code,
        "name": gettext(indicator.name),
        "counts": gettext(indicator.counts),
        "lower_is_better": indicator.lower,
        "satisfied": grade.satisfied,
        "assessed": grade.assessed,
        "rate": grade.percent,
        "samples": [
            {
                "delivery": str(one.delivery_id),
                "line": one.line,
                "source_id": one.source_id,
                "code": one.code,
                "field": one.field,
            }
            for one in samples
        ],
    }


def _day_object(at: date, quality: Quality) -> dict[str, Any]:
    return {
        "day": at.isoformat(),
        "deliveries": quality.deliveries,
        "received": quality.received,
        "quarantined": quality.quarantined,
        "flagged": quality.flagged,
        "score": quality.overall,
    }
