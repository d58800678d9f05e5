"""Records become spots and incidents: once, set-based, and again when they change."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from risk import services as risk
from risk.models import Incident, IncidentRecord, Subject, SubjectRecord
from tests.risk.calls import AT, NOISE, Call, owed, push

pytestmark = pytest.mark.django_db


def _state() -> list[object]:
    """Everything association writes, but for the moment of writing."""
    incidents = Incident.objects.order_by("id").values_list(
        "id", "number", "category", "severity", "first_at", "last_at", "lon", "lat", "h3",
        "district", "record_count", "feed_count", "summary",
    )  # fmt: skip
    links = IncidentRecord.objects.order_by("id").values_list("record_id", "incident_id", "weight")
    spots = SubjectRecord.objects.order_by("id").values_list("record_id", "subject_id")
    return [list(incidents), list(links), list(spots), Subject.objects.count()]


def test_calls_about_one_fire_are_one_incident_with_grounds() -> None:
    delivery = push(
        Call("a", severity=3),
        Call("b", minutes=10, east=80, severity=1, text="明火"),
        Call("far", minutes=5, east=3000),
        Call("noise", minutes=5, category=NOISE),
    )
    risk.associate(delivery_ids=[delivery])
    assert Incident.objects.count() == 3
    fire = Incident.objects.get(record_count=2)
    assert (fire.severity, fire.summary) == (1, "明火")
    assert (fire.first_at, fire.last_at) == (AT, AT + timedelta(minutes=10))
    assert fire.district == "990102"
    assert fire.feed_count == 1
    for link in IncidentRecord.objects.all():
        assert {one["field"] for one in link.grounds} == {"place", "time", "kind"}
        assert sum(one["weight"] for one in link.grounds) == link.weight
    assert set(owed("gather")) == set(Incident.objects.values_list("id", flat=True))


def test_each_located_record_has_a_readable_spot() -> None:
    risk.associate(delivery_ids=[push(Call("a"), Call("b", east=5))])
    spot = Subject.objects.get(key__startswith="spot:")
    assert spot.key.startswith("spot:89")
    assert "临江区" in spot.name_zh
    assert "滨江大道" in spot.name_zh
    assert "滨江大道" in spot.name_en
    assert spot.geometry["type"] == "Polygon"
    assert spot.cells.count() == 1
    assert spot.links.count() == 2


def test_doing_it_again_changes_nothing() -> None:
    delivery = push(Call("a"), Call("b", minutes=10, east=80), Call("c", minutes=400))
    risk.associate(delivery_ids=[delivery])
    before = _state()
    risk.associate(delivery_ids=[delivery, delivery])
    assert _state() == before


def test_the_order_of_rows_decides_nothing() -> None:
    calls = [Call(f"r{one}", minutes=one * 7 % 90, east=one * 61 % 400) for one in range(12)]

    def partition(order: list[Call]) -> set[frozenset[str]]:
        mark = transaction.savepoint()
        risk.associate(delivery_ids=[push(*order)])
        found: dict[object, set[str]] = {}
        links = IncidentRecord.objects.values_list("incident_id", "record__source_id")
        for incident, source_id in links:
            found.setdefault(incident, set()).add(source_id)
        transaction.savepoint_rollback(mark)
        return {frozenset(one) for one in found.values()}

    assert partition(calls) == partition(calls[::-1]) == partition(calls[5:] + calls[:5])


def test_what_has_only_an_address_is_an_incident_of_its_district() -> None:
    risk.associate(delivery_ids=[push(Call("a", placed=False))])
    incident = Incident.objects.get()
    assert (incident.lon, incident.lat, incident.h3, incident.grid) == (None, None, None, "")
    assert (incident.district, incident.record_count) == ("990102", 1)
    assert [one.subject.key for one in SubjectRecord.objects.all()] == ["place:990102:滨江大道12号"]


def test_a_later_delivery_joins_the_open_incident() -> None:
    risk.associate(delivery_ids=[push(Call("a"))])
    risk.associate(delivery_ids=[push(Call("b", minutes=30, east=50, severity=1))])
    incident = Incident.objects.get()
    assert (incident.record_count, incident.severity) == (2, 1)
    risk.associate(delivery_ids=[push(Call("late", minutes=-30))])
    incident.refresh_from_db()
    assert (incident.record_count, incident.first_at) == (3, AT - timedelta(minutes=30))


def test_an_updated_record_changes_its_incident() -> None:
    risk.associate(delivery_ids=[push(Call("a"), Call("b", minutes=5))])
    number = Incident.objects.get().number
    risk.associate(delivery_ids=[push(Call("b", minutes=5, severity=1, text="有人被困"))])
    incident = Incident.objects.get()
    assert (incident.number, incident.record_count) == (number, 2)
    assert (incident.severity, incident.summary) == (1, "有人被困")


def test_a_moved_record_leaves_its_incident() -> None:
    risk.associate(delivery_ids=[push(Call("a", severity=4), Call("b", minutes=5, severity=1))])
    first = Incident.objects.get()
    risk.associate(delivery_ids=[push(Call("b", minutes=5, east=4000, severity=1))])
    first.refresh_from_db()
    assert (first.record_count, first.severity) == (1, 4)
    other = Incident.objects.exclude(id=first.id).get()
    assert (other.record_count, other.severity) == (1, 1)
    links = SubjectRecord.objects.filter(subject__key__startswith="spot:")
    spots = {link.record_id: link.subject_id for link in links}
    assert len(spots) == links.count() == 2
    assert len(set(spots.values())) == 2


def test_a_lone_record_that_moved_keeps_its_incident() -> None:
    risk.associate(delivery_ids=[push(Call("a"))])
    number = Incident.objects.get().number
    risk.associate(delivery_ids=[push(Call("a", east=4000))])
    assert Incident.objects.get().number == number


def test_a_lone_record_that_lost_its_position_keeps_its_incident_at_its_address() -> None:
    risk.associate(delivery_ids=[push(Call("a"))])
    risk.gather(incident_ids=owed("gather"))
    risk.associate(delivery_ids=[push(Call("a", placed=False))])
    incident = Incident.objects.get()
    assert (incident.record_count, incident.lon, incident.district) == (1, None, "990102")
    risk.gather(incident_ids=owed("gather"))
    assert incident.case_links.get().case.subject.key == "place:990102:滨江大道12号"


def test_exercises_only_meet_exercises() -> None:
    risk.associate(delivery_ids=[push(Call("a"))])
    risk.associate(delivery_ids=[push(Call("drill"), exercise=True)])
    assert Incident.objects.filter(exercise=False, record_count=1).count() == 1
    assert Incident.objects.filter(exercise=True, record_count=1).count() == 1


def test_a_failure_before_commit_leaves_nothing() -> None:
    delivery = push(Call("a"))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        risk.associate(delivery_ids=[delivery])
        assert Incident.objects.count() == 1
        _ = 1 / 0
    assert _state() == [[], [], [], 0]
    assert owed("gather") == []


def test_a_large_delivery_takes_few_statements() -> None:
    calls = [Call(f"n{one}", minutes=one % 600, east=one % 37 * 90) for one in range(600)]
    delivery = push(*calls)
    counter = _Counter()
    with connection.execute_wrapper(counter):
        risk.associate(delivery_ids=[delivery])
    assert counter.count < 60


class _Counter:
    """Counts statements as they pass."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        self.count += 1
        return execute(sql, params, many, context)
