"""A draft tried on a sample: what receiving would make of its rows, without storing anything."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from core.coordinates import shown
from core.errors import BadInput
from integration.domain import formats
from integration.domain.profile import Profile
from integration.domain.profile_document import Fault, check
from integration.domain.proposing.told import Note
from integration.domain.reasons import FLAGGED, QUARANTINED
from integration.domain.rows import Sheet, Surroundings
from integration.domain.standardise import Ordinals, standardise
from privacy.domain.masks import mask

__all__ = [
    "ACCEPTED",
    "SHOWN",
    "Check",
    "Trial",
    "TrialPoint",
    "TrialProblem",
    "TrialRow",
    "try_profile",
]

ACCEPTED = "accepted"
SHOWN = 1000
"""So many rows are shown and compared; more are only counted."""

_MOST = 20_000  # rows that are looked at
_PLAIN = ("category", "severity", "upstream_state", "operational", "crs_original")
_TIMES = ("occurred_at", "reported_at")
_PLACES = ("lon", "lat", "district", "grid")
_TEXTS = ("address", "summary")
_ORDER = (*_PLAIN[:2], *_TIMES, *_PLACES, *_TEXTS, *_PLAIN[2:])


@dataclass(frozen=True, slots=True)
class TrialRow:
    """A row as the record it would become: column → text, personal fields masked."""

    line: int
    source_id: str
    outcome: str
    cells: Mapping[str, str]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrialProblem:
    """One reason about one row."""

    line: int
    source_id: str
    code: str
    field: str
    outcome: str


@dataclass(frozen=True, slots=True)
class TrialPoint:
    """A row on the map, where people would be shown it."""

    line: int
    lon: float
    lat: float
    outcome: str
    label: str


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the conformance summary: how many rows, and which share, have a code."""

    code: str
    rows: int
    share: float
    outcome: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it. With ``faults`` or a ``refusal`` of the whole file nothing else is told.

    ``repeated``: rows whose id stood in the sample before; receiving would see a newer version
    or a duplicate in them. ``columns``: of the record, those that hold anything.
    """

    faults: tuple[Fault, ...] = ()
    refusal: Note | None = None
    read_as: Mapping[str, str] = field(default_factory=dict)
    received: int = 0
    accepted: int = 0
    quarantined: int = 0
    flagged: int = 0
    repeated: int = 0
    codes: Mapping[str, int] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    rows: tuple[TrialRow, ...] = ()
    problems: tuple[TrialProblem, ...] = ()
    points: tuple[TrialPoint, ...] = ()
    conformance: tuple[Check, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether the document could be tried at all."""
        return not self.faults and self.refusal is None


def try_profile(
    document: object,
    sample: bytes,
    *,
    around: Surroundings,
    organisations: Collection[str],
    secret: bytes,
    zone: str,
) -> Trial:
    """The try-out of a document on the bytes of a sample, at most 20,000 rows of it.

    ``organisations``: codes of the city's. ``secret`` keys the digests by which rows without ids
    are told apart. ``zone``: in which times are written (IANA). Never raises for what stands in
    the sample or the document.
    """
    profile, faults = check(document, categories=around.categories, organisations=organisations)
    if profile is None or faults:
        return Trial(faults=tuple(faults))
    tally = _Tally(profile, ZoneInfo(zone))
    seen = Ordinals()
    try:
        for chunk in formats.read(sample, profile):
            tally.read_as.update(getattr(chunk, "reading", {}))
            tally.add(standardise(chunk, profile, around, secret=secret, seen=seen))
            if tally.received >= _MOST:
                break
    except BadInput as error:
        return Trial(refusal=Note(error.message, error.detail, error.code), read_as=tally.read_as)
    return tally.trial()


