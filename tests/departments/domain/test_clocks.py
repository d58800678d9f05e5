"""Clocks of a part: what is told, once, and in which order."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from core.workcalendar import WorkCalendar
from core.workingtime import Limit, Unit
from departments.domain.clocks import Clock, stamp
from departments.domain.plans import Breach, EscalationAct, EscalationStep, Plan
from departments.domain.states import PartState

CALENDAR = WorkCalendar(
    ZoneInfo("Asia/Shanghai"), dict.fromkeys(range(5), ((510, 720), (840, 1050)))
)
START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SIGN, DUE = START + timedelta(minutes=30), START + timedelta(hours=2)
PLAN = Plan(
    sign_for=Limit(30, Unit.MINUTE),
    handle=Limit(2, Unit.HOUR),
    escalation=(
        EscalationStep(Breach.SIGN_FOR, Limit(5, Unit.MINUTE), EscalationAct.URGE),
        EscalationStep(Breach.SIGN_FOR, Limit(15, Unit.MINUTE), EscalationAct.SUPERVISE),
        EscalationStep(Breach.HANDLE, Limit(1, Unit.WORKING_HOUR), EscalationAct.URGE),
    ),
)


def _told(state: PartState, minutes: float) -> list[tuple[str, str | None]]:
    clock = Clock(state, SIGN, DUE)
    alarms = clock.alarms(PLAN, START + timedelta(minutes=minutes), CALENDAR)
    return [(one.breach.value, one.act.value if one.act else None) for one in alarms]


def test_nothing_is_told_in_time() -> None:
    assert _told(PartState.TO_SIGN, 30) == []
    assert _told(PartState.IN_HAND, 120) == []


def test_a_breach_and_its_escalation_in_order() -> None:
    assert _told(PartState.TO_SIGN, 31) == [("sign_for_overdue", None)]
    assert _told(PartState.TO_SIGN, 36) == [
        ("sign_for_overdue", None),
        ("sign_for_overdue", "urge"),
    ]
    assert [act for _, act in _told(PartState.TO_SIGN, 46)] == [None, "urge", "supervise"]


def test_handling_escalates_in_working_hours() -> None:
    # Due at 12:00 noon local; a working hour later is 15:00, after the break.
    assert _told(PartState.IN_HAND, 121) == [("handle_overdue", None)]
    assert _told(PartState.IN_HAND, 120 + 179) == [("handle_overdue", None)]
    assert _told(PartState.IN_HAND, 120 + 180)[-1] == ("handle_overdue", "urge")


def test_only_who_owes_something_is_late() -> None:
    for state in (PartState.RETURNED, PartState.FED_BACK, PartState.DONE, PartState.RELEASED):
        assert _told(state, 10_000) == []
    assert ("sign_for_overdue", None) not in _told(PartState.SIGNED, 10_000)
    assert ("handle_overdue", None) in _told(PartState.REWORK, 10_000)


@given(looks=st.lists(st.integers(0, 600), min_size=1, max_size=12))
def test_however_often_one_looks_each_is_told_once(looks: list[int]) -> None:
    clock, told = Clock(PartState.TO_SIGN, SIGN, DUE), list[str]()
    for minutes in sorted(looks):
        now = START + timedelta(minutes=minutes)
        told += [one.key for one in clock.alarms(PLAN, now, CALENDAR, told)]
    assert len(told) == len(set(told))
    last = START + timedelta(minutes=max(looks))
    assert set(told) == {one.key for one in clock.alarms(PLAN, last, CALENDAR)}


def test_a_new_due_instant_starts_a_clean_sheet() -> None:
    late = START + timedelta(hours=3)
    first = Clock(PartState.IN_HAND, SIGN, DUE).alarms(PLAN, late, CALENDAR)
    again = Clock(PartState.REWORK, SIGN, late).alarms(
        PLAN, late + timedelta(minutes=1), CALENDAR, [one.key for one in first]
    )
    assert [one.breach for one in again] == [Breach.HANDLE]


def test_stamps_sort_as_their_instants() -> None:
    east = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert stamp(east) == "2026-11-20T01:00:00.000000+00:00"
    assert stamp(START) < stamp(START + timedelta(microseconds=1))
