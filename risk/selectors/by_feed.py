"""How far the records of each feed came, in a handful of grouped queries."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from django.db.models import Count, Model, QuerySet

from risk.domain.alerting import CASE_RULE
from risk.models import Alert, CaseIncident, IncidentRecord


def counts_by_feed() -> dict[str, dict[str, int]]:
    """Incidents, cases and alerts with a record of each feed, by feed key; as `counts` counts.

    What several feeds report together counts once for each of them.
    """
    alerts = Alert.objects.filter(exercise=False, rule=CASE_RULE).exclude(outcome="silenced")
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for name, rows, feed, what in (
        ("incidents", _real_incidents(), "record__feed__key", "incident_id"),
        ("cases", _real_cases(), "incident__links__record__feed__key", "case_id"),
        ("alerts", alerts, "case__links__incident__links__record__feed__key", "id"),
    ):
        for key, count in _grouped(rows, feed, what):
            found[key][name] = count
    return dict(found)


def feeds_of_cases(case_ids: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """The keys of the feeds that have a record in each of the cases; one query."""
    feed = "incident__links__record__feed__key"
    links = CaseIncident.objects.filter(case_id__in=list(case_ids))
    found: dict[UUID, set[str]] = defaultdict(set)
    for case, key in links.exclude(**{feed: None}).values_list("case_id", feed).distinct():
        found[case].add(key)
    return {case: frozenset(keys) for case, keys in found.items()}


def _real_incidents() -> QuerySet[IncidentRecord]:
    return IncidentRecord.objects.filter(incident__exercise=False)


def _real_cases() -> QuerySet[CaseIncident]:
    return CaseIncident.objects.filter(case__exercise=False)


def _grouped(rows: QuerySet[Model], feed: str, what: str) -> list[tuple[str, int]]:
    known = rows.exclude(**{feed: None})
    return list(known.values_list(feed).annotate(Count(what, distinct=True)).order_by(feed))
