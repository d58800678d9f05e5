"""A ruleset: how records associate, how cases are gathered, scored and levelled. Data, not code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

LEVELS = ("major", "larger", "general", "low")
"""Risk levels, gravest first."""

# Where a ruleset says nothing else: half a day, and levels by multiples of a feed's own limit.
WARNING_HOURS = 12.0
SILENCE = {"general": 1.0, "larger": 4.0, "major": 12.0}


@dataclass(frozen=True)
class Reach:
    """How far apart two reports of one occurrence may be, in metres and seconds.

    `radius_m` from the centre of the incident, `window_s` from its first or last report;
    `longest_s`: how long an incident may grow. Its end is not known: without a limit, reports of
    a busy place would chain into one incident for ever.
    """

    radius_m: float
    window_s: float
    longest_s: float = 86_400.0


@dataclass(frozen=True)
class Occurrence:
    """A kind of occurrence: `categories` that tell of it, `may_tell` that can be part of it."""

    key: str
    categories: tuple[str, ...]
    may_tell: tuple[str, ...]
    reach: Reach


@dataclass(frozen=True)
class FactorRule:
    """A factor's weight (points of 100) and parameters in a ruleset."""

    factor: str
    weight: float
    params: Mapping[str, Any]


@dataclass(frozen=True)
class Rules:
    """A checked ruleset; see `risk.domain.ruleset_check.read`.

    `warning_hours`: how long a warning is valid that tells no end. `silence`: from how many times
    its own limit on a silent feed is of which risk level. `roads`, `places`: words, besides the
    common ones, with which the names of roads and of places end in this city.
    """

    key: str
    version: int
    default_reach: Reach
    reaches: Mapping[str, Reach]
    case_window: timedelta
    factors: tuple[FactorRule, ...]
    thresholds: Mapping[str, float]
    alert_level: str
    warning_hours: float = WARNING_HOURS
    silence: Mapping[str, float] = field(default_factory=lambda: SILENCE)
    occurrences: tuple[Occurrence, ...] = ()
    roads: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    def factor(self, name: str) -> FactorRule | None:
        """The rule of a factor, None where the ruleset does without it."""
        return next((one for one in self.factors if one.factor == name), None)

    def silent_level(self, limits: float) -> str:
        """The risk level of a feed's silence of so many times its own limit."""
        for level in LEVELS:
            if level in self.silence and limits >= self.silence[level]:
                return level
        return LEVELS[-1]

    def level(self, score: float) -> str:
        """The risk level of a score: the gravest whose threshold it reaches."""
        for level in LEVELS[:-1]:
            if score >= self.thresholds[level]:
                return level
        return LEVELS[-1]

    def alerts(self, level: str) -> bool:
        """Whether a case of this risk level deserves an alert."""
        return at_least(level, self.alert_level)


def at_least(level: str, other: str) -> bool:
    """Whether a risk level is as grave as another, or graver."""
    return LEVELS.index(level) <= LEVELS.index(other)
