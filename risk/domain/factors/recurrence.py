"""Whether what was done did not last: how often it was settled here and came again."""

from collections.abc import Mapping
from typing import Any

from core.words import N_
from risk.domain.facts import CaseFacts, Finding
from risk.domain.params import number, only

LABEL = N_("Recurrence")


def evaluate(facts: CaseFacts, params: Mapping[str, Any]) -> Finding:
    """Number of times over `saturation_count`, at most 1."""
    count = facts.settled_before
    if not count:
        return Finding(0.0, N_("It was not settled here before"))
    reason = N_("Times it was settled here and came again: %(count)s")
    return Finding(min(1.0, count / params["saturation_count"]), reason, {"count": count})


def check(params: Mapping[str, Any]) -> list[str]:
    """`saturation_count`: how often is as often as can be."""
    return only(params, {"saturation_count"}) + number(params, "saturation_count", 1, 100)
