"""Subjects: enterprises of a register and of inspections, places of addresses; never a person."""

import json
from datetime import timedelta
from typing import Any

import pytest

from audit.domain import SYSTEM
from core.clock import fixed
from integration.services import receive
from risk import services as risk
from risk.domain.enterprises import enterprise_name
from risk.models import Subject, SubjectRecord
from risk.selectors import clusters
from tests.risk import bureaus
from tests.risk.calls import AT, Call, push
from tests.risk.reports import Complaint, complain

pytestmark = pytest.mark.django_db
NUMBER = "92990102MA00000007"


def _associate(*deliveries: Any) -> None:
    for delivery in deliveries:
        risk.associate(delivery_ids=[delivery])


def _links(source_id: str) -> dict[str, float]:
    links = SubjectRecord.objects.filter(record__source_id=source_id).select_related("subject")
    for link in links:
        assert sum(one["weight"] for one in link.grounds) == link.weight
    return {link.subject.key.partition(":")[0]: link.weight for link in links}


def test_a_registered_enterprise_is_a_subject_by_its_number() -> None:
    _associate(bureaus.register(NUMBER, risk="C"))
    subject = Subject.objects.get(key=f"enterprise:{NUMBER}")
    assert (subject.kind, subject.name_zh) == ("enterprise", "滨江苑化工有限公司")
    assert subject.address == "滨海市临江区滨江大道12号"
    assert (subject.district, bool(subject.grid)) == ("990102", True)
    assert subject.attributes == {
        "risk_class": 2,
        "business": "危险化学品经营",
        "founded": "2019-05-06",
        "failed_inspection": False,
    }
    assert subject.parent is not None
    assert subject.parent.key == "place:990102:滨江大道12号"
    assert set(_links(NUMBER)) == {"spot", "place", "enterprise"}


def test_an_enterprise_follows_its_register() -> None:
    _associate(bureaus.register(NUMBER, risk="D"), bureaus.register(NUMBER, risk="A"))
    assert Subject.objects.get(kind="enterprise").attributes["risk_class"] == 4
    assert SubjectRecord.objects.filter(subject__kind="enterprise").count() == 1


def test_inspections_without_a_register_are_about_a_name_in_a_district() -> None:
    _associate(bureaus.inspect("a", grade=3), bureaus.inspect("b", hours=24, grade=1))
    subject = Subject.objects.get(kind="enterprise")
    assert subject.key == "enterprise:name:990102:滨江苑物业服务有限公司"
    shown = {"hazard_gravest": 1, "hazard_newest": 1, "inspected_at": "2026-03-03"}
    assert subject.attributes == shown
    _associate(bureaus.inspect("c", hours=48, grade=4))
    subject.refresh_from_db()
    assert (subject.attributes["hazard_gravest"], subject.attributes["hazard_newest"]) == (1, 4)
    assert _links("c")["enterprise"] == 3.0


def test_a_corrected_grade_is_followed() -> None:
    _associate(bureaus.inspect("a", grade=1), bureaus.inspect("a", grade=4))
    assert Subject.objects.get(kind="enterprise").attributes["hazard_gravest"] == 4


def _register(number: str, name: str, **changes: object) -> Any:
    """A row of the register at the place of the inspections."""
    row = "uniscid,entname,estdate,type,x_m,y_m,dom,regcap_wy,opscope,risk\n"
    east, north = bureaus._METRES.transform(
        bureaus.LON, bureaus.LAT + float(str(changes.get("north", 0)))
    )
    row += f"{number},{name},2019-05-06,{changes.get('type', 'SL')},{east:.2f},{north:.2f},"
    row += "滨海市临江区滨江大道12号,500.0,餐饮,B\n"
    with fixed(AT + timedelta(days=30)):
        return receive(feed_key="market", body=row.encode(), sender=SYSTEM).body["id"]


INSPECTED = "滨江苑物业服务有限公司"


