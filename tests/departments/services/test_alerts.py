"""Alert → task: once, at once, with its whole history."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEntry
from core.clock import fixed, now
from core.ids import uuid7
from departments.models import Duty, Task, TaskEntry, TaskPart
from departments.services import dispatch_alert, dispatch_alerts
from risk.models import CaseParty, RiskCase, Subject
from tests.departments.office import Office

pytestmark = pytest.mark.django_db


def _case() -> RiskCase:
    at = now()
    subject = Subject.objects.create(
        kind="place", key=f"spot:{uuid7()}", name_zh="某地", name_en="A place", lon=118.1,
        lat=24.5, created_at=at,
    )  # fmt: skip
    return RiskCase.objects.create(
        number=f"R-{uuid7()}"[:24], rule="test", subject=subject, family="fire",
        window_start=at, last_at=at, opened_at=at, updated_at=at, district="990102",
    )  # fmt: skip


def test_an_alert_becomes_a_dispatched_task(office: Office) -> None:
    case, at = _case(), now()
    with fixed(at):
        task_id = dispatch_alert(alert=office.alert(case_id=case.id, exercise=True))
    task = Task.objects.get(pk=task_id)
    assert (task.state, task.version, task.exercise, task.origin_kind) == (
        "dispatched", 4, True, "alert",
    )  # fmt: skip
    assert task.number.startswith("T2")
    parts = {one.organisation.code: one for one in TaskPart.objects.filter(task=task)}
    assert {code: one.role for code, one in parts.items()} == {
        "BH-FIRE-990102": "lead",
        "BH-PSB-990102": "supporting",
        "BH-EMB": "supporting",
        "BH-HEALTH": "supporting",
        "BH-GOV-990102": "supporting",
    }
    for part in parts.values():
        assert (part.sign_due, part.due) == (at + timedelta(minutes=10), at + timedelta(hours=2))
        assert (part.state, part.version) == ("to_sign", 4)
    entries = TaskEntry.objects.filter(task=task)
    whole = entries.filter(part=None).order_by("version")
    assert list(whole.values_list("name", "version", "actor_kind", "to_state")) == [
        ("report", 1, "system", "reported"),
        ("accept", 2, "system", "accepted"),
        ("file", 3, "system", "filed"),
        ("dispatch", 4, "system", "dispatched"),
    ]
    assert set(entries.values_list("at", flat=True)) == {at}
    assert entries.exclude(part=None).count() == len(parts)
    parties = dict(CaseParty.objects.filter(case=case).values_list("organisation__code", "role"))
    assert parties == {code: one.role for code, one in parts.items()}
    assert AuditEntry.objects.filter(object_id=str(task_id), act="task.dispatch").count() == 1


def test_the_same_alert_is_one_task(office: Office) -> None:
    alert = office.alert()
    first = dispatch_alert(alert=alert)
    counts = [model.objects.count() for model in (Task, TaskPart, TaskEntry, AuditEntry)]
    assert dispatch_alert(alert=alert) == first
    assert dispatch_alerts(alerts=[alert, office.alert(alert_id=alert.alert_id)]) == {
        alert.alert_id: first
    }
    assert counts == [model.objects.count() for model in (Task, TaskPart, TaskEntry, AuditEntry)]
    again = dispatch_alert(alert=office.alert(alert_id=alert.alert_id, round=2))
    assert again not in {None, first}


def test_no_duty_no_task(office: Office) -> None:
    Duty.objects.update(active=False)
    assert dispatch_alert(alert=office.alert()) is None
    assert not Task.objects.exists()


def test_a_batch_takes_few_statements_beside_its_audit(office: Office) -> None:
    dispatch_alert(alert=office.alert())  # what a process remembers is remembered

    def statements(count: int) -> int:
        alerts = [office.alert() for _ in range(count)]
        with CaptureQueriesContext(connection) as caught:
            dispatch_alerts(alerts=alerts)
        return len(caught)

    few, many = statements(1), statements(21)
    assert many - few <= 20  # one audit entry for each further task, nothing else
    assert few <= 16


def test_a_task_of_an_alert_goes_its_way(office: Office) -> None:
    task_id = dispatch_alert(alert=office.alert())
    assert task_id is not None
    office.act("lead_officer", task_id, "sign_for")
    office.act("supporting_officer", task_id, "sign_for")
    office.act("lead_officer", task_id, "start")
    assert Task.objects.get(pk=task_id).state == "in_hand"
