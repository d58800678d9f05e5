"""Incidents become cases, scores, alerts; tasks settle them; evidence brings them back."""

from datetime import timedelta

import pytest

from audit.domain import SYSTEM
from audit.models import AuditEntry
from core.errors import NotAllowed, NotFound, RuleBroken
from core.ids import uuid7
from risk import services as risk
from risk.domain.alerting import CLOSED_UPSTREAM, IN_HAND_UPSTREAM
from risk.domain.factors import FACTORS
from risk.domain.rules import at_least
from risk.models import Alert, Assessment, CaseIncident, Incident, RiskCase
from risk.selectors import active_ruleset, case_detail
from tests.cast import Cast
from tests.risk.calls import AT, GAS, LAT, LON, NOISE, Call, judge, owed, push

pytestmark = pytest.mark.django_db

GRAVE = [
    Call(f"g{one}", minutes=one * 3, east=one * 8, category=GAS, severity=1) for one in range(5)
]


def test_incidents_of_a_spot_and_family_are_one_case() -> None:
    day = 24 * 60
    judge(push(Call("a"), Call("b", minutes=3 * day), Call("c", minutes=40 * day),
               Call("n", category=NOISE)))  # fmt: skip
    fires = RiskCase.objects.filter(family="fire").order_by("window_start")
    assert [case.incident_count for case in fires] == [2, 1]
    assert fires[0].last_at == AT + timedelta(days=3)
    assert RiskCase.objects.filter(family="environment").count() == 1
    assert CaseIncident.objects.count() == 4


def test_gathering_again_changes_nothing() -> None:
    judge(push(*GRAVE, Call("a")))
    before = list(RiskCase.objects.order_by("id").values("id", "number", "score", "state"))
    alerts = list(Alert.objects.order_by("id").values("id", "number", "state"))
    assessments = Assessment.objects.count()
    risk.gather(incident_ids=owed("gather"))
    risk.assess(case_ids=owed("assess"))
    risk.raise_alerts(case_ids=[row["id"] for row in before])
    assert list(RiskCase.objects.order_by("id").values("id", "number", "score", "state")) == before
    assert list(Alert.objects.order_by("id").values("id", "number", "state")) == alerts
    assert Assessment.objects.count() == assessments


def test_the_assessment_explains_its_score() -> None:
    judge(push(*GRAVE))
    case = RiskCase.objects.select_related("assessment__ruleset").get()
    assert case.assessment is not None
    assert case.assessment.ruleset == active_ruleset()
    total = sum(term["contribution"] for term in case.assessment.terms)
    assert total == pytest.approx(case.score, abs=1e-9)
    assert {term["factor"] for term in case.assessment.terms} == set(FACTORS)
    assert at_least(case.risk_level, "larger")


def test_a_grave_case_has_one_open_alert_and_a_mild_one_none() -> None:
    judge(push(*GRAVE, Call("n", category=NOISE, severity=4, east=4000)))
    alert = Alert.objects.get()
    assert alert.case is not None
    assert (alert.state, alert.family) == ("open", "gas")
    assert owed("dispatch") == [alert.id]
    judge(push(Call("more", minutes=20, category=GAS, severity=1)))
    assert Alert.objects.count() == 1


def test_an_alert_goes_up_with_its_case() -> None:
    judge(push(*GRAVE))
    Alert.objects.update(risk_level="larger")
    RiskCase.objects.update(risk_level="major")
    risk.raise_alerts(case_ids=[RiskCase.objects.get().id])
    assert Alert.objects.get().risk_level == "major"


def test_a_case_that_is_closed_upstream_keeps_silent_with_its_reason() -> None:
    closed = [Call(f"c{n}", minutes=n, category=GAS, severity=1, state="09") for n in range(5)]
    judge(push(*closed))
    alert = Alert.objects.get()
    assert (alert.state, alert.outcome) == ("closed", "silenced")
    assert alert.reason["message"] == CLOSED_UPSTREAM
    assert owed("dispatch") == []
    risk.raise_alerts(case_ids=[RiskCase.objects.get().id])
    assert Alert.objects.count() == 1
    judge(push(Call("open", minutes=6, category=GAS, severity=1, state="01")))
    assert Alert.objects.filter(state="open").count() == 1


def test_a_case_that_is_in_hand_upstream_is_not_dispatched_again() -> None:
    def calls(first_state: str) -> list[Call]:
        states = [first_state, "02", "03", "09", "03"]
        return [
            Call(f"c{n}", minutes=n, category=GAS, severity=1, state=state)
            for n, state in enumerate(states)
        ]

    judge(push(*calls("02")))
    silenced = Alert.objects.get()
    assert (silenced.state, silenced.outcome) == ("closed", "silenced")
    assert silenced.reason == {
        "message": IN_HAND_UPSTREAM,
        "detail": {"states": ["closed", "dispatched", "in_hand"]},
    }
    assert owed("dispatch") == []
    risk.raise_alerts(case_ids=[RiskCase.objects.get().id])
    assert Alert.objects.count() == 1
    judge(push(calls("01")[0]))  # it turns out that nobody has taken it
    alert = Alert.objects.get(state="open")
    assert owed("dispatch") == [alert.id]
    assert RiskCase.objects.count() == 1


