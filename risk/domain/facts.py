"""What a case shows, as far as scores may know it. Nothing of any person is in it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class IncidentFacts:
    """One incident of a case.

    `severity`: 1 gravest to 4, None unknown; `gravity`: of its category, 0 to 1, None unknown;
    `last_at`: seconds since the epoch. `reports` and `feeds` count what was reported or sensed:
    what patrols and inspections find follows where they are sent, and counting it would send
    them there again (Ensign et al., "Runaway feedback loops in predictive policing", 2018).
    """

    id: str
    category: str
    severity: int | None
    gravity: float | None
    last_at: float
    reports: int
    feeds: int


@dataclass(frozen=True)
class CaseFacts:
    """A case's incidents; `as_of` is the time of its last evidence: a score stands still."""

    incidents: tuple[IncidentFacts, ...]
    as_of: float

    def digest(self) -> str:
        """SHA-256 of the evidence, whatever the order it was read in."""
        rows = sorted((vars(one) for one in self.incidents), key=lambda row: str(row["id"]))
        text = json.dumps({"as_of": self.as_of, "incidents": rows}, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Finding:
    """What a factor says: a value from 0 to 1 and its reason, an English msgid with its values."""

    value: float
    reason: str
    params: Mapping[str, Any] = field(default_factory=dict)
