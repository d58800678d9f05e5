"""How often it happened within the case's window; what only patrols found does not count."""

from collections.abc import Mapping
from typing import Any

from core.words import N_
from risk.domain.facts import CaseFacts, Finding
from risk.domain.params import number, only

LABEL = N_("Frequency")


def evaluate(facts: CaseFacts, params: Mapping[str, Any]) -> Finding:
    """Number of incidents over `saturation_count`, at most 1."""
    count = sum(1 for one in facts.incidents if one.reports > 0)
    value = min(1.0, count / params["saturation_count"])
    return Finding(value, N_("Incidents in the window: %(count)s"), {"count": count})


def check(params: Mapping[str, Any]) -> list[str]:
    """`saturation_count`: how many incidents are as many as can be."""
    return only(params, {"saturation_count"}) + number(params, "saturation_count", 1, 10_000)
