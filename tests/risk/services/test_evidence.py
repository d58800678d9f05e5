"""What scores rest on is read as it stands, in a fixed number of queries, and printed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.domain import SYSTEM
from core.ids import uuid7
from risk import services as risk
from risk.domain.facts import CaseFacts
from risk.models import Alert, Assessment, RiskCase
from risk.selectors import active_rules, case_facts
from tests.risk.bureaus import crash, inspect, register
from tests.risk.calls import COLLISION, GAS, NOISE, Call, judge, owed, push
from work.models import WorkItem

pytestmark = pytest.mark.django_db

GRAVE = [
    Call(f"g{one}", minutes=one * 3, east=one * 8, category=GAS, severity=1) for one in range(5)
]


def _facts(family: str) -> CaseFacts:
    case = RiskCase.objects.get(family=family)
    return case_facts([case.id])[case.id]


def _terms(family: str) -> dict[str, Any]:
    case = RiskCase.objects.select_related("assessment").get(family=family)
    assert case.assessment is not None
    return {term["factor"]: term for term in case.assessment.terms}


def test_numbers_of_the_hurt_come_from_records() -> None:
    judge(push(Call("a", category=COLLISION)), crash("t", injured=2, dead=1))
    incident = _facts("traffic").incidents[0]
    assert (incident.dead, incident.injured) == (1, 2)
    assert _terms("traffic")["casualties"]["value"] == pytest.approx(0.8)


def test_a_text_where_a_number_should_be_breaks_nothing() -> None:
    from integration.models import Record  # noqa: PLC0415 - spoilt behind the product's back

    delivery = crash("t", injured=2, dead=1)
    judge(delivery)
    Record.objects.filter(delivery_id=delivery).update(
        attributes={"injured": "several", "dead": -4, "people": None}
    )
    incident = _facts("traffic").incidents[0]
    assert (incident.dead, incident.injured, incident.people) == (0, 0, 0)


def test_a_finding_counts_at_its_place_until_it_is_put_right() -> None:
    from integration.models import Record  # noqa: PLC0415 - the feed tells no such state

    judge(
        push(Call("g", category=GAS)),
        inspect("x", hours=-48, grade=2),
        inspect("old", hours=-24 * 120),
    )
    found = _facts("gas").findings
    assert [(one.category, one.severity) for one in found] == [
        ("fire.hazard", 1),
        ("fire.hazard", 2),
    ]
    assert _terms("gas")["hazard_at_place"]["params"] == {"class": 2}
    Record.objects.filter(source_id="x").update(upstream_state="closed")
    assert [one.severity for one in _facts("gas").findings] == [1]


def test_a_finding_elsewhere_or_of_an_exercise_does_not_count() -> None:
    judge(push(Call("g", category=GAS, east=1500)), inspect("x", exercise=True))
    judge(push(Call("h", category=NOISE)))
    assert _facts("gas").findings == ()
    assert _facts("environment").findings == ()


def test_a_later_finding_owes_the_open_cases_of_its_place_an_assessment() -> None:
    judge(push(Call("g", category=GAS), Call("far", category=GAS, east=1500)))
    WorkItem.objects.all().delete()
    risk.associate(delivery_ids=[inspect("x", hours=30)])
    case = RiskCase.objects.get(id=owed("assess")[0])
    assert len(owed("assess")) == 1
    before = case.score
    risk.assess(case_ids=[case.id])
    case.refresh_from_db()
    rule = active_rules().factor("hazard_at_place")
    assert rule is not None
    assert case.score == pytest.approx(before + rule.weight)


def test_the_register_tells_how_vulnerable_a_place_is() -> None:
    judge(register(risk="B"), push(Call("g", category=GAS), Call("h", category=NOISE, east=1500)))
    assert _facts("gas").register_class == 3
    assert _facts("environment").register_class is None
    assert _terms("gas")["place_vulnerability"]["value"] == 0.3


def test_neighbours_are_of_the_family_and_before_the_last_evidence() -> None:
    around = [
        Call("n1", category=GAS, north=330, minutes=-60),
        Call("n2", category=GAS, north=-330, minutes=-120),
        Call("old", category=GAS, east=-330, minutes=-80 * 60),
        Call("later", category=GAS, east=330, minutes=60),
        Call("noise", category=NOISE, north=330, minutes=-60),
    ]
    judge(push(*around, Call("here", category=GAS)))
    here = RiskCase.objects.get(family="gas", links__incident__links__record__source_id="here")
    assert len(case_facts([here.id])[here.id].neighbours) == 2


def test_what_patrols_found_around_is_no_neighbour() -> None:
    judge(inspect("x", hours=-2, code="HZ"), push(Call("f", north=400)))
    case = RiskCase.objects.get(links__incident__links__record__source_id="f")
    assert case_facts([case.id])[case.id].neighbours == ()


def test_only_what_was_settled_and_came_again_recurs() -> None:
    judge(push(*GRAVE))
    case, alert = RiskCase.objects.get(), Alert.objects.get()
    assert _facts("gas").settled_before == 0
    risk.mark_dispatched(alert_id=alert.id)
    risk.settle_case(case_id=case.id, outcome="real", task_id=uuid7(), actor=SYSTEM)
    risk.close_alert(alert_id=alert.id, outcome="real", actor=SYSTEM)
    assert _facts("gas").settled_before == 0
    risk.take_up_case(case_id=case.id)  # its task is reopened: it never came to an end
    assert _facts("gas").settled_before == 0
    risk.settle_case(case_id=case.id, outcome="real", task_id=uuid7(), actor=SYSTEM)
    judge(push(Call("again", minutes=3 * 24 * 60, category=GAS, severity=1)))
    assert _facts("gas").settled_before == 1
    assert _terms("gas")["recurrence"]["value"] == 0.5
    risk.mark_dispatched(alert_id=Alert.objects.get(state="open").id)
    assert _facts("gas").settled_before == 1  # also while somebody is at it


def test_a_later_case_of_the_place_recurs_too() -> None:
    judge(push(*GRAVE))
    first = RiskCase.objects.get()
    risk.settle_case(case_id=first.id, outcome="real", task_id=uuid7(), actor=SYSTEM)
    judge(push(Call("again", minutes=40 * 24 * 60, category=GAS)))
    later = RiskCase.objects.exclude(id=first.id).get()
    assert case_facts([later.id])[later.id].settled_before == 1
    assert case_facts([first.id])[first.id].settled_before == 0


def test_what_nobody_has_in_hand_counts() -> None:
    judge(
        push(Call("a", category=GAS, state="01"), Call("b", category=GAS, minutes=2, state="03")),
    )
    assert _terms("gas")["unattended"]["value"] == 0.5


def test_terms_of_all_factors_add_up() -> None:
    judge(register(), inspect("x"), push(*GRAVE), crash("t", injured=3))
    for one in Assessment.objects.all():
        assert len(one.terms) >= 12
        assert sum(term["contribution"] for term in one.terms) == pytest.approx(one.score, abs=1e-9)


def test_many_cases_take_as_many_queries_as_one() -> None:
    judge(push(*(Call(f"c{n}", category=GAS, east=(n - 10) * 400) for n in range(20))))
    ids = list(RiskCase.objects.values_list("id", flat=True))
    counted = []
    for some in (ids[:1], ids):
        case_facts(some)
        with CaptureQueriesContext(connection) as queries:
            case_facts(some)
        counted.append(len(queries))
    assert len(ids) > 10
    assert counted[0] == counted[1] <= 12


def test_the_same_evidence_is_assessed_once() -> None:
    judge(register(), inspect("x"), push(*GRAVE))
    count = Assessment.objects.count()
    risk.assess(case_ids=list(RiskCase.objects.values_list("id", flat=True)))
    assert Assessment.objects.count() == count
    assert RiskCase.objects.filter(opened_at__lte=RiskCase.objects.first().opened_at + timedelta(1))
