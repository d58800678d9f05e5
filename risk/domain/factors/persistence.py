"""How long it goes on: the number of days on which it was reported; patrols do not count."""

from collections.abc import Mapping
from typing import Any

from core.words import N_
from risk.domain.facts import CaseFacts, Finding
from risk.domain.params import number, only

LABEL = N_("Persistence")


def evaluate(facts: CaseFacts, params: Mapping[str, Any]) -> Finding:
    """Days, counted back from the last evidence; the first day is no persistence yet."""
    days = {int((facts.as_of - one.last_at) // 86_400) for one in facts.incidents if one.reports}
    value = max(0, len(days) - 1) / (params["saturation_days"] - 1)
    return Finding(min(1.0, value), N_("Days with incidents: %(count)s"), {"count": len(days)})


def check(params: Mapping[str, Any]) -> list[str]:
    """`saturation_days`: how many days are as many as can be, from 2."""
    return only(params, {"saturation_days"}) + number(params, "saturation_days", 2, 365)
