"""What the REST door shows of records, deliveries and problems."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rest_framework import serializers

from core.cells import cell, to_hex
from core.coordinates import shown
from integration.models import Delivery, Problem, Record, RecordVersion
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


def instant(value: datetime | None) -> str | None:
    """ISO 8601 in UTC with Z."""
    return None if value is None else value.isoformat().replace("+00:00", "Z")


def record_object(record: Record | RecordVersion) -> dict[str, Any]:
    """A version of a record as people may see it: its place no finer than its feed allows."""
    shaped = exact_record(record)
    return shaped if record.shown_decimals is None else {**shaped, **_coarse_place(record)}


def _coarse_place(record: Record | RecordVersion) -> dict[str, Any]:
    """Whatever tells the place of a record that is shown coarser than it is known."""
    lon, lat = shown(record.lon, record.lat, record.shown_decimals)
    # The cell of the shown place: the true one beside it would narrow the place down.
    coarse_cell = None if lon is None or lat is None else to_hex(cell(lon, lat))
    return {
        "lon": lon,
        "lat": lat,
        "x_original": "",
        "y_original": "",
        "geometry": None,
        "h3": coarse_cell,
        "address": "",  # an earlier profile may have read one
    }


def exact_record(record: Record | RecordVersion) -> dict[str, Any]:
    """A version of a record as the contract shapes it; personal fields are never in it.

    For operators and checks: its place is exact, whatever the feed says of showing it.
    """
    return {
        "id": str(record.key_id),
        "feed": record.feed.key,
        "source_id": record.source_id,
        "kind": record.kind,
        "origin": record.origin,
        "version": record.version,
        "category": record.category,
        "category_original": record.category_original,
        "severity": record.severity,
        "severity_original": record.severity_original,
        "severity_scale": record.severity_scale,
        "occurred_at": instant(record.occurred_at),
        "occurred_original": record.occurred_original,
        "occurred_span": record.occurred_span,
        "reported_at": instant(record.reported_at),
        "received_at": instant(record.received_at),
        "lon": record.lon,
        "lat": record.lat,
        "x_original": record.x_original,
        "y_original": record.y_original,
        "crs_original": record.crs_original,
        "geometry": record.geometry,
        "place_decimals": record.shown_decimals,
        "district": record.district,
        "grid": record.grid,
        "h3": None if record.h3 is None else to_hex(record.h3),
        "address": record.address,
        "summary": record.summary,
        "quality": record.quality,
        "upstream_state": record.upstream_state,
        "attributes": record.attributes,
        "exercise": record.exercise,
        "operational": record.operational,
        "delivery": str(record.delivery_id),
        "line": record.line,
        "profile_version": record.profile_version,
    }


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
    return {**answer, "problems": problems}


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
