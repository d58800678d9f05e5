"""Rows of a sheet in the form in which they are copied into tables."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress
from typing import Any

from integration.domain.rows import Sheet
from integration.services import copying
from integration.services.statements import STAGED

__all__ = ["Columns", "Ready", "Texts", "columns_of", "texts_of"]

Columns = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Texts:
    """Rows as COPY takes them.

    ``rows``: the values of ``STAGED`` of each row; ``keys``: its id, source id and digest.
    """

    rows: Sequence[str]
    keys: Sequence[str]


class Ready:
    """Rows that are fit to be stored; their texts are made at once, or of some when it is asked.

    ``columns``: as ``columns_of`` gives them. ``make``: the texts of such columns.
    """

    def __init__(self, columns: Columns, make: Callable[[Columns], Texts], *, now: bool) -> None:
        self.lines: Sequence[int] = columns["line"]
        self.source_ids: Sequence[str] = columns["source_id"]
        self.digests: Sequence[bytes] = columns["digest"]
        self.marks: Sequence[str] = columns["version_mark"]
        self._columns, self._make = columns, make
        self._made = make(columns) if now and self.lines else None

    def lines_at(self, positions: Sequence[int]) -> Sequence[int]:
        """The ordinals of the rows at some positions."""
        return self.lines if self._all(positions) else [self.lines[at] for at in positions]

    def texts_at(self, positions: Sequence[int]) -> Texts:
        """The texts of the rows at some positions."""
        made = self._made
        if made is None:
            some = {name: [one[at] for at in positions] for name, one in self._columns.items()}
            return self._make(self._columns if self._all(positions) else some)
        if self._all(positions):
            return made
        return Texts([made.rows[at] for at in positions], [made.keys[at] for at in positions])

    def _all(self, positions: Sequence[int]) -> bool:
        return len(positions) == len(self.lines)


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


def texts_of(
    columns: Columns, *, ids: Sequence[str], personal: Sequence[bytes | None], received: datetime
) -> Texts:
    """Columns as ``columns_of`` gives them, their ids and sealed bundles, as texts of rows."""
    made: dict[str, Sequence[str]] = {
        "id": ids,
        "line": list(map(str, columns["line"])),
        "personal": copying.hexes(personal),
        "h3": copying.cells(columns["h3"]),
    }
    for name, kind in STAGED.items():
        if name not in made and name != "listed_at":
            made[name] = _MAKERS.get(kind, copying.numbers)(columns[name])
    made["listed_at"] = _first_known(made["occurred_at"], made["reported_at"], received)
    return Texts(
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
