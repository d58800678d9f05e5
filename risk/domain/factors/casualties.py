"""How many were hurt: numbers that records tell of the worst incident, never who they are."""

from collections.abc import Mapping
from typing import Any

from core.words import N_
from risk.domain.facts import CaseFacts, Finding
from risk.domain.params import number, only

LABEL = N_("Casualties")
_NAMES = ("dead", "injured", "people")


def evaluate(facts: CaseFacts, params: Mapping[str, Any]) -> Finding:
    """The dead, the injured and the people involved, each worth its own, together at most 1."""
    rows = []
    for one in facts.incidents:
        weighed = one.dead * params["dead"] + one.injured * params["injured"]
        rows.append((weighed + one.people * params["people"], one.dead, one.injured, one.people))
    value, dead, injured, people = max(rows)
    if not dead + injured + people:
        return Finding(0.0, N_("No casualties were reported"))
    reason = N_("Worst incident: %(dead)s dead, %(injured)s injured, %(people)s people involved")
    return Finding(min(1.0, value), reason, {"dead": dead, "injured": injured, "people": people})


def check(params: Mapping[str, Any]) -> list[str]:
    """What one of the `dead`, `injured` and `people` is worth, from 0 to 1."""
    return only(params, set(_NAMES)) + [
        error for name in _NAMES for error in number(params, name, 0, 1)
    ]
