"""Whether it grows: the last days of the case against as many before; patrols do not count."""

from collections.abc import Mapping
from typing import Any

from core.words import N_
from risk.domain.facts import CaseFacts, Finding
from risk.domain.params import number, only

LABEL = N_("Trend")


def evaluate(facts: CaseFacts, params: Mapping[str, Any]) -> Finding:
    """How many more there are, over `saturation_rise`; one more is no trend yet."""
    span = params["days"] * 86_400.0
    ages = [facts.as_of - one.last_at for one in facts.incidents if one.reports > 0]
    recent = sum(1 for age in ages if age < span)
    before = sum(1 for age in ages if span <= age < 2 * span)
    value = max(0, recent - before - 1) / (params["saturation_rise"] - 1)
    reason = N_("Incidents in the last %(days)s days: %(recent)s; in as many before: %(before)s")
    shown = {"days": params["days"], "recent": recent, "before": before}
    return Finding(min(1.0, value), reason, shown)


def check(params: Mapping[str, Any]) -> list[str]:
    """`days` of each side, and the `saturation_rise` that is as much as can be, from 2."""
    errors = only(params, {"days", "saturation_rise"}) + number(params, "days", 0.5, 365)
    return errors + number(params, "saturation_rise", 2, 10_000)
