"""A task's life through the one door."""

from datetime import timedelta

import pytest

from audit.models import AuditEntry
from core.clock import fixed, now
from core.errors import NotFound, RuleBroken, Stale
from core.ids import uuid7
from departments.models import Task, TaskEntry, TaskPart
from tests.departments.office import WORK, Office
from tests.departments.refusals import refused, unchanged
from work.models import WorkItem

pytestmark = pytest.mark.django_db


def _states(task_id: object) -> tuple[str, dict[str, str]]:
    parts = TaskPart.objects.filter(task_id=task_id)
    return (
        Task.objects.get(pk=task_id).state,
        dict(parts.values_list("organisation__code", "state")),
    )


def test_the_whole_life_and_its_history(office: Office) -> None:
    task_id = office.verifying()
    office.way(task_id, ("verifier", "verify_pass"))
    office.act("verifier", task_id, "close", outcome="false_alarm")
    office.act("verifier", task_id, "archive")
    task = Task.objects.get(pk=task_id)
    entries = list(TaskEntry.objects.filter(task=task).order_by("version", "id"))
    whole = [one.name for one in entries if one.part_id is None]
    assert whole == [
        "report", "accept", "file", "dispatch", "parts_started", "merge_feedback", "verify_pass",
        "close", "archive",
    ]  # fmt: skip
    # Every act is one version, and the last version is the task's.
    assert sorted({one.version for one in entries}) == list(range(1, task.version + 1))
    # The history joins: each entry starts where the one before it ended.
    state = ""
    for one in (one for one in entries if one.part_id is None):
        assert one.from_state == state
        state = one.to_state
    assert state == task.state == "archived"
    for part in TaskPart.objects.filter(task=task):
        state = ""
        for one in (one for one in entries if one.part_id == part.id):
            assert one.from_state == state
            state = one.to_state
        assert state == part.state == "done"
    assert (task.outcome, task.closed_at is not None) == ("false_alarm", True)
    acts = AuditEntry.objects.filter(object_kind="task", object_id=str(task_id))
    assert acts.count() == task.version
    assert WorkItem.objects.filter(step="feed_back", object_id=task_id).count() == 1


def test_derived_steps_are_the_systems(office: Office) -> None:
    task_id = office.dispatched()
    office.way(task_id, *WORK[:5], ("lead_officer", "submit_feedback"))
    derived = TaskEntry.objects.filter(task_id=task_id, name__startswith="parts_")
    assert list(derived.order_by("version").values_list("name", "actor_kind", "to_state")) == [
        ("parts_started", "system", "in_hand"),
        ("parts_fed_back", "system", "fed_back"),
    ]
    office.way(task_id, ("lead_officer", "merge_feedback"))
    assert _states(task_id)[0] == "verifying"


def test_who_acted_for_whom_is_frozen(office: Office) -> None:
    task_id = office.dispatched()
    office.act("lead_officer", task_id, "sign_for", "收到")
    entry = TaskEntry.objects.get(task_id=task_id, name="sign_for")
    officer = office.cast.officer("lead_officer")
    assert (entry.actor_kind, entry.actor_id, entry.actor_label) == (
        "officer", str(officer.id), officer.username,
    )  # fmt: skip
    assert entry.organisation_id == officer.organisation_id
    assert (entry.note, entry.from_state, entry.to_state) == ("收到", "to_sign", "signed")
    assert entry.detail["in_time"] is True


