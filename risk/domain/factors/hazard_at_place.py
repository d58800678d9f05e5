"""What inspections found at the place and nobody says is put right: the gravest grade of it.

A grade and never a count, since how many hazards are found follows how many inspectors are sent.
"""

from collections.abc import Mapping
from typing import Any

from core.words import N_
from risk.domain.facts import FINDING_DAYS, CaseFacts, Finding
from risk.domain.params import CLASSES, number, numbers, only, texts

LABEL = N_("Hazard at the place")


def evaluate(facts: CaseFacts, params: Mapping[str, Any]) -> Finding:
    """The value of the gravest open finding of the last `days`, 0 if there is none."""
    since = facts.as_of - params["days"] * 86_400.0
    classes = [
        one.severity
        for one in facts.findings
        if one.category in params["categories"] and one.last_at >= since
    ]
    if not classes:
        return Finding(0.0, N_("No open finding of an inspection here"))
    gravest = min(classes)
    reason = N_("Gravest open finding of an inspection here: class %(class)s")
    return Finding(params["values"][str(gravest)], reason, {"class": gravest})


def check(params: Mapping[str, Any]) -> list[str]:
    """`categories` that are hazards, `values` of classes 1 to 4, `days` they count, up to 400."""
    errors = only(params, {"categories", "values", "days"}) + texts(params, "categories")
    errors += numbers(params, "values", CLASSES, 0, 1)
    return errors + number(params, "days", 1, FINDING_DAYS)
