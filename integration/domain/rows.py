"""What passes between formats, transforms and services: columns of one chunk of rows."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from privacy.domain.bundle import PersonalField

__all__ = [
    "Broken",
    "Chunk",
    "Column",
    "Flags",
    "Place",
    "Reason",
    "Sheet",
    "Stream",
    "Surroundings",
]

Column = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that could not be read at all: its ordinal, why, and its bytes as they came."""

    line: int
    code: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Reason:
    """One code about one row, by its position in the sheet."""

    position: int
    code: str
    field: str
    quarantined: bool


@dataclass(frozen=True, slots=True)
class Chunk:
    """Up to 10,000 rows of a delivery, read into columns of the declared paths.

    ``lines``: 0-based ordinals of the readable rows. ``columns``: path → one value per readable
    row. ``raw(position)``: the bytes of a readable row. ``unknown``: positions of rows with
    fields that the profile does not declare (only looked for when the profile is strict).
    ``reasons``: what the format itself found about readable rows. ``reading``: what was found out
    to read the delivery, such as {"encoding": "gb18030"}.
    """

    lines: Sequence[int]
    columns: Mapping[str, Sequence[object]]
    raw: Callable[[int], bytes]
    broken: Sequence[Broken] = ()
    unknown: Sequence[int] = ()
    reasons: Sequence[Reason] = ()
    reading: Mapping[str, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many rows the chunk took from the delivery."""
        return len(self.lines) + len(self.broken)


class Place(Protocol):
    """The city as far as positions need it: its box, and its areas by point."""

    def inside(self, lon: Column, lat: Column) -> Flags:
        """Which points (degrees, WGS-84, shape (n,)) lie in the city's box."""

    def locate(self, lon: Column, lat: Column) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
        """District and grid codes of points, empty where there is none."""


def _same(ids: Collection[str]) -> Collection[str]:
    return ids


Stream = tuple[str | None, str]
"""The id of a datastream, None where an exercise has none of its own yet, and its type."""


def _none(keys: Collection[str]) -> Mapping[str, Stream]:
    return {}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What rows are judged by beside their profile: the instant, the city, its categories.

    ``known``: of some ids, those of records that the feed has already brought. ``datastreams``: of
    some keys, those of the feed's datastreams.
    """

    now: float  # seconds since 1970 UTC
    place: Place
    categories: Collection[str]
    known: Callable[[Collection[str]], Collection[str]] = _same
    datastreams: Callable[[Collection[str]], Mapping[str, Stream]] = _none


@dataclass(slots=True)
class Sheet:
    """A chunk on its way to becoming records: what came, what is known so far, what is wrong.

    ``record`` holds the columns of the records to be, one value per row, by name of the column
    in the record table; times are seconds since 1970 (UTC) with NaN for none. ``private`` holds
    what only ever leaves sealed.
    """

    chunk: Chunk
    record: dict[str, Sequence[object]] = field(default_factory=dict)
    private: list[list[PersonalField] | None] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    alive: Flags = field(init=False)

    def __post_init__(self) -> None:
        self.alive = np.ones(len(self), dtype=bool)
        self.private = [None] * len(self)

    def __len__(self) -> int:
        return len(self.chunk.lines)

    def values(self, path: str | None) -> Sequence[object]:
        """The values of a declared path; a column of None for no path."""
        return [None] * len(self) if path is None else self.chunk.columns[path]

    def quarantine(self, position: int, code: str, field: str) -> None:
        """Keep the row out of the records."""
        self.alive[position] = False
        self.reasons.append(Reason(position, code, field, True))

    def flag(self, position: int, code: str, field: str) -> None:
        """Note something about a row that may still become a record."""
        self.reasons.append(Reason(position, code, field, False))

    def quarantine_all(self, rows: Flags, code: str, field: str) -> None:
        """``quarantine`` every row of the mask."""
        for position in np.flatnonzero(rows).tolist():
            self.quarantine(position, code, field)

    def flag_all(self, rows: Flags, code: str, field: str) -> None:
        """``flag`` every row of the mask."""
        for position in np.flatnonzero(rows).tolist():
            self.flag(position, code, field)

    def keep_private(self, position: int, field: PersonalField) -> None:
        """Put a field into the row's sealed bundle."""
        bundle = self.private[position]
        if bundle is None:
            self.private[position] = [field]
        else:
            bundle.append(field)

    def keep_all_private(self, fields: Sequence[PersonalField | None]) -> None:
        """``keep_private`` a field of every row, None where the row has none."""
        bundles = self.private
        for position, one in enumerate(fields):
            if one is not None:
                bundle = bundles[position]
                if bundle is None:
                    bundles[position] = [one]
                else:
                    bundle.append(one)

    def live_reasons(self) -> list[Reason]:
        """The reasons that count: of a quarantined row only those that quarantined it."""
        if not self.reasons:
            return []
        alive = self.alive.tolist()
        kept = [one for one in self.reasons if one.quarantined or alive[one.position]]
        return sorted(kept, key=lambda one: one.position)

    def quality(self) -> list[Sequence[str]]:
        """The flags of each row, each code once, in the order they were noted."""
        found: dict[int, dict[str, None]] = {}
        for one in self.reasons:
            if not one.quarantined:
                found.setdefault(one.position, {})[one.code] = None
        flags: list[Sequence[str]] = [()] * len(self)
        for position, codes in found.items():
            flags[position] = list(codes)
        return flags