def test_rework_starts_the_clock_again(office: Office) -> None:
    start = now()
    with fixed(start) as clock:
        task_id = office.verifying()
        due = office.part("lead_officer", task_id).due
        clock.advance(timedelta(hours=3))
        office.act("verifier", task_id, "verify_fail", "仍有烟雾")
    state, parts = _states(task_id)
    assert state == "in_hand"
    assert set(parts.values()) == {"rework"}
    part = office.part("lead_officer", task_id)
    assert part.due == due + timedelta(hours=3)
    assert (part.rework_count, part.fed_back_at) == (1, None)
    assert Task.objects.get(pk=task_id).due == part.due
    with refused("lead_not_started"):
        office.act("lead_officer", task_id, "merge_feedback", "再汇总")
    office.way(
        task_id,
        ("lead_officer", "start"),
        ("supporting_officer", "start"),
        ("supporting_officer", "submit_feedback"),
        ("lead_officer", "merge_feedback"),
        ("verifier", "verify_pass"),
    )
    assert _states(task_id)[0] == "to_call_back"


def test_reopening_brings_everybody_back(office: Office) -> None:
    task_id = office.verifying()
    office.way(task_id, ("verifier", "verify_pass"), ("verifier", "close"), ("verifier", "reopen"))
    task = Task.objects.get(pk=task_id)
    assert (task.state, task.outcome, task.closed_at) == ("in_hand", "", None)
    assert set(_states(task_id)[1].values()) == {"rework"}


def test_the_public_is_called_back(office: Office) -> None:
    task_id = office.verifying(origin_kind="public")
    office.way(task_id, ("verifier", "verify_pass"))
    with refused("call_back_missing"):
        office.act("verifier", task_id, "close")
    office.act("verifier", task_id, "call_back", "市民确认已处理", satisfied="yes")
    entry = TaskEntry.objects.get(task_id=task_id, name="call_back")
    assert entry.detail == {"satisfied": "yes"}
    office.act("verifier", task_id, "close")
    office.way(task_id, ("verifier", "reopen"), ("lead_officer", "start"))
    office.way(task_id, ("supporting_officer", "start"), ("supporting_officer", "submit_feedback"))
    office.way(task_id, ("lead_officer", "merge_feedback"), ("verifier", "verify_pass"))
    with refused("call_back_missing"):  # the call before the rework no longer counts
        office.act("verifier", task_id, "close")


def test_a_part_is_given_to_an_officer_of_its_organisation(office: Office) -> None:
    task_id = office.dispatched()
    officer = office.cast.officer("lead_officer")
    office.act("lead_officer", task_id, "assign", officer=officer.username)
    part = office.part("lead_officer", task_id)
    assert (part.officer_id, part.state) == (officer.id, "to_sign")
    other = office.cast.officer("supporting_officer").username
    with unchanged(), pytest.raises(RuleBroken) as caught:
        office.act("lead_officer", task_id, "assign", officer=other)
    assert caught.value.code == "unknown_officer"


def test_urging_counts_but_disturbs_nobody(office: Office) -> None:
    task_id = office.dispatched()
    version = Task.objects.get(pk=task_id).version
    office.act("city_supervisor", task_id, "urge", "尽快签收")
    part = office.part("lead_officer", task_id)
    assert (part.urge_count, part.version) == (1, version)
    code = office.cast.code("supporting_officer")
    office.act("dispatcher", task_id, "urge", part=code)
    assert office.part("supporting_officer", task_id).urge_count == 2
    assert office.part("lead_officer", task_id).urge_count == 1
    # What the officer saw before being urged is still good for signing.
    office.act("lead_officer", task_id, "sign_for", version=version)
    with pytest.raises(Stale):
        office.act("dispatcher", task_id, "urge", version=version)


def test_versions(office: Office) -> None:
    task_id = office.dispatched()
    version = Task.objects.get(pk=task_id).version
    assert office.act("lead_officer", task_id, "sign_for", version=version).version == version + 1
    # Another part moved meanwhile: the supporting part's own act is still good.
    office.act("supporting_officer", task_id, "sign_for", version=version)
    with unchanged(), pytest.raises(Stale):
        office.act("lead_officer", task_id, "start", version=version)
    with unchanged(), pytest.raises(Stale):
        office.act("lead_officer", task_id, "start", version=version + 3)
    office.act("lead_officer", task_id, "start", version=version + 1)


