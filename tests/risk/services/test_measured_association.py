"""Incidents across departments, measured against the load generator's answer key.

The seed is held out: no parameter was chosen on it. F1 is over pairs of all distinct rows; what
is quarantined or in no incident stands alone, and its true pairs count as missed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from uuid import UUID

import pytest
from django.db import transaction
from django.db.models import Sum

from audit.domain import SYSTEM
from integration.services import receive
from risk import services as risk
from risk.models import Incident, IncidentRecord
from risk.selectors import clusters
from tests.integration.services.nine import Load, load
from work.models import WorkItem

pytestmark = [pytest.mark.django_db, pytest.mark.reference, pytest.mark.slow]
SEED, ROWS, DAYS = 20_261, 12_000, 7.2
Key = tuple[str, str]


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def _f1(truth: Mapping[Key, str], cluster: Mapping[Key, str]) -> float:
    labels = {key: cluster.get(key, "/".join(key)) for key in truth}
    both = Counter((labels[key], incident) for key, incident in truth.items() if incident)
    found = _pairs(Counter(labels.values()).values())
    real = _pairs(Counter(incident for incident in truth.values() if incident).values())
    return 2 * _pairs(both.values()) / (found + real)


def _deliver(made: Load) -> list[UUID]:
    for batch in made.batches(1000):
        receive(feed_key=batch.feed, body=batch.body, sender=SYSTEM)
    items = WorkItem.objects.filter(step="associate").order_by("object_id")
    return list(items.values_list("object_id", flat=True))


def _score(made: Load) -> float:
    rows = [row.truth for row in made.rows]
    truth = {(row["dept"], row["source_id"]): row["incident"] for row in rows}
    return _f1(truth, {(feed, source): own for feed, source, own in clusters("incidents")})


def test_incidents_of_nine_departments_agree_with_the_answer_key() -> None:
    made = load(seed=SEED, n=ROWS, days=DAYS)
    deliveries = _deliver(made)
    mark = transaction.savepoint()
    risk.associate(delivery_ids=deliveries)
    at_once = _score(made)
    assert at_once >= 0.80
    transaction.savepoint_rollback(mark)
    for delivery in reversed(deliveries):
        risk.associate(delivery_ids=[delivery])
    assert _score(made) == pytest.approx(at_once, abs=0.02)
    told = Incident.objects.aggregate(records=Sum("record_count"))["records"]
    assert told == IncidentRecord.objects.count()
