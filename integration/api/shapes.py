"""What the REST door shows of records, deliveries and problems."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from integration.models import Delivery, Problem
from integration.showing import exact_record, instant, record_object
from integration.wording import in_language

__all__ = [
    "DeliveryShape",
    "ProblemShape",
    "RecordShape",
    "answer_object",
    "delivery_object",
    "exact_record",
    "instant",
    "problem_object",
    "record_object",
]


def problem_object(problem: Problem) -> dict[str, Any]:
    """One problem of a delivery."""
    return {
        "id": str(problem.id),
        "line": problem.line,
        "source_id": problem.source_id,
        "code": problem.code,
        "field": problem.field,
        "outcome": problem.outcome,
        "message": in_language(problem.code, problem.field),
        "detail": problem.detail,
        "settlement": problem.settlement,
    }


def answer_object(answer: Mapping[str, Any]) -> dict[str, Any]:
    """A delivery's answer with its messages in the caller's language."""
    problems = [
        {**one, "message": in_language(one["code"], one["field"])} for one in answer["problems"]
    ]
    return {"read_as": {}, **answer, "problems": problems}  # older answers say nothing of it


def delivery_object(delivery: Delivery) -> dict[str, Any]:
    """A delivery as it was answered, and who sent it."""
    return {
        **answer_object(delivery.answer),
        "size_bytes": delivery.size_bytes,
        "sender": {"kind": delivery.sender_kind, "label": delivery.sender_label},
        "seconds": round(delivery.seconds, 3),
    }


class ProblemShape(serializers.Serializer[Any]):
    """One reason about one row."""

    id = serializers.CharField(required=False)
    line = serializers.IntegerField(help_text="0-based ordinal of the row")
    source_id = serializers.CharField()
    code = serializers.CharField()
    field = serializers.CharField()
    outcome = serializers.ChoiceField(["quarantined", "flagged", "duplicate"])
    message = serializers.CharField()
    detail = serializers.DictField(
        required=False,
        help_text="Of a conflict: record, version, delivery, line and received_at of what is"
        " stored. Of a row that came before: first, the problem that stands for it",
    )
    settlement = serializers.ChoiceField(
        ["", "open", "released", "discarded", "repeated"],
        required=False,
        help_text="Of the one problem that stands for a quarantined row",
    )


class DeliveryShape(serializers.Serializer[Any]):
    """What became of a delivery; received = accepted + updated + duplicates + quarantined."""

    id = serializers.CharField(allow_null=True)
    feed = serializers.CharField()
    profile_version = serializers.IntegerField()
    received = serializers.IntegerField()
    accepted = serializers.IntegerField()
    updated = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    quarantined = serializers.IntegerField()
    flagged = serializers.IntegerField()
    codes = serializers.DictField(child=serializers.IntegerField())
    problems = ProblemShape(many=True)
    problems_url = serializers.CharField(allow_null=True)
    sha256 = serializers.CharField()
    read_as = serializers.DictField(
        child=serializers.CharField(),
        help_text="What was found out to read the delivery: encoding, delimiter, sheet …",
    )
    exercise = serializers.BooleanField()
    received_at = serializers.DateTimeField()
    released_from = serializers.CharField(
        required=False, help_text="The quarantined row (its problem) that was corrected"
    )


class RecordShape(serializers.Serializer[Any]):
    """One checked record."""

    id = serializers.CharField()
    feed = serializers.CharField()
    source_id = serializers.CharField()
    kind = serializers.CharField()
    version = serializers.IntegerField()
    category = serializers.CharField()
    severity = serializers.IntegerField(allow_null=True, help_text="1 gravest to 4")
    severity_original = serializers.CharField()
    occurred_at = serializers.DateTimeField(allow_null=True)
    occurred_span = serializers.IntegerField(
        help_text="Seconds within which it lies: 0 exact, 60 to the minute, 86400 the day alone"
    )
    reported_at = serializers.DateTimeField(allow_null=True)
    received_at = serializers.DateTimeField()
    lon = serializers.FloatField(allow_null=True)
    lat = serializers.FloatField(allow_null=True)
    crs_original = serializers.CharField()
    geometry = serializers.JSONField(allow_null=True)
    place_decimals = serializers.IntegerField(
        allow_null=True,
        help_text="Decimals of degrees to which the place is shown; null: as it is known",
    )
    district = serializers.CharField()
    grid = serializers.CharField()
    h3 = serializers.CharField(allow_null=True)
    address = serializers.CharField()
    summary = serializers.CharField()
    quality = serializers.ListField(child=serializers.CharField())
    exercise = serializers.BooleanField()
    operational = serializers.BooleanField()