def test_out_of_sight_is_missing(office: Office) -> None:
    task_id = office.dispatched()
    for who in ("other_officer", "district_supervisor", "system_admin", "audit_admin"):
        with unchanged(), pytest.raises(NotFound) as seen:
            office.act(who, task_id, "sign_for")
        with pytest.raises(NotFound) as missing:
            office.act(who, uuid7(), "sign_for")
        assert (seen.value.code, seen.value.message) == (missing.value.code, missing.value.message)


def test_dispatch_by_the_duty_table(office: Office) -> None:
    task_id = office.report(category="gas.leak")
    office.way(
        task_id, ("dispatcher", "accept"), ("dispatcher", "file"), ("dispatcher", "dispatch")
    )
    task = Task.objects.get(pk=task_id)
    assert task.duty is not None
    assert (task.duty.key, task.plan["duty"]) == ("gas-leak.plain", "gas-leak.plain")
    parts = dict(TaskPart.objects.filter(task=task).values_list("organisation__code", "role"))
    assert parts == {"BH-GAS": "lead", "BH-HCB": "supporting", "BH-FIRE-990102": "supporting"}
    entry = TaskEntry.objects.get(task=task, name="dispatch", part=None)
    assert entry.detail["lead"] == "BH-GAS"
    assert entry.detail["supporting"] == sorted(entry.detail["supporting"])


def test_a_duty_changed_later_does_not_reach_a_running_task(office: Office) -> None:
    task_id = office.verifying()
    task = Task.objects.get(pk=task_id)
    assert task.duty is not None
    limit = task.plan["limits"]["handle"]
    task.duty.handle_amount, task.duty.handle_unit = 30, "working_day"
    task.duty.save()
    start = now()
    with fixed(start):
        office.act("verifier", task_id, "verify_fail", "返工")
    part = office.part("lead_officer", task_id)
    assert {name: part.limit[name] for name in limit} == limit
    assert part.due - start == timedelta(**{f"{limit['unit']}s": limit["amount"]})


def test_wrong_codes_are_told(office: Office) -> None:
    task_id = office.report()
    office.way(task_id, ("dispatcher", "accept"), ("dispatcher", "file"))
    for fields, code in (
        ({"lead": "NOBODY"}, "unknown_organisation"),
        ({"supporting": ["NOBODY"]}, "unknown_organisation"),
        ({"outcome": "real"}, "unknown_field"),
    ):
        with unchanged(), pytest.raises(RuleBroken) as caught:
            office.act("dispatcher", task_id, "dispatch", **fields)
        assert caught.value.code == code
    with unchanged(), pytest.raises(RuleBroken) as caught:
        office.act("dispatcher", task_id, "void", "x" * 4001)
    assert caught.value.code == "note_too_long"


def test_notes_lose_what_hides(office: Office) -> None:
    task_id = office.dispatched()
    office.act("lead_officer", task_id, "sign_for", "  收到\u202e了\x00 ")
    assert TaskEntry.objects.get(task_id=task_id, name="sign_for").note == "收到了"


@pytest.mark.parametrize(
    ("who", "name", "reason"),
    [
        ("dispatcher", "accept", "wrong_state"),
        ("dispatcher", "sign_for", "no_part"),
        ("city_supervisor", "sign_for", "no_part"),
        ("lead_officer", "start", "wrong_state"),
        ("lead_officer", "merge_feedback", "wrong_state"),
        ("lead_officer", "return", "note_missing"),
        ("supporting_officer", "urge", "not_your_role"),
        ("feed_officer", "dispatch", "wrong_state"),
        ("verifier", "close", "wrong_state"),
        ("dispatcher", "teleport", "unknown_transition"),
        ("dispatcher", "parts_started", "not_your_role"),
    ],
)
def test_refused_acts_leave_no_row(office: Office, who: str, name: str, reason: str) -> None:
    task_id = office.dispatched()
    with refused(reason):
        office.act(who, task_id, name)
