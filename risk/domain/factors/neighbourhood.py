"""Whether it happens around the place as well: the same family in the cells next to it."""

from collections.abc import Mapping
from typing import Any

from core.words import N_
from risk.domain.facts import NEIGHBOUR_HOURS, NEIGHBOURS_OF_A_CELL, CaseFacts, Finding
from risk.domain.params import number, only

LABEL = N_("Neighbourhood")


def evaluate(facts: CaseFacts, params: Mapping[str, Any]) -> Finding:
    """Incidents around it within `window_hours` before the last evidence, over a saturation."""
    since = facts.as_of - params["window_hours"] * 3600.0
    count = sum(1 for at in facts.neighbours if since <= at <= facts.as_of)
    value = min(1.0, count / params["saturation_count"])
    reason = N_("Incidents of the kind around it in the last %(hours)s hours: %(count)s")
    return Finding(value, reason, {"hours": params["window_hours"], "count": count})


def check(params: Mapping[str, Any]) -> list[str]:
    """`window_hours` up to 72; `saturation_count`, up to 60: what is as many as can be."""
    errors = only(params, {"window_hours", "saturation_count"})
    errors += number(params, "window_hours", 1, NEIGHBOUR_HOURS)
    return errors + number(params, "saturation_count", 1, 6 * NEIGHBOURS_OF_A_CELL)
