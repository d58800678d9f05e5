"""What a case shows, as far as scores may know it. Nothing of any person is in it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

# As far as facts reach around a case; factors look at less.
WARNING_HOURS = 48
FINDING_DAYS = 400
NEIGHBOUR_HOURS = 72
NEIGHBOURS_OF_A_CELL = 10

_encode = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True)
class IncidentFacts:
    """One incident of a case.

    `severity`: 1 gravest to 4, None unknown; `gravity`: of its category, 0 to 1, None unknown;
    `last_at`: seconds since the epoch. `reports` and `feeds` count what was reported or sensed:
    what patrols and inspections find follows where they are sent, and counting it would send
    them there again (Ensign et al., "Runaway feedback loops in predictive policing", 2018).
    `dead`, `injured`, `people`: the greatest number that a record of it tells. `told`: records
    whose department says how far it is; `in_hand`: those of them that somebody attends to.
    """

    id: str
    category: str
    severity: int | None
    gravity: float | None
    last_at: float
    reports: int
    feeds: int
    dead: int = 0
    injured: int = 0
    people: int = 0
    told: int = 0
    in_hand: int = 0


@dataclass(frozen=True)
class WarningFacts:
    """A warning over the case's place: `grade` is its level, else the severity it tells.

    `starts_at`, `ends_at`: seconds since the epoch; the end is that of its validity, or the moment
    at which another message took its place.
    """

    category: str
    grade: str
    starts_at: float
    ends_at: float


@dataclass(frozen=True)
class FindingFacts:
    """Findings of inspections at the place that nobody says are put right, of one category.

    `severity`: 1 gravest to 4; `last_at`: the latest of these. A grade and never a count: how
    many are found follows how many inspectors are sent.
    """

    category: str
    severity: int
    last_at: float


@dataclass(frozen=True)
class CaseFacts:
    """A case's incidents, and what is known of the place around them.

    `as_of` is the time of its last evidence: what time does to a score counts from there, so that
    a score stands still. `register_class`: the gravest risk class, 1 to 4, that a register gives
    to an enterprise at the place; `neighbours`: times of incidents of the family in the cells
    around, the latest of each cell; `settled_before`: how often it was settled and came again.
    """

    incidents: tuple[IncidentFacts, ...]
    as_of: float
    family: str = ""
    warnings: tuple[WarningFacts, ...] = ()
    findings: tuple[FindingFacts, ...] = ()
    register_class: int | None = None
    neighbours: tuple[float, ...] = ()
    settled_before: int = 0

    def digest(self) -> str:
        """SHA-256 of the evidence, whatever the order it was read in."""
        rows = (
            sorted(self.incidents, key=lambda one: one.id),
            self.as_of,
            self.family,
            sorted(self.warnings, key=_all_of),
            sorted(self.findings, key=_all_of),
            self.register_class,
            sorted(self.neighbours),
            self.settled_before,
        )
        return hashlib.sha256(_encode(rows)).hexdigest()


def _all_of(one: WarningFacts | FindingFacts) -> tuple[object, ...]:
    return tuple(vars(one).values())


@dataclass(frozen=True)
class Finding:
    """What a factor says: a value from 0 to 1 and its reason, an English msgid with its values."""

    value: float
    reason: str
    params: Mapping[str, Any] = field(default_factory=dict)
