"""A ruleset: how records associate, how cases are gathered, scored and levelled. Data, not code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

LEVELS = ("major", "larger", "general", "low")
"""Risk levels, gravest first."""


@dataclass(frozen=True)
class Reach:
    """How far apart two reports of one occurrence may be, in metres and seconds."""

    radius_m: float
    window_s: float


@dataclass(frozen=True)
class FactorRule:
    """A factor's weight (points of 100) and parameters in a ruleset."""

    factor: str
    weight: float
    params: Mapping[str, Any]


@dataclass(frozen=True)
class Rules:
    """A checked ruleset; see `risk.domain.ruleset_check.read`."""

    key: str
    version: int
    default_reach: Reach
    reaches: Mapping[str, Reach]
    case_window: timedelta
    factors: tuple[FactorRule, ...]
    thresholds: Mapping[str, float]
    alert_level: str

    def reach(self, family: str) -> Reach:
        """How records of a family associate."""
        return self.reaches.get(family, self.default_reach)

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
