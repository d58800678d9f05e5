from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.workcalendar import WorkCalendar, micros_of

OFFICE = {
    "working_hours": {
        day: [["08:30", "12:00"], ["14:00", "17:30"]] for day in ("mon", "tue", "wed", "thu", "fri")
    },
    "holidays": [{"date": "2026-10-01", "name_zh": "国庆节", "name_en": "National Day"}],
    "working_days": ["2026-10-10"],
}
ROUND_THE_CLOCK = dict.fromkeys(range(7), ((0, 1440),))


@pytest.fixture
def office() -> WorkCalendar:
    return WorkCalendar.from_data(OFFICE, "Asia/Shanghai")


def test_days_off_and_days_worked_to_make_up(office: WorkCalendar) -> None:
    assert office.is_working_day(date(2026, 9, 30))
    assert not office.is_working_day(date(2026, 10, 1))  # a Thursday, but a holiday
    assert not office.is_working_day(date(2026, 10, 3))  # a Saturday
    assert office.is_working_day(date(2026, 10, 10))  # a Saturday, worked
    assert office.periods_of(date(2026, 10, 10)) == office.periods_of(date(2026, 10, 12))


def test_a_make_up_day_keeps_the_hours_of_its_own_weekday_if_it_has_any() -> None:
    calendar = WorkCalendar(
        ZoneInfo("Asia/Shanghai"),
        {0: ((480, 1020),), 5: ((540, 720),)},
        working_days=frozenset({date(2026, 10, 10)}),
    )
    assert calendar.periods_of(date(2026, 10, 10)) == ((540, 720),)


def test_years_that_nobody_has_announced_are_ordinary(office: WorkCalendar) -> None:
    assert office.is_working_day(date(2099, 1, 1))
    assert not office.is_working_day(date(2099, 1, 3))


@pytest.mark.parametrize(
    ("local", "working"),
    [("08:29", False), ("08:30", True), ("12:00", False), ("13:00", False), ("17:29", True)],
)
def test_working_time_begins_with_its_first_minute_and_ends_before_its_last(
    office: WorkCalendar, local: str, working: bool
) -> None:
    assert office.is_working(datetime.fromisoformat(f"2026-11-20T{local}+08:00")) is working


def test_the_close_of_work_is_a_utc_instant(office: WorkCalendar) -> None:
    assert office.close_of(date(2026, 11, 20)) == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)]
)
def test_days_on_which_the_clocks_change_are_as_long_as_they_are(day: date, hours: int) -> None:
    calendar = WorkCalendar(ZoneInfo("Europe/Berlin"), ROUND_THE_CLOCK)
    year = calendar.year(day.year)
    place = (day - date(day.year, 1, 1)).days

    assert year.ends[place] - year.starts[place] == hours * 3600 * 1_000_000


def test_a_period_inside_the_hour_that_spring_leaves_out_does_not_exist() -> None:
    hours = dict.fromkeys(range(7), ((60, 120), (130, 170), (170, 240)))
    calendar = WorkCalendar(ZoneInfo("Europe/Berlin"), hours)
    # 02:00–03:00 is missing on 29 March: of 01:00–02:00, 02:10–02:50, 02:50–04:00 two hours stay.
    midnight = micros_of(datetime(2026, 3, 28, 23, tzinfo=UTC))
    year = calendar.year(2026)
    first = next(n for n, start in enumerate(year.starts) if start >= midnight)
    minutes = [
        [(micros - midnight) // 60_000_000 for micros in (year.starts[n], year.ends[n])]
        for n in range(first, first + 3)
    ]
    next_day = 23 * 60 + 60
    assert minutes == [[60, 120], [120, 180], [next_day, next_day + 60]]


def test_a_calendar_that_skips_a_whole_day_stays_in_order() -> None:
    # Samoa crossed the date line: 30 December 2011 never was.
    calendar = WorkCalendar(ZoneInfo("Pacific/Apia"), ROUND_THE_CLOCK)
    year = calendar.year(2011)

    assert len(year.starts) == 364
    assert year.starts == sorted(year.starts)
    assert all(b <= a for b, a in zip(year.ends, year.starts[1:], strict=False))


@pytest.mark.parametrize(
    "hours",
    [
        {},
        {0: ()},
        {0: ((720, 480),)},
        {0: ((480, 720), (700, 900))},
        {0: ((480, 1500),)},
        {7: ((480, 720),)},
    ],
)
def test_impossible_hours_are_refused(hours: dict[int, tuple[tuple[int, int], ...]]) -> None:
    with pytest.raises(ValueError, match="working"):
        WorkCalendar(ZoneInfo("Asia/Shanghai"), hours)


def test_a_day_cannot_be_both_off_and_worked() -> None:
    day = frozenset({date(2026, 10, 1)})
    with pytest.raises(ValueError, match="both"):
        WorkCalendar(ZoneInfo("Asia/Shanghai"), ROUND_THE_CLOCK, day, day)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"working_hours": {"monday": [["08:00", "12:00"]]}},
        {"working_hours": {"mon": [["8 o'clock", "12:00"]]}},
        {"working_hours": {"mon": [["08:00", "12:00", "13:00"]]}},
        {"working_hours": {"mon": "08:00-12:00"}},
        {"working_hours": {"mon": [["08:00", "12:00"]]}, "holidays": ["2026-10-01"]},
        {"working_hours": {"mon": [["08:00", "12:00"]]}, "working_days": ["2026-13-01"]},
    ],
)
def test_data_of_another_shape_is_refused(data: dict[str, object]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        WorkCalendar.from_data(data, "Asia/Shanghai")


def test_midnight_may_end_a_day() -> None:
    data = {"working_hours": {"mon": [["00:00", "24:00"]]}}
    calendar = WorkCalendar.from_data(data, "Asia/Shanghai")

    monday = date(2026, 11, 16)
    assert calendar.close_of(monday) == datetime(2026, 11, 16, 16, tzinfo=UTC)
    assert calendar.is_working(calendar.close_of(monday) - timedelta(microseconds=1))
