from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import RuleBroken
from core.workcalendar import WorkCalendar
from core.workingtime import Limit, Unit, due, due_with_pauses, working_seconds

HOURS = dict.fromkeys(range(5), ((510, 720), (840, 1050)))
CHINA = WorkCalendar(
    ZoneInfo("Asia/Shanghai"),
    HOURS,
    frozenset(date(2026, 10, day) for day in range(1, 8)),
    frozenset({date(2026, 10, 10)}),
)
# Works at night and through both changes of the clock.
BERLIN = WorkCalendar(
    ZoneInfo("Europe/Berlin"), dict.fromkeys(range(7), ((0, 95), (100, 200), (1320, 1440)))
)
CALENDARS = st.sampled_from([CHINA, BERLIN])
INSTANTS = st.datetimes(
    min_value=datetime(2025, 12, 1),  # noqa: DTZ001 - the zone is put on below
    max_value=datetime(2027, 2, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
LIMITS = st.one_of(
    st.builds(
        Limit, st.integers(1, 5000), st.sampled_from([Unit.MINUTE, Unit.HOUR, Unit.WORKING_HOUR])
    ),
    st.builds(Limit, st.integers(1, 300), st.just(Unit.WORKING_DAY)),
)


def at(text: str) -> datetime:
    """An instant given in Beijing time."""
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.parametrize(
    ("start", "amount", "unit", "expected"),
    [
        # around the clock
        ("2026-11-20T17:00", 30, "minute", "2026-11-20T17:30"),
        ("2026-11-20T17:00", 24, "hour", "2026-11-21T17:00"),
        ("2026-11-20T17:00", Decimal("0.5"), "hour", "2026-11-20T17:30"),
        # in working hours: 08:30–12:00 and 14:00–17:30
        ("2026-11-20T08:30", Decimal("3.5"), "working_hour", "2026-11-20T12:00"),
        ("2026-11-20T11:00", 2, "working_hour", "2026-11-20T15:00"),
        ("2026-11-20T12:30", 1, "working_hour", "2026-11-20T15:00"),
        ("2026-11-20T17:00", 1, "working_hour", "2026-11-23T09:00"),  # over the weekend
        ("2026-11-21T10:00", 7, "working_hour", "2026-11-23T17:30"),
        ("2026-09-30T17:00", 1, "working_hour", "2026-10-08T09:00"),  # over the holidays
        ("2026-12-31T17:00", 1, "working_hour", "2027-01-01T09:00"),  # over the year
        # working days end with work on the last day counted, the first day not counted
        ("2026-11-19T08:00", 1, "working_day", "2026-11-20T17:30"),
        ("2026-11-19T23:00", 1, "working_day", "2026-11-20T17:30"),
        ("2026-11-20T09:00", 1, "working_day", "2026-11-23T17:30"),
        ("2026-11-21T09:00", 1, "working_day", "2026-11-23T17:30"),
        ("2026-09-30T09:00", 3, "working_day", "2026-10-10T17:30"),  # the Saturday is worked
        ("2026-11-20T09:00", 15, "working_day", "2026-12-11T17:30"),
    ],
)
def test_limits_run_out_when_the_field_says(
    start: str, amount: Decimal | int, unit: str, expected: str
) -> None:
    end = due(at(start), Limit(amount, Unit(unit)), CHINA)

    assert end == at(expected)
    assert end.tzinfo is UTC


@given(INSTANTS, LIMITS, CALENDARS)
def test_a_limit_ends_after_its_start_and_is_used_up_exactly(
    start: datetime, limit: Limit, calendar: WorkCalendar
) -> None:
    end = due(start, limit, calendar)

    assert end > start
    if limit.unit is Unit.WORKING_HOUR:
        assert working_seconds(start, end, calendar) == int(limit.amount) * 3600
        # and not an instant earlier
        assert working_seconds(start, end - timedelta(seconds=1), calendar) < limit.amount * 3600


@given(INSTANTS, INSTANTS, LIMITS, CALENDARS)
def test_a_later_start_is_never_due_earlier(
    a: datetime, b: datetime, limit: Limit, calendar: WorkCalendar
) -> None:
    first, second = sorted((a, b))

    assert due(first, limit, calendar) <= due(second, limit, calendar)


@given(INSTANTS, st.integers(1, 200), st.integers(1, 200), CALENDARS)
def test_working_hours_may_be_spent_in_two_parts(
    start: datetime, one: int, two: int, calendar: WorkCalendar
) -> None:
    middle = due(start, Limit(one, Unit.WORKING_HOUR), calendar)

    assert due(middle, Limit(two, Unit.WORKING_HOUR), calendar) == due(
        start, Limit(one + two, Unit.WORKING_HOUR), calendar
    )


@given(INSTANTS, INSTANTS, INSTANTS, CALENDARS)
def test_working_time_adds_up(
    a: datetime, b: datetime, c: datetime, calendar: WorkCalendar
) -> None:
    whole = working_seconds(a, c, calendar)

    assert working_seconds(a, b, calendar) + working_seconds(b, c, calendar) == pytest.approx(
        whole, abs=1e-6
    )
    assert working_seconds(c, a, calendar) == -whole
    assert abs(whole) <= abs((c - a).total_seconds())


@given(INSTANTS, st.integers(0, 4000))
def test_working_time_equals_a_walk_through_the_minutes(start: datetime, minutes: int) -> None:
    start = start.replace(second=0, microsecond=0)
    walk = sum(BERLIN.is_working(start + timedelta(minutes=n)) for n in range(minutes))

    assert working_seconds(start, start + timedelta(minutes=minutes), BERLIN) == walk * 60


def test_a_decade_costs_no_walk() -> None:
    # One 5-day week has 35 working hours; ten years without listed holidays have 2608 weekdays.
    span = working_seconds(at("2030-01-01T00:00"), at("2040-01-01T00:00"), CHINA)

    weekdays = sum(
        (date(2030, 1, 1) + timedelta(days=n)).weekday() < 5
        for n in range((date(2040, 1, 1) - date(2030, 1, 1)).days)
    )
    assert span == weekdays * 7 * 3600


@pytest.mark.parametrize(
    ("unit", "amount", "pauses", "expected"),
    [
        ("hour", 2, [("10:00", "11:00")], "2026-11-20T12:00"),
        ("hour", 2, [("10:00", "11:00"), ("10:30", "11:30")], "2026-11-20T12:30"),
        ("hour", 2, [("10:30", "11:30"), ("10:00", "11:00")], "2026-11-20T12:30"),
        ("hour", 2, [("08:00", "09:30")], "2026-11-20T11:30"),  # only what lies after the start
        ("hour", 2, [("08:00", "08:30")], "2026-11-20T11:00"),
        ("hour", 2, [("11:00", "18:00")], "2026-11-20T11:00"),  # already run out
        ("hour", 2, [("12:00", None)], "2026-11-20T11:00"),
        ("working_hour", 2, [("10:00", "15:00")], "2026-11-20T16:00"),
        ("working_hour", 2, [("12:30", "13:30")], "2026-11-20T11:00"),
    ],
)
def test_the_clock_stands_still_during_a_pause(
    unit: str, amount: int, pauses: list[tuple[str, str | None]], expected: str
) -> None:
    spans = [
        (at(f"2026-11-20T{since}"), until and at(f"2026-11-20T{until}")) for since, until in pauses
    ]
    limit = Limit(amount, Unit(unit))

    assert due_with_pauses(at("2026-11-20T09:00"), limit, CHINA, spans) == at(expected)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2026-11-17T10:00", "2026-11-17T16:00", "2026-11-19T17:30"),  # within a day: nothing
        ("2026-11-17T10:00", "2026-11-19T10:00", "2026-11-23T17:30"),  # two working days
        ("2026-11-19T10:00", "2026-11-22T10:00", "2026-11-20T17:30"),  # Friday counts, not Sunday
        ("2026-11-19T18:00", "2026-11-30T10:00", "2026-11-19T17:30"),  # begins after the end
    ],
)
def test_a_pause_moves_a_limit_in_working_days_by_working_days(
    since: str, until: str, expected: str
) -> None:
    limit = Limit(3, Unit.WORKING_DAY)
    pauses = [(at(since), at(until))]

    assert due_with_pauses(at("2026-11-16T09:00"), limit, CHINA, pauses) == at(expected)


