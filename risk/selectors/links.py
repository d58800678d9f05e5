"""What is associated with what, for exports and counters."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Case, QuerySet, When

from risk.domain.alerting import CASE_RULE
from risk.models import Alert, Incident, IncidentRecord, RiskCase, SubjectRecord
from risk.selectors.visibility import real_subjects

Row = tuple[str, str, str]
_NAMES = ("record__feed__key", "record__source_id")


def clusters(kind: str) -> Iterator[Row]:
    """(feed, source_id, cluster id) of `incidents` or `subjects`, exercises left out.

    Each record stands in one cluster: of its subjects it is the enterprise, else the spot, else
    the place of its address. An exercise may use the ids of real records, and would be a second.
    """
    rows = _incidents() if kind == "incidents" else _subjects()
    for feed, source_id, cluster in rows.iterator(chunk_size=10_000):
        yield feed, source_id, str(cluster)


def _incidents() -> QuerySet[Any, Any]:
    links = IncidentRecord.objects.filter(record__exercise=False).order_by(*_NAMES)
    return links.values_list(*_NAMES, "incident_id")


def _subjects() -> QuerySet[Any, Any]:
    sureness = Case(
        When(subject__kind="enterprise", then=0), When(subject__key__startswith="spot:", then=1),
        default=2,
    )  # fmt: skip
    links = SubjectRecord.objects.filter(record__exercise=False).annotate(sureness=sureness)
    return (
        links.order_by(*_NAMES, "sureness", "id")
        .distinct(*_NAMES)
        .values_list(*_NAMES, "subject_id")
    )


def counts() -> dict[str, int]:
    """The city's totals in operation: exercises and silenced alerts are left out."""
    alerts = Alert.objects.filter(exercise=False).exclude(outcome="silenced")
    return {
        "subjects": real_subjects().count(),
        "incidents": Incident.objects.filter(exercise=False)
        .exclude(record_count=0, origin="machine")
        .count(),
        "cases": RiskCase.objects.filter(exercise=False, incident_count__gt=0).count(),
        "alerts": alerts.filter(rule=CASE_RULE).count(),
    }
