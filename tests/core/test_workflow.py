from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import pytest

from core.errors import Refused
from core.workflow import ANYONE, Guard, Table, Transition


class State(StrEnum):
    REPORTED = "reported"
    FILED = "filed"
    VOID = "void"
    CLOSED = "closed"
    HELD = "held"


@dataclass(frozen=True)
class Facts:
    roles: frozenset[str] = field(default_factory=frozenset)
    has_place: bool = True
    is_exercise: bool = False
    grave: bool = False


HAS_PLACE = Guard[Facts]("no_place", "The place is not known.", lambda facts: facts.has_place)
NOT_EXERCISE = Guard[Facts]("exercise", "This is an exercise.", lambda facts: not facts.is_exercise)


def step(name: str, source: State, target: Any, **more: Any) -> Transition[State, Facts]:
    defaults = {"label": name.title(), "roles": frozenset({"lead"})}
    return Transition(name=name, sources=frozenset({source}), target=target, **(defaults | more))


FILE = step("file", State.REPORTED, State.FILED, guards=(HAS_PLACE, NOT_EXERCISE))
VOID = step("void", State.REPORTED, State.VOID, needs_note=True)
CLOSE = step(
    "close",
    State.FILED,
    lambda facts: State.HELD if facts.grave else State.CLOSED,
    outcomes=frozenset({State.HELD, State.CLOSED}),
    roles=frozenset({"supervisor"}),
)
URGE = step("urge", State.FILED, State.FILED, roles=frozenset({ANYONE}))
TABLE = Table([FILE, VOID, CLOSE, URGE], initial=[State.REPORTED])
LEAD = Facts(frozenset({"lead"}))


def refusal(name: str, state: State, facts: Facts, note: str = "") -> Refused:
    with pytest.raises(Refused) as caught:
        TABLE.apply(name, state, facts, note)
    assert caught.value.code == "transition_refused"
    return caught.value


def test_a_legal_step_gives_its_target() -> None:
    assert TABLE.apply("file", State.REPORTED, LEAD) is State.FILED


def test_a_target_may_depend_on_the_facts() -> None:
    chief = Facts(frozenset({"supervisor"}))

    assert TABLE.apply("close", State.FILED, chief) is State.CLOSED
    assert TABLE.apply("close", State.FILED, replace(chief, grave=True)) is State.HELD


def test_a_target_outside_the_stated_outcomes_is_a_fault_of_the_table() -> None:
    row = step("file", State.REPORTED, lambda _: State.VOID, outcomes=frozenset({State.FILED}))

    with pytest.raises(ValueError, match="not among its outcomes"):
        Table([row], initial=[State.REPORTED]).apply("file", State.REPORTED, LEAD)


@pytest.mark.parametrize(
    ("name", "state", "facts", "reason_code"),
    [
        ("fly", State.REPORTED, LEAD, "unknown_transition"),
        ("file", State.CLOSED, LEAD, "wrong_state"),
        ("file", State.REPORTED, Facts(frozenset({"stranger"})), "not_your_role"),
        ("file", State.REPORTED, replace(LEAD, has_place=False), "no_place"),
        ("void", State.REPORTED, LEAD, "note_missing"),
    ],
)
def test_a_refusal_says_why(name: str, state: State, facts: Facts, reason_code: str) -> None:
    error = refusal(name, state, facts, note="  ")

    assert error.detail["reason_code"] == reason_code
    assert error.detail["state"] == state.value
    assert error.detail["reason"] == error.message == error.text


def test_a_refusal_lists_what_is_allowed_instead() -> None:
    assert refusal("fly", State.REPORTED, LEAD).detail["allowed"] == ["file", "void"]
    nowhere = refusal("fly", State.REPORTED, replace(LEAD, has_place=False))
    assert nowhere.detail["allowed"] == ["void"]
    assert refusal("fly", State.CLOSED, LEAD).detail["allowed"] == []


def test_the_first_failing_guard_is_told() -> None:
    both = replace(LEAD, has_place=False, is_exercise=True)

    assert refusal("file", State.REPORTED, both).detail["reason_code"] == "no_place"
    assert (
        refusal("file", State.REPORTED, replace(both, has_place=True)).detail["reason_code"]
        == "exercise"
    )


def test_a_role_is_checked_before_the_guards_so_that_nothing_leaks() -> None:
    stranger = Facts(frozenset({"stranger"}), has_place=False)

    assert refusal("file", State.REPORTED, stranger).detail["reason_code"] == "not_your_role"


def test_a_note_opens_a_step_that_needs_one() -> None:
    assert TABLE.apply("void", State.REPORTED, LEAD, "reported twice") is State.VOID


def test_offers_show_waiting_steps_with_the_reason_and_hide_those_of_other_roles() -> None:
    offers = TABLE.offers(State.REPORTED, replace(LEAD, has_place=False))

    assert [(o.transition.name, o.allowed, o.reason_code) for o in offers] == [
        ("file", False, "no_place"),
        ("void", True, ""),
    ]
    assert TABLE.offers(State.REPORTED, Facts(frozenset({"stranger"}))) == ()


def test_anyone_may_take_a_step_open_to_all() -> None:
    assert [row.name for row in TABLE.allowed(State.FILED, Facts())] == ["urge"]


def test_one_name_may_stand_for_several_sources() -> None:
    again = step("file", State.VOID, State.FILED)
    table = Table([FILE, VOID, again], initial=[State.REPORTED])

    assert table.apply("file", State.VOID, replace(LEAD, has_place=False)) is State.FILED


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([FILE, step("file", State.REPORTED, State.VOID)], "stated twice"),
        ([FILE, FILE], "stated twice"),
        ([FILE, step("file", State.FILED, State.VOID, label="Other")], "two labels"),
        ([step("file", State.REPORTED, State.FILED, roles=frozenset())], "needs sources"),
        ([step("file", State.REPORTED, lambda _: State.FILED)], "needs sources"),
        ([step("close", State.FILED, State.CLOSED)], "nothing leads to: filed"),
    ],
)
def test_a_contradictory_table_cannot_be_built(
    rows: list[Transition[State, Facts]], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        Table(rows, initial=[State.REPORTED])


def test_the_diagram_is_drawn_from_the_table() -> None:
    assert TABLE.mermaid() == (
        "stateDiagram-v2\n"
        "    [*] --> reported\n"
        "    reported --> filed: file\n"
        "    reported --> void: void\n"
        "    filed --> closed: close\n"
        "    filed --> held: close\n"
        "    filed --> filed: urge\n"
    )
