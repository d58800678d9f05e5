"""A warning over the place that bears on what happens there: rain on water, gales on facilities.

Issued, and not computed here: the level is the authority's. A warning counts where its validity
meets the hours around the case's last evidence, so that the passing of time changes no score.
"""

from collections.abc import Mapping
from typing import Any

from core.words import N_
from risk.domain.facts import WARNING_HOURS, CaseFacts, Finding, WarningFacts
from risk.domain.params import lists, number, numbers, only

LABEL = N_("Warning in force")
_REASONS = {
    "red": N_("A red warning bears on it: %(category)s"),
    "orange": N_("An orange warning bears on it: %(category)s"),
    "yellow": N_("A yellow warning bears on it: %(category)s"),
    "blue": N_("A blue warning bears on it: %(category)s"),
}
_OTHER = N_("A warning bears on it: %(category)s")
_GRADES = ("red", "orange", "yellow", "blue", "Extreme", "Severe", "Moderate", "Minor")


def evaluate(facts: CaseFacts, params: Mapping[str, Any]) -> Finding:
    """The value of the gravest warning that bears on the case's family, 0 if none does."""
    grades, missing = params["grades"], params["missing"]
    bearing = [
        (grades.get(one.grade, missing), one.starts_at, one.category, one.grade)
        for one in facts.warnings
        if facts.family in params["families"].get(one.category, ()) and _near(one, facts, params)
    ]
    if not bearing:
        return Finding(0.0, N_("No warning bears on it"))
    value, _, category, grade = max(bearing)
    return Finding(value, _REASONS.get(grade, _OTHER), {"category": category})


def _near(warning: WarningFacts, facts: CaseFacts, params: Mapping[str, Any]) -> bool:
    since: float = facts.as_of - params["hours_before"] * 3600.0
    until: float = facts.as_of + params["hours_after"] * 3600.0
    return warning.starts_at <= until and warning.ends_at > since


def check(params: Mapping[str, Any]) -> list[str]:
    """`families` that categories of warnings bear on; `grades` and `missing` from 0 to 1.

    `grades` are warning levels and, for messages without one, CAP's severities. `hours_before`
    and `hours_after` the last evidence, up to 48.
    """
    names = {"families", "grades", "missing", "hours_before", "hours_after"}
    errors = only(params, names) + number(params, "missing", 0, 1)
    errors += numbers(params, "grades", _GRADES, 0, 1) + lists(params, "families")
    for name in ("hours_before", "hours_after"):
        errors += number(params, name, 0, WARNING_HOURS)
    return errors
