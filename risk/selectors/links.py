"""What is associated with what, for exports and counters."""

from collections.abc import Iterator

from django.db.models import Model

from risk.domain.alerting import CASE_RULE
from risk.models import Alert, Incident, IncidentRecord, RiskCase, SubjectRecord
from risk.selectors.visibility import real_subjects

Row = tuple[str, str, str]
_KINDS: dict[str, tuple[type[Model], str]] = {
    "incidents": (IncidentRecord, "incident_id"),
    "subjects": (SubjectRecord, "subject_id"),
}


def clusters(kind: str) -> Iterator[Row]:
    """(feed, source_id, cluster id) of `incidents` or `subjects`, exercises left out.

    An exercise may use the ids of real records: with both, a record would stand in two clusters.
    """
    table, cluster_id = _KINDS[kind]
    real = table._default_manager.filter(record__exercise=False)
    rows = real.order_by("record__feed__key", "record__source_id")
    names = ("record__feed__key", "record__source_id", cluster_id)
    for feed, source_id, cluster in rows.values_list(*names).iterator(chunk_size=10_000):
        yield feed, source_id, str(cluster)


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
