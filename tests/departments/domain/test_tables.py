"""The two tables: who may, when, and what is told to who may not."""

import pytest

from core.errors import Refused
from departments.domain import part_table, task_table
from departments.domain.facts import PartFacts, PartView, TaskFacts
from departments.domain.fields import FIELDS
from departments.domain.labels import ENTRIES, ORIGINS, PART_STATES, ROLES, TASK_STATES, WAYS
from departments.domain.states import PartState, Role, TaskState

TASKS, PARTS = task_table.TABLE, part_table.TABLE
LEAD_AT_WORK = PartView(Role.LEAD, PartState.IN_HAND)


def _refusal(state: TaskState, name: str, facts: TaskFacts, note: str = "x") -> dict[str, object]:
    with pytest.raises(Refused) as caught:
        TASKS.apply(name, state, facts, note)
    assert caught.value.code == "transition_refused"
    return caught.value.detail


def test_the_straight_way_through() -> None:
    way = [
        ("accept", "dispatcher"),
        ("file", "dispatcher"),
        ("dispatch", "dispatcher"),
        ("parts_started", "system"),
        ("merge_feedback", "lead_officer"),
        ("verify_pass", "verifier"),
        ("close", "verifier"),
        ("archive", "verifier"),
    ]
    state, seen = TaskState.REPORTED, []
    for name, hat in way:
        state = TASKS.apply(
            name, state, TaskFacts(roles=frozenset({hat}), parts=(LEAD_AT_WORK,)), "note"
        )
        seen.append(state.value)
    assert seen == [
        "accepted", "filed", "dispatched", "in_hand", "verifying", "to_call_back", "closed",
        "archived",
    ]  # fmt: skip


@pytest.mark.parametrize("hat", ["officer", "lead_officer", "supervisor", "verifier", "system"])
def test_only_the_dispatcher_commands(hat: str) -> None:
    facts = TaskFacts(roles=frozenset({hat}))
    for name, state in (
        ("accept", TaskState.REPORTED),
        ("file", TaskState.ACCEPTED),
        ("refuse_to_file", TaskState.ACCEPTED),
        ("void", TaskState.FILED),
        ("dispatch", TaskState.FILED),
    ):
        assert _refusal(state, name, facts)["reason_code"] == "not_your_role"


@pytest.mark.parametrize("name", ["verify_pass", "verify_fail"])
@pytest.mark.parametrize(
    ("fact", "reason"), [("took_part", "handled_by_you"), ("own_part", "own_organisation")]
)
def test_nobody_verifies_own_work(name: str, fact: str, reason: str) -> None:
    free = TaskFacts(roles=frozenset({"verifier"}))
    TASKS.apply(name, TaskState.VERIFYING, free, "note")
    bound = TaskFacts(roles=frozenset({"verifier"}), **{fact: True})
    detail = _refusal(TaskState.VERIFYING, name, bound)
    assert detail["reason_code"] == reason
    assert detail["allowed"] == []


def test_a_report_from_the_public_is_called_back_before_closing() -> None:
    verifier = frozenset({"verifier"})
    public = TaskFacts(roles=verifier, public=True)
    detail = _refusal(TaskState.TO_CALL_BACK, "close", public)
    assert detail["reason_code"] == "call_back_missing"
    assert detail["allowed"] == ["call_back"]
    called = TaskFacts(roles=verifier, public=True, called_back=True)
    assert TASKS.apply("close", TaskState.TO_CALL_BACK, called) is TaskState.CLOSED
    assert TASKS.apply("close", TaskState.TO_CALL_BACK, TaskFacts(roles=verifier))


