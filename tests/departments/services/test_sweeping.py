"""Clocks that ran out are told once: under repetition, under a kill, under company."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from core.clock import fixed, now
from departments.models import Task, TaskEntry, TaskPart
from departments.services import dispatch_alert, dispatch_alerts, sweep_clocks, sweeping
from tests.departments.office import Office

_ALARMS = ("sign_for_overdue", "handle_overdue", "urge", "escalate")


def _names(**of: Any) -> list[str]:
    entries = TaskEntry.objects.filter(name__in=_ALARMS, **of)
    return sorted(entries.values_list("name", flat=True))


@pytest.mark.django_db
def test_breaches_and_escalation_by_the_frozen_plan(office: Office) -> None:
    start = now()
    with fixed(start):
        task_id = dispatch_alert(alert=office.alert())
    assert task_id is not None
    assert sweep_clocks(start + timedelta(minutes=9)) == 0
    # Limits of the duty: sign for in 10 minutes; urge 5 and supervise 15 minutes later.
    assert sweep_clocks(start + timedelta(minutes=11)) == 5
    assert sweep_clocks(start + timedelta(minutes=16)) == 5
    lead = office.part("lead_officer", task_id)
    assert lead.urge_count == 1
    with fixed(start + timedelta(minutes=17)):
        office.act("lead_officer", task_id, "sign_for", version=lead.version)
    assert sweep_clocks(start + timedelta(minutes=30)) == 4  # the lead has signed meanwhile
    assert _names(part=lead) == ["sign_for_overdue", "urge"]
    other = office.part("supporting_officer", task_id)
    assert _names(part=other) == ["escalate", "sign_for_overdue", "urge"]
    assert office.part("supporting_officer", task_id).urge_count == 2
    entry = TaskEntry.objects.get(part=lead, name="sign_for_overdue")
    assert (entry.actor_kind, entry.detail["due"][:16]) == (
        "system", (start + timedelta(minutes=10)).isoformat()[:16],
    )  # fmt: skip
    late = TaskEntry.objects.get(part=lead, name="sign_for")
    assert late.detail["in_time"] is False
    assert sweep_clocks(start + timedelta(minutes=30)) == 0


@pytest.mark.django_db
def test_every_sweep_with_news_is_one_version(office: Office) -> None:
    start = now()
    with fixed(start):
        task_id = dispatch_alert(alert=office.alert())
    sweep_clocks(start + timedelta(minutes=11))
    sweep_clocks(start + timedelta(minutes=12))
    assert Task.objects.get(pk=task_id).version == 5
    part = office.part("lead_officer", task_id)  # type: ignore[arg-type]
    assert part.version == 4


@pytest.mark.django_db
def test_what_is_over_is_left_alone(office: Office) -> None:
    task_id = office.verifying()
    office.way(task_id, ("verifier", "verify_pass"), ("verifier", "close"))
    assert sweep_clocks(now() + timedelta(days=400)) == 0


@pytest.mark.django_db
def test_a_kill_repeats_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    start = now()
    with fixed(start):
        made = dispatch_alerts(alerts=[office.alert() for _ in range(6)])
    late = start + timedelta(minutes=16)
    monkeypatch.setattr(sweeping, "_BATCH", 2)
    store, calls = sweeping._store, []

    def killed(*given: Any) -> None:
        store(*given)
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(sweeping, "_store", killed)
    with pytest.raises(KeyboardInterrupt):
        sweep_clocks(late)
    assert len(_names()) == 2 * 5 * 2  # the first batch stands, the second is undone
    monkeypatch.setattr(sweeping, "_store", store)
    sweep_clocks(late)
    assert len(_names()) == len(made) * 5 * 2
    assert set(TaskPart.objects.values_list("urge_count", flat=True)) == {1}


def _sweep_in_thread(at: datetime) -> int:
    try:
        return sweep_clocks(at)
    finally:
        connections.close_all()


def test_many_sweepers_tell_each_once(committed_db: str, office: Office) -> None:
    start = now()
    with fixed(start):
        dispatch_alerts(alerts=[office.alert() for _ in range(8)])
    late = start + timedelta(minutes=16)
    with ThreadPoolExecutor(4) as pool:
        told = sum(pool.map(_sweep_in_thread, [late] * 8))
    told += sweep_clocks(late)
    assert told == len(_names()) == 8 * 5 * 2
    assert set(TaskPart.objects.values_list("urge_count", flat=True)) == {1}