@pytest.mark.parametrize("register_first", [True, False])
def test_an_inspection_is_about_the_registered_enterprise_at_its_site(register_first: bool) -> None:
    sends = [lambda: _register(NUMBER, INSPECTED), lambda: bureaus.inspect("a", grade=2)]
    for send in sends if register_first else reversed(sends):
        _associate(send())
    link = SubjectRecord.objects.get(record__source_id="a", subject__kind="enterprise")
    assert link.subject.key == f"enterprise:{NUMBER}"
    assert [one["level"] for one in link.grounds] == ["same_name", "same_site"]
    assert link.subject.attributes["hazard_gravest"] == 2
    assert link.subject.attributes["risk_class"] == 3
    before = SubjectRecord.objects.order_by("id").values_list("id", "subject_id")
    held = list(before)
    _associate(bureaus.inspect("b", hours=1, grade=3))
    assert list(before)[: len(held)] == held


def test_the_same_name_far_away_is_another_enterprise() -> None:
    _associate(_register(NUMBER, INSPECTED, north=0.003), bureaus.inspect("a"))
    assert Subject.objects.filter(kind="enterprise").count() == 2


def test_a_failed_sample_marks_its_enterprise() -> None:
    _associate(_register(NUMBER, "滨江餐饮店", type="CJ"))
    assert Subject.objects.get(kind="enterprise").attributes["failed_inspection"] is True


def test_a_person_is_no_subject() -> None:
    _associate(_register(NUMBER, "王小明"))
    subject = Subject.objects.get(kind="enterprise")
    assert subject.name_zh == "登记主体 000007"
    assert "王小明" not in json.dumps(
        list(Subject.objects.values()), default=str, ensure_ascii=False
    )


@pytest.mark.parametrize("text", ["王小明", "欧阳娜娜", "李某", "张 伟", ""])
def test_names_of_persons_are_no_names_of_enterprises(text: str) -> None:
    assert enterprise_name(text) == ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("王小明餐饮店", "王小明餐饮店"),
        ("老王茶馆", "老王茶馆"),
        ("滨江（花园） 超市", "滨江(花园)超市"),
    ],
)
def test_enterprises_keep_their_names(text: str, name: str) -> None:
    assert enterprise_name(text) == name


def test_an_exercise_tells_of_no_enterprise() -> None:
    _associate(bureaus.inspect("drill", exercise=True))
    assert not Subject.objects.filter(kind="enterprise").exists()


def test_places_stand_in_the_middle_of_their_located_records() -> None:
    address = "滨海市临江区滨江花园3幢"
    _associate(complain(Complaint("a", placed=False, address=address)))
    place = Subject.objects.get(key="place:990102:滨江花园")
    assert (place.kind, place.name_zh, place.attributes) == (
        "place",
        "临江区滨江花园",
        {"located": 0},
    )
    assert (place.name_en, place.grid) == ("滨江花园, Linjiang District", "")
    _associate(complain(*(Complaint(f"b{at}", east=at, address=address) for at in (0, 200))))
    place.refresh_from_db()
    assert place.attributes == {"located": 2}
    assert place.lon == pytest.approx(120.30 + 100 / 96_200, abs=2e-5)
    assert place.grid != ""


def test_an_exercise_moves_no_place() -> None:
    address = "滨海市临江区滨江花园3幢"
    _associate(complain(Complaint("a", address=address)))
    place = Subject.objects.get(key="place:990102:滨江花园")
    assert (place.lon, place.attributes) == (pytest.approx(120.30, abs=2e-5), {"located": 1})
    before = place.lon
    _associate(complain(Complaint("drill", east=400, address=address), exercise=True))
    assert SubjectRecord.objects.filter(subject=place).count() == 2
    place.refresh_from_db()
    assert (place.lon, place.attributes) == (before, {"located": 1})


def test_a_record_leaves_the_place_that_it_does_not_name_any_more() -> None:
    _associate(complain(Complaint("a", address="临江区滨江花园")))
    _associate(complain(Complaint("a", address="临江区银湖小区")))
    keys = SubjectRecord.objects.exclude(subject__key__startswith="spot:")
    assert [link.subject.key for link in keys] == ["place:990102:银湖小区"]


def test_each_record_stands_in_one_cluster_of_subjects() -> None:
    _associate(bureaus.inspect("a"), push(Call("c")), push(Call("d", placed=False)))
    found = {source: cluster for _, source, cluster in clusters("subjects")}
    kinds = {key: Subject.objects.get(id=own).key.partition(":")[0] for key, own in found.items()}
    assert kinds == {"a": "enterprise", "c": "spot", "d": "place"}
    assert len(list(clusters("subjects"))) == 3