@pytest.mark.parametrize("unit", list(Unit))
def test_while_a_pause_is_open_nothing_is_due(unit: Unit) -> None:
    start = at("2026-11-20T09:00")
    pauses = [(start, start + timedelta(minutes=5)), (start + timedelta(minutes=6), None)]

    assert due_with_pauses(start, Limit(600, unit), CHINA, pauses) is None


@given(
    INSTANTS,
    LIMITS,
    CALENDARS,
    st.lists(st.tuples(INSTANTS, st.timedeltas(timedelta(0), timedelta(days=20))), max_size=4),
)
def test_pauses_only_ever_give_time_and_none_changes_nothing(
    start: datetime,
    limit: Limit,
    calendar: WorkCalendar,
    raw: list[tuple[datetime, timedelta]],
) -> None:
    pauses = [(since, since + length) for since, length in raw]
    dues = [
        due_with_pauses(start, limit, calendar, pauses[:count]) for count in range(len(pauses) + 1)
    ]
    known = [end for end in dues if end is not None]

    assert len(known) == len(dues)
    assert known[0] == due(start, limit, calendar)
    assert all(earlier <= later for earlier, later in pairwise(known))


@given(INSTANTS, st.integers(1, 100), CALENDARS, st.floats(0, 0.99), st.integers(1, 500))
def test_what_ran_outside_the_pause_is_the_limit(
    start: datetime, amount: int, calendar: WorkCalendar, part: float, hours: int
) -> None:
    limit = Limit(amount, Unit.WORKING_HOUR)
    since = start + part * (due(start, limit, calendar) - start)
    until = since + timedelta(hours=hours)
    end = due_with_pauses(start, limit, calendar, [(since, until)])

    assert end is not None
    ran = working_seconds(start, since, calendar) + working_seconds(until, end, calendar)
    assert ran == pytest.approx(amount * 3600, abs=1e-6)


