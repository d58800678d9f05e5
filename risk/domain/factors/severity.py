"""How grave the incidents were reported to be: the gravest, and the average of all."""

from collections.abc import Mapping
from typing import Any

from core.words import N_
from risk.domain.facts import CaseFacts, Finding
from risk.domain.params import CLASSES, number, numbers, only

LABEL = N_("Severity")


def evaluate(facts: CaseFacts, params: Mapping[str, Any]) -> Finding:
    """`gravest_share` of the gravest value plus the rest of the mean value."""
    known = [one.severity for one in facts.incidents if one.severity is not None]
    values = [
        params["missing"] if one.severity is None else params["values"][str(one.severity)]
        for one in facts.incidents
    ]
    share = params["gravest_share"]
    value = share * max(values) + (1 - share) * sum(values) / len(values)
    if not known:
        return Finding(value, N_("No severity was reported"))
    return Finding(value, N_("Gravest reported severity: class %(class)s"), {"class": min(known)})


def check(params: Mapping[str, Any]) -> list[str]:
    """`values` of classes 1 to 4, `missing` and `gravest_share`, all from 0 to 1."""
    errors = only(params, {"values", "missing", "gravest_share"})
    for name in ("missing", "gravest_share"):
        errors += number(params, name, 0, 1)
    return errors + numbers(params, "values", CLASSES, 0, 1)
