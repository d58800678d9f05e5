"""A record as people may read it: the one reading of pages, answers and files."""

from datetime import datetime
from typing import Any

from core.cells import cell, to_hex
from core.coordinates import shown
from integration.models import Record, RecordVersion

__all__ = ["exact_record", "instant", "record_object"]


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
