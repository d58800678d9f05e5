"""How dangerous this kind of occurrence is by itself: the gravest category of the case."""

from collections.abc import Mapping
from typing import Any

from core.words import N_
from risk.domain.facts import CaseFacts, Finding
from risk.domain.params import number, only

LABEL = N_("Gravity of the category")


def evaluate(facts: CaseFacts, params: Mapping[str, Any]) -> Finding:
    """The greatest gravity of the categories."""
    missing = params["missing"]
    rows = [
        (missing if one.gravity is None else one.gravity, one.category) for one in facts.incidents
    ]
    value, category = max(rows)
    return Finding(value, N_("Gravest category: %(category)s"), {"category": category})


def check(params: Mapping[str, Any]) -> list[str]:
    """`missing`: the gravity of a category that has none, from 0 to 1."""
    return only(params, {"missing"}) + number(params, "missing", 0, 1)