def test_a_word_by_hand_is_heard_though_all_is_in_hand(cast: Cast) -> None:
    report = risk.Report(
        category="gas.leak", occurred_at=AT, summary="现场气味很浓", lon=LON, lat=LAT, severity=1
    )
    risk.report_incident(viewer=cast.viewer("lead_officer"), report=report)
    judge(push(*(Call(f"g{n}", minutes=n, category=GAS, severity=1, state="03") for n in range(4))))
    assert Alert.objects.filter(state="open").count() == 1


def test_a_settled_case_recurs_with_new_evidence_only() -> None:
    judge(push(*GRAVE))
    case, alert = RiskCase.objects.get(), Alert.objects.get()
    risk.mark_dispatched(alert_id=alert.id)
    risk.mark_dispatched(alert_id=alert.id)
    case.refresh_from_db()
    assert case.state == "in_hand"
    for _ in range(2):
        risk.settle_case(case_id=case.id, outcome="real", task_id=uuid7(), actor=SYSTEM)
        risk.close_alert(alert_id=alert.id, outcome="real", actor=SYSTEM)
    case.refresh_from_db()
    assert case.state == "settled"
    assert AuditEntry.objects.filter(act="case.settle").count() == 1
    judge(push(Call("g0", category=GAS, severity=1, text="续报")))
    case.refresh_from_db()
    assert case.state == "settled"
    assert Alert.objects.filter(state="open").count() == 0
    judge(push(Call("again", minutes=3 * 24 * 60, category=GAS, severity=1)))
    case.refresh_from_db()
    assert case.state == "recurred"
    assert Alert.objects.filter(state="open").count() == 1


def test_a_false_alarm_says_so() -> None:
    judge(push(*GRAVE))
    case = RiskCase.objects.get()
    risk.settle_case(case_id=case.id, outcome="false_alarm", task_id=uuid7(), actor=SYSTEM)
    case.refresh_from_db()
    assert case.state == "false_alarm"
    with pytest.raises(RuleBroken):
        risk.settle_case(case_id=case.id, outcome="whatever", task_id=uuid7(), actor=SYSTEM)


def test_an_incident_by_hand_becomes_a_case(cast: Cast) -> None:
    viewer = cast.viewer("lead_officer")
    report = risk.Report(category="fire", occurred_at=AT, summary="现场看到浓烟", lon=LON, lat=LAT)
    incident = risk.report_incident(viewer=viewer, report=report)
    assert owed("gather") == [incident.id]
    risk.gather(incident_ids=[incident.id])
    risk.assess(case_ids=owed("assess"))
    case = RiskCase.objects.get()
    assert case.score is not None
    assert case_detail(viewer, case.id).incidents[0].incident.origin == "hand"
    with pytest.raises(NotFound):
        case_detail(cast.viewer("other_officer"), case.id)


def test_a_record_joins_an_incident_by_hand_and_leaves_its_words(cast: Cast) -> None:
    report = risk.Report(
        category="fire", occurred_at=AT, summary="现场看到浓烟", lon=LON, lat=LAT, severity=3
    )
    incident = risk.report_incident(viewer=cast.viewer("lead_officer"), report=report)
    judge(push(Call("a", minutes=5, east=30, severity=1)))
    incident.refresh_from_db()
    assert Incident.objects.count() == 1
    assert (incident.record_count, incident.severity) == (1, 1)
    assert (incident.summary, incident.lon) == ("现场看到浓烟", LON)


def test_a_district_is_place_enough(cast: Cast) -> None:
    report = risk.Report(category="fire", occurred_at=AT, summary="来电", district="990102")
    incident = risk.report_incident(viewer=cast.viewer("dispatcher"), report=report)
    risk.gather(incident_ids=[incident.id])
    assert RiskCase.objects.get().subject.key == "area:990102"


def test_a_bad_report_names_every_field(cast: Cast) -> None:
    report = risk.Report(
        category="nonsense", occurred_at=AT + timedelta(days=4000), summary=" ", lon=10.0, lat=10.0
    )
    with pytest.raises(RuleBroken) as caught:
        risk.report_incident(viewer=cast.viewer("lead_officer"), report=report)
    assert set(caught.value.detail["fields"]) == {  # type: ignore[call-overload]
        "category", "occurred_at", "lon", "summary",
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        risk.report_incident(viewer=cast.viewer("system_admin"), report=report)


def test_a_stored_ruleset_never_changes() -> None:
    held = active_ruleset()
    document = dict(held.document)
    assert risk.load_ruleset(document=document, actor=SYSTEM).id == held.id
    with pytest.raises(RuleBroken):
        risk.load_ruleset(document={**document, "name_en": "Other"}, actor=SYSTEM)
    newer = risk.load_ruleset(document={**document, "version": held.version + 1}, actor=SYSTEM)
    held.refresh_from_db()
    assert (newer.active, held.active) == (True, False)
