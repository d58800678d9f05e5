"""How much every stage of the flow holds: of the whole city, and of each feed."""

from collections import Counter

from django.db.models import Count, Sum

from accounts.domain.viewer import SYSTEM
from departments.selectors import tasks_visible_to
from integration.selectors import deliveries_visible_to, feeds_visible_to, records_visible_to
from risk import selectors as risk
from risk.domain.rules import LEVELS

__all__ = ["BY_FEED", "COUNTERS", "STAGES", "levels", "totals", "totals_by_feed"]

_ROWS = ("received", "accepted", "updated", "duplicates", "quarantined", "flagged")
COUNTERS = (*_ROWS, "records", "subjects", "incidents", "cases", "alerts", "tasks")
BY_FEED = (*_ROWS, "records", "incidents", "cases", "alerts", "tasks")
# A healthy day may have no duplicate and no problem, but something passes every stage.
STAGES = ("received", "accepted", "records", "subjects", "incidents", "cases", "alerts", "tasks")


def totals() -> dict[str, int]:
    """The counters of every stage, of the whole city."""
    sums = deliveries_visible_to(SYSTEM).aggregate(**{name: Sum(name) for name in _ROWS})
    return {
        **{name: sums[name] or 0 for name in _ROWS},
        "records": records_visible_to(SYSTEM).count(),
        **risk.counts(),
        "tasks": tasks_visible_to(SYSTEM).filter(exercise=False).count(),
    }


def totals_by_feed() -> dict[str, dict[str, int]]:
    """The counters of every feed, in a fixed number of queries.

    An incident that two feeds reported counts for both, so these do not add up to the totals.
    """
    found = {
        key: dict.fromkeys(BY_FEED, 0)
        for key in feeds_visible_to(SYSTEM).values_list("key", flat=True)
    }
    sums = deliveries_visible_to(SYSTEM).order_by().values_list("feed__key")
    for key, *counts in sums.annotate(*(Sum(name) for name in _ROWS)):
        found[key] |= dict(zip(_ROWS, counts, strict=True))
    records = records_visible_to(SYSTEM).order_by().values_list("feed__key")
    for key, count in records.annotate(count=Count("*")):
        found[key]["records"] = count
    for key, stages in risk.counts_by_feed().items():
        found[key] |= stages
    for key, count in _tasks_by_feed().items():
        found[key]["tasks"] = count
    return found


def levels() -> dict[str, int]:
    """How many cases stand on each risk level."""
    cases = risk.cases_listed_to(SYSTEM)
    return {level: cases.filter(risk_level=level).count() for level in LEVELS}


def _tasks_by_feed() -> Counter[str]:
    """Tasks about cases in which a feed has a record."""
    tasks = tasks_visible_to(SYSTEM).filter(exercise=False).exclude(case=None)
    cases = list(tasks.values_list("case_id", flat=True))
    feeds = risk.feeds_of_cases(cases)
    return Counter(key for case in cases for key in feeds.get(case, ()))
