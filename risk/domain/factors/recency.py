"""How fresh the case is: the share of its incidents that are recent at its last evidence.

What only patrols found counts once, however many of them there are.
"""

from collections.abc import Mapping
from typing import Any

from core.words import N_
from risk.domain.facts import CaseFacts, Finding
from risk.domain.params import number, only

LABEL = N_("Recency")


def evaluate(facts: CaseFacts, params: Mapping[str, Any]) -> Finding:
    """Each incident counts half as much every `half_life_hours`; 1 − 0.5^(sum of what is left).

    A single incident gives one half, a burst of them comes near 1, and incidents of long ago
    add nearly nothing.
    """
    half_life_s = params["half_life_hours"] * 3600.0
    reported = [one.last_at for one in facts.incidents if one.reports > 0]
    times = reported or [max(one.last_at for one in facts.incidents)]
    left = sum(0.5 ** (max(0.0, facts.as_of - at) / half_life_s) for at in times)
    day_ago = facts.as_of - 86_400.0
    count = sum(1 for at in times if at >= day_ago)
    reason = N_("Incidents in the last 24 hours of evidence: %(count)s")
    return Finding(1.0 - 0.5**left, reason, {"count": count})


def check(params: Mapping[str, Any]) -> list[str]:
    """`half_life_hours`: after how long an incident counts half."""
    return only(params, {"half_life_hours"}) + number(params, "half_life_hours", 0.1, 100_000)
