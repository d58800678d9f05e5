"""Rows of a sheet in the form in which they are copied into tables."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress
from typing import Any

from integration.domain.rows import Sheet
from integration.services import copying
from integration.services.statements import STAGED

__all__ = ["Ready", "columns_of", "ready_rows"]


@dataclass(frozen=True, slots=True)
class Ready:
    """Rows that are fit to be stored.

    ``rows``: the values of ``STAGED`` of each row as COPY takes them; ``keys``: its id, source id
    and digest. The others are what tells new records, new contents and repeats apart.
    """

    lines: Sequence[int]
    source_ids: Sequence[str]
    digests: Sequence[bytes]
    marks: Sequence[str]
    rows: Sequence[str]
    keys: Sequence[str]

    def lines_at(self, positions: Sequence[int]) -> Sequence[int]:
        """The ordinals of the rows at some positions."""
        whole = len(positions) == len(self.lines)
        return self.lines if whole else [self.lines[at] for at in positions]


def columns_of(sheet: Sheet, chosen: Sequence[bool]) -> dict[str, Sequence[Any]]:
    """The columns of some rows of the sheet, with their ordinals and flags.

    To the columns of the record come ``line``, ``quality`` and ``private``.
    """
    whole: dict[str, Sequence[Any]] = {
        **sheet.record,
        "line": sheet.chunk.lines,
        "quality": sheet.quality(),
        "private": sheet.private,
    }
    if all(chosen):
        return whole
    return {name: list(compress(column, chosen)) for name, column in whole.items()}


def ready_rows(
    columns: Mapping[str, Sequence[Any]],
    *,
    ids: Sequence[str],
    personal: Sequence[bytes | None],
    received: datetime,
) -> Ready:
    """Columns as ``columns_of`` gives them, and the sealed bundles, as texts of rows."""
    made: dict[str, Sequence[str]] = {
        "id": ids,
        "line": list(map(str, columns["line"])),
        "personal": copying.hexes(personal),
        "h3": [copying.NULL if text == "0" else text for text in map(str, columns["h3"])],
    }
    for name, kind in STAGED.items():
        if name not in made and name != "listed_at":
            made[name] = _MAKERS.get(kind, copying.numbers)(columns[name])
    made["listed_at"] = _first_known(made["occurred_at"], made["reported_at"], received)
    return Ready(
        lines=columns["line"],
        source_ids=columns["source_id"],
        digests=columns["digest"],
        marks=columns["version_mark"],
        rows=_joined([made[name] for name in STAGED]),
        keys=_joined([ids, made["source_id"], made["digest"]]),
    )


_MAKERS: dict[str, Callable[[Sequence[Any]], Sequence[str]]] = {
    "text": copying.texts,
    "jsonb": copying.documents,
    "boolean": copying.booleans,
    "bytea": copying.hexes,
    "text[]": copying.flags,
    "timestamptz": copying.instants,
}


def _joined(columns: Sequence[Sequence[str]]) -> list[str]:
    return list(map("\t".join, zip(*columns, strict=True)))


def _first_known(
    occurred: Sequence[str], reported: Sequence[str], received: datetime
) -> Sequence[str]:
    """When each row is listed: as it occurred, else as it was reported, else as it came."""
    if copying.NULL not in occurred:
        return occurred
    came = received.isoformat()
    return [
        first if first != copying.NULL else second if second != copying.NULL else came
        for first, second in zip(occurred, reported, strict=True)
    ]
