"""Records as a file: what may be read, in the form that spreadsheet and map programs take."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final, cast

import msgspec
from django.db import transaction
from django.db.models import QuerySet

from accounts.domain import Viewer
from audit import services as audit
from core.clock import now
from core.errors import BadInput, RuleBroken
from core.spreadsheets import Cell, write_csv, write_xlsx
from core.words import N_
from integration.models import Record

__all__ = ["EXPORT_FORMS", "MOST_EXPORTED", "Export", "export_records"]

MOST_EXPORTED: Final = 50_000
EXPORT_FORMS: Final[Mapping[str, str]] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
}
"""Form of the file → its media type."""

_IN_MEMORY = 1 << 20
_AT_ONCE = 2_000
_COLUMNS = (
    "id",
    "feed",
    "source_id",
    "kind",
    "version",
    "category",
    "category_original",
    "severity",
    "severity_original",
    "occurred_at",
    "reported_at",
    "received_at",
    "lon",
    "lat",
    "place_decimals",
    "district",
    "grid",
    "address",
    "summary",
    "quality",
    "upstream_state",
    "operational",
    "exercise",
    "attributes",
)
Shown = Mapping[str, Any]


@dataclass(frozen=True)
class Export:
    """A file ready to be sent, at its beginning."""

    file: IO[bytes]
    name: str
    media_type: str
    rows: int


def export_records(
    *,
    viewer: Viewer,
    records: QuerySet[Record],
    form: str,
    chosen: Mapping[str, str],
    show: Callable[[Record], Shown],
) -> Export:
    """Write records that the viewer may see into a file, newest first, on the record.

    ``show`` gives what people may read of one: its texts masked, its place no finer than its feed
    allows. ``chosen``: the filters, for the audit. Raises BadInput ``unsupported_format``,
    RuleBroken ``too_many_rows``: a file that silently lacks rows would mislead.
    """
    if form not in EXPORT_FORMS:
        message = N_("Records are exported as csv, xlsx or geojson.")
        raise BadInput("unsupported_format", message, status=422)
    file = cast("IO[bytes]", SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 - the caller's
    ordered = records.order_by("-listed_at", "-key_id")[: MOST_EXPORTED + 1]
    # The cursor must be closed before a refusal rolls its transaction back.
    with transaction.atomic(), closing(_iterator(ordered)) as found:
        rows = map(show, found)
        count = _WRITERS[form](file, islice(rows, MOST_EXPORTED))
        if next(rows, None) is not None:
            message = N_("More than %(most)s records fit. Narrow the filters.")
            raise RuleBroken("too_many_rows", message, most=MOST_EXPORTED)
        audit.record(
            actor=viewer.actor,
            act="export",
            object_kind="records",
            object_id="",
            detail={"form": form, "rows": count, "filters": dict(chosen)},
        )
    file.seek(0)
    return Export(file, f"records-{now():%Y%m%d-%H%M%S}.{form}", EXPORT_FORMS[form], count)


def _iterator(records: QuerySet[Record]) -> Generator[Record, None, None]:
    yield from records.iterator(chunk_size=_AT_ONCE)


def _cells(shown: Iterable[Shown]) -> Iterator[list[Cell]]:
    for one in shown:
        yield [_cell(one[name]) for name in _COLUMNS]


def _cell(value: Any) -> Cell:
    """Lists of words stand side by side, objects as JSON."""
    if isinstance(value, list):
        return " ".join(map(str, value))
    if isinstance(value, dict):
        return msgspec.json.encode(value).decode() if value else ""
    return cast("Cell", value)


def _csv(file: IO[bytes], shown: Iterable[Shown]) -> int:
    return write_csv(file, _COLUMNS, _cells(shown))


def _xlsx(file: IO[bytes], shown: Iterable[Shown]) -> int:
    return write_xlsx(file, "records", _COLUMNS, _cells(shown))


def _geojson(file: IO[bytes], shown: Iterable[Shown]) -> int:
    """One feature a record, those without a place with none (RFC 7946)."""
    file.write(b'{"type":"FeatureCollection","features":[')
    count = 0
    for one in shown:
        file.write((b",\n" if count else b"\n") + msgspec.json.encode(_feature(one)))
        count += 1
    file.write(b"\n]}\n")
    return count


def _feature(one: Shown) -> dict[str, Any]:
    point = (
        None if one["lon"] is None else {"type": "Point", "coordinates": [one["lon"], one["lat"]]}
    )
    told = {name: one[name] for name in _COLUMNS if name not in ("lon", "lat")}
    return {
        "type": "Feature",
        "id": one["id"],
        "geometry": one["geometry"] or point,
        "properties": told,
    }


_WRITERS: Mapping[str, Callable[[IO[bytes], Iterable[Shown]], int]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "geojson": _geojson,
}