@pytest.mark.parametrize(
    ("lead", "support", "reason"),
    [
        (PartState.SIGNED, PartState.FED_BACK, "lead_not_started"),
        (PartState.REWORK, PartState.FED_BACK, "lead_not_started"),
        (PartState.IN_HAND, PartState.IN_HAND, "supporting_open"),
        (PartState.FED_BACK, PartState.RETURNED, "supporting_open"),
        (PartState.IN_HAND, PartState.RELEASED, None),
        (PartState.FED_BACK, PartState.FED_BACK, None),
    ],
)
def test_merging_waits_for_everybody(
    lead: PartState, support: PartState, reason: str | None
) -> None:
    parts = (PartView(Role.LEAD, lead), PartView(Role.SUPPORTING, support))
    facts = TaskFacts(roles=frozenset({"lead_officer"}), parts=parts)
    if reason:
        assert _refusal(TaskState.IN_HAND, "merge_feedback", facts)["reason_code"] == reason
    else:
        after = TASKS.apply("merge_feedback", TaskState.IN_HAND, facts, "done")
        assert after is TaskState.VERIFYING


@pytest.mark.parametrize(
    ("name", "state", "hat"),
    [
        ("refuse_to_file", TaskState.REPORTED, "dispatcher"),
        ("void", TaskState.FILED, "dispatcher"),
        ("verify_fail", TaskState.VERIFYING, "verifier"),
        ("call_back", TaskState.TO_CALL_BACK, "verifier"),
        ("reopen", TaskState.CLOSED, "verifier"),
        ("merge_feedback", TaskState.IN_HAND, "lead_officer"),
    ],
)
def test_some_steps_need_a_note(name: str, state: TaskState, hat: str) -> None:
    facts = TaskFacts(roles=frozenset({hat}), parts=(LEAD_AT_WORK,))
    assert _refusal(state, name, facts, note=" ")["reason_code"] == "note_missing"
    TASKS.apply(name, state, facts, "why")


def test_urging_and_ruling_need_somebody_to_urge_or_rule_about() -> None:
    roles = frozenset({"dispatcher", "supervisor"})
    done = (PartView(Role.LEAD, PartState.RETURNED),)
    facts = TaskFacts(roles=roles, parts=done)
    assert _refusal(TaskState.IN_HAND, "urge", facts)["reason_code"] == "nothing_owed"
    assert TASKS.apply("rule", TaskState.IN_HAND, facts, "why") is TaskState.IN_HAND
    working = TaskFacts(roles=roles, parts=(LEAD_AT_WORK,))
    assert _refusal(TaskState.IN_HAND, "rule", working)["reason_code"] == "nothing_returned"
    assert TASKS.apply("urge", TaskState.IN_HAND, working) is TaskState.IN_HAND


def test_the_public_can_ask_for_no_derived_step() -> None:
    assert {"parts_started", "parts_fed_back"}.isdisjoint(task_table.CLIENT_NAMES)
    assert {"sign_for", "return", "assign", "start", "submit_feedback"} == part_table.CLIENT_NAMES


def test_a_part_is_its_own_officers_only() -> None:
    with pytest.raises(Refused) as caught:
        PARTS.apply("sign_for", PartState.TO_SIGN, PartFacts(roles=frozenset({"dispatcher"})))
    assert caught.value.detail["reason_code"] == "not_your_role"
    with pytest.raises(Refused) as caught:
        PARTS.apply("verify_pass", PartState.FED_BACK, PartFacts(roles=frozenset({"officer"})), "x")
    assert caught.value.detail["reason_code"] == "not_your_role"


def test_every_word_of_the_tables_has_a_label() -> None:
    assert set(TASK_STATES) == set(TaskState)
    assert set(PART_STATES) == set(PartState)
    assert set(ROLES) == set(Role)
    rows = [*TASKS.transitions, *PARTS.transitions]
    assert {row.name for row in rows} <= set(ENTRIES)
    assert {name for row in rows for name in row.fields} == set(FIELDS)
    assert {one for field in FIELDS.values() for one in field.choices} <= set(WAYS)
    assert "alert" in ORIGINS


def test_the_diagrams_show_every_step() -> None:
    for table in (TASKS, PARTS):
        diagram = table.mermaid()
        assert diagram.startswith("stateDiagram-v2\n")
        for row in table.transitions:
            for source in row.sources:
                for target in row.targets:
                    assert f"{source.value} --> {target.value}: {row.name}" in diagram
    assert "dispatched --> in_hand: rule" not in TASKS.mermaid()