class _Tally:
    """The running account of a try-out."""

    def __init__(self, profile: Profile, zone: ZoneInfo) -> None:
        self.profile, self.zone = profile, zone
        self.decimals = profile.position.shown_decimals if profile.position else None
        self.read_as: dict[str, str] = {}
        self.received = self.accepted = self.quarantined = self.flagged = self.repeated = 0
        self.codes: Counter[tuple[str, str]] = Counter()
        self.rows: list[TrialRow] = []
        self.problems: list[TrialProblem] = []
        self.points: list[TrialPoint] = []
        self.known: set[str] = set()

    def add(self, sheet: Sheet) -> None:
        """Account for one chunk."""
        self.received += sheet.chunk.size
        ids = [str(one) for one in sheet.record["source_id"]]
        reasons: dict[int, list[TrialProblem]] = {}
        for one in sheet.live_reasons():
            outcome = QUARANTINED if one.quarantined else FLAGGED
            line = sheet.chunk.lines[one.position]
            told = TrialProblem(line, ids[one.position], one.code, one.field, outcome)
            reasons.setdefault(one.position, []).append(told)
        for broken in sheet.chunk.broken:
            self.quarantined += 1
            told = TrialProblem(broken.line, "", broken.code, "", QUARANTINED)
            self._note([told])
            self._keep(TrialRow(broken.line, "", QUARANTINED, {}, (broken.code,)))
        alive = sheet.alive.tolist()
        for position, source_id in enumerate(ids):
            self._row(sheet, position, source_id, alive[position], reasons.get(position, []))

    def _row(
        self, sheet: Sheet, position: int, source_id: str, alive: bool, told: list[TrialProblem]
    ) -> None:
        self._note(told)
        self.flagged += alive and bool(told)
        self.accepted += alive
        self.quarantined += not alive
        if alive:
            self.repeated += source_id in self.known
            self.known.add(source_id)
        if len(self.rows) >= SHOWN:
            return
        line = sheet.chunk.lines[position]
        outcome = ACCEPTED if alive else QUARANTINED
        cells = self._cells(sheet, position) if alive else {}
        codes = tuple(dict.fromkeys(one.code for one in told))
        self._keep(TrialRow(line, source_id, outcome, cells, codes))
        if alive and cells.get("lon") and cells.get("lat"):
            label = cells.get("category", "")
            place = float(cells["lon"]), float(cells["lat"])
            self.points.append(TrialPoint(line, *place, outcome, label))

    def _keep(self, row: TrialRow) -> None:
        if len(self.rows) < SHOWN:
            self.rows.append(row)

    def _note(self, told: Sequence[TrialProblem]) -> None:
        self.codes.update(dict.fromkeys(((one.code, one.outcome) for one in told), 1))
        self.problems += told[: max(0, SHOWN - len(self.problems))]

    def _cells(self, sheet: Sheet, position: int) -> dict[str, str]:
        """The columns of one record as texts, those that hold anything."""
        record: dict[str, Any] = {
            name: sheet.record[name][position] for name in _ORDER if name in sheet.record
        }
        record["lon"], record["lat"] = shown(
            _known(record["lon"]), _known(record["lat"]), self.decimals
        )
        for name in _TIMES:
            record[name] = self._clock(record[name], sheet, position, name)
        found = {name: _text(value) for name, value in record.items()}
        attributes: dict[str, object] = msgspec.json.decode(
            str(sheet.record["attributes"][position])
        )
        found |= {f"attributes.{name}": _text(value) for name, value in attributes.items()}
        for one in sheet.private[position] or ():
            found[f"personal.{one.name}"] = mask(one.kind, one.value)
        return {name: text for name, text in found.items() if text}

    def _clock(self, seconds: Any, sheet: Sheet, position: int, name: str) -> str:
        if _known(seconds) is None:
            return ""
        moment = datetime.fromtimestamp(seconds, self.zone)
        span = sheet.record["occurred_span"][position] if name == "occurred_at" else 0
        form = "%Y-%m-%d" if span == 86400 else "%Y-%m-%d %H:%M:%S"
        return moment.strftime(form)

    def trial(self) -> Trial:
        """What it came to."""
        self.rows.sort(key=lambda row: row.line)
        self.problems.sort(key=lambda one: one.line)
        held = {name for row in self.rows for name in row.cells}
        further = sorted(name for name in held if name not in _ORDER)
        checks = [
            Check(code, rows, rows / self.received, outcome)
            for (code, outcome), rows in self.codes.items()
        ]
        checks.sort(key=lambda one: (one.outcome != QUARANTINED, -one.rows, one.code))
        codes: Counter[str] = Counter()
        for (code, _), rows in self.codes.items():
            codes[code] += rows
        return Trial(
            read_as=self.read_as,
            received=self.received,
            accepted=self.accepted,
            quarantined=self.quarantined,
            flagged=self.flagged,
            repeated=self.repeated,
            codes=dict(codes),
            columns=(*(name for name in _ORDER if name in held), *further),
            rows=tuple(self.rows),
            problems=tuple(self.problems),
            points=tuple(self.points),
            conformance=tuple(checks),
        )


def _known(value: Any) -> float | None:
    """A number, None for nothing and for NaN."""
    return None if value is None or value != value else float(value)


def _text(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return value if isinstance(value, str) else msgspec.json.encode(value).decode().strip('"')