@pytest.mark.parametrize(
    ("amount", "unit"),
    [
        (0, Unit.MINUTE),
        (-1, Unit.HOUR),
        (Decimal("1.5"), Unit.WORKING_DAY),
        (Decimal("NaN"), Unit.HOUR),
        (Decimal("Infinity"), Unit.HOUR),
        (10_001, Unit.WORKING_DAY),
        (21_000_001, Unit.MINUTE),
    ],
)
def test_an_impossible_limit_is_refused(amount: Decimal | int, unit: Unit) -> None:
    with pytest.raises(RuleBroken) as caught:
        Limit(amount, unit)
    assert caught.value.code == "limit_invalid"


def test_limits_are_read_from_city_data() -> None:
    read = Limit.from_data({"amount": 4, "unit": "working_hour"})
    assert read == Limit(4, Unit.WORKING_HOUR)
    assert Limit.from_data({"amount": "0.5", "unit": "hour"}).microseconds == 1_800_000_000


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"amount": 4, "unit": "fortnight"},
        {"amount": "four", "unit": "hour"},
        {"amount": None, "unit": "hour"},
        {"amount": True, "unit": "hour"},
    ],
)
def test_a_limit_of_another_shape_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(RuleBroken) as caught:
        Limit.from_data(data)
    assert caught.value.code == "limit_invalid"


def test_naive_instants_are_refused() -> None:
    naive = datetime(2026, 11, 20, 9)  # noqa: DTZ001 - the fault under test
    for unit in Unit:
        with pytest.raises(ValueError, match="naive"):
            due(naive, Limit(1, unit), CHINA)
    with pytest.raises(ValueError, match="naive"):
        working_seconds(naive, at("2026-11-20T09:00"), CHINA)
