"""Working calendars: when a city works, as data.

A calendar is a zone, working hours by weekday, days off and days worked to make up for them. Its
periods are laid out once a year on the line of UTC instants, so that a question about any span
costs a look-up and no walk through the minutes.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.clock import aware

__all__ = ["Period", "WorkCalendar", "Year", "days", "instant_of", "micros_of"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY_MINUTES = 24 * 60
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Period = tuple[int, int]
"""From and until, in minutes after local midnight."""


def micros_of(instant: datetime) -> int:
    """Microseconds since 1970 UTC; ValueError for a naive datetime."""
    return (aware(instant) - _EPOCH) // _MICROSECOND


def instant_of(micros: int) -> datetime:
    """The UTC instant so many microseconds after 1970."""
    return _EPOCH + timedelta(microseconds=micros)


def days(first: date, last: date) -> Iterator[date]:
    """The calendar days from ``first`` to ``last``, both included; none if ``last`` is earlier."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


@dataclass(frozen=True, slots=True)
class Year:
    """Working periods of one local year as microseconds since 1970 UTC, with running totals."""

    starts: list[int]
    ends: list[int]
    totals: list[int]
    """``totals[i]`` is the working time of the periods before the i-th; one longer than they."""

    def before(self, at: int) -> int:
        """Working time of this year before the instant, in microseconds."""
        place = bisect_right(self.starts, at) - 1
        if place < 0:
            return 0
        return self.totals[place] + min(at, self.ends[place]) - self.starts[place]

    def reach(self, need: int) -> int:
        """The instant at which ``need`` > 0 microseconds of this year's work are done."""
        place = bisect_left(self.totals, need) - 1
        return self.starts[place] + need - self.totals[place]


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """When a city works: IANA zone, hours by weekday, days off, and days worked to make up.

    ``hours`` has for each weekday (0 = Monday) its periods in minutes after midnight, in order. A
    make-up day without hours of its own weekday has those of the first weekday that has any.
    Years without listed days are fine: the weekdays speak. Raises ValueError for periods that
    overlap or run backwards, a week without work, or a day both off and worked.
    """

    zone: ZoneInfo
    hours: Mapping[int, tuple[Period, ...]]
    holidays: frozenset[date] = frozenset()
    working_days: frozenset[date] = frozenset()
    _years: dict[int, Year] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        for weekday, periods in self.hours.items():
            flat = [minute for period in periods for minute in period]
            rising = all(a < b for a, b in periods) and flat == sorted(flat)
            if not (weekday in range(7) and rising and all(0 <= m <= _DAY_MINUTES for m in flat)):
                raise ValueError(f"working hours of weekday {weekday} are not in order")
        if not any(self.hours.values()):
            raise ValueError("a week without working hours has no working time")
        if self.holidays & self.working_days:
            raise ValueError("a day cannot be both off and worked")

    @classmethod
    def from_data(cls, data: Mapping[str, object], zone: str) -> "WorkCalendar":
        """From the shape of a city's ``calendar.json``.

        Raises ValueError, KeyError or TypeError when the shape or a value is wrong.
        """
        hours = _mapping(data["working_hours"])
        if not set(hours) <= set(_WEEKDAYS):
            raise ValueError("weekdays are mon, tue, wed, thu, fri, sat, sun")
        return cls(
            ZoneInfo(zone),
            {_WEEKDAYS.index(day): _periods(periods) for day, periods in hours.items()},
            frozenset(_date(_mapping(day)["date"]) for day in _sequence(data.get("holidays", []))),
            frozenset(_date(day) for day in _sequence(data.get("working_days", []))),
        )

    def periods_of(self, day: date) -> tuple[Period, ...]:
        """The working periods of a local day, in minutes after midnight; empty on a day off."""
        if day in self.holidays:
            return ()
        own = self.hours.get(day.weekday(), ())
        if own or day not in self.working_days:
            return own
        return next(self.hours[weekday] for weekday in range(7) if self.hours.get(weekday))

    def is_working_day(self, day: date) -> bool:
        """Whether any work is done on this local day."""
        return bool(self.periods_of(day))

    def is_working(self, instant: datetime) -> bool:
        """Whether the instant lies in working time (the close of a period no longer does)."""
        year, at = self.year(self.local_date(instant).year), micros_of(instant)
        place = bisect_right(year.starts, at) - 1
        return place >= 0 and at < year.ends[place]

    def local_date(self, instant: datetime) -> date:
        """The calendar day on which the instant falls in this zone; ValueError if it is naive."""
        return aware(instant).astimezone(self.zone).date()

    def close_of(self, day: date) -> datetime:
        """The close of work of a working day, in UTC."""
        return instant_of(self._at(day, self.periods_of(day)[-1][1]))

    def year(self, number: int) -> Year:
        """The working periods of a local year, built once."""
        if number not in self._years:
            self._years[number] = self._build(number)
        return self._years[number]

    def _build(self, number: int) -> Year:
        starts, ends, totals = [], [], [0]
        for day in days(date(number, 1, 1), date(number, 12, 31)):
            for since, until in self.periods_of(day):
                start, end = self._at(day, since), self._at(day, until)
                if start < end:  # a period may fall wholly into the hour that spring leaves out
                    starts.append(start)
                    ends.append(end)
                    totals.append(totals[-1] + end - start)
        return Year(starts, ends, totals)

    def _at(self, day: date, minute: int) -> int:
        """A local time as microseconds since 1970 UTC, never falling as the local time rises.

        Of a time that autumn repeats the first is meant. A time that spring leaves out means the
        moment of the change, so that periods on both sides of it never overlap.
        """
        local = datetime.combine(day, time()) + timedelta(minutes=minute)
        late = micros_of(local.replace(tzinfo=self.zone))
        early = micros_of(local.replace(tzinfo=self.zone, fold=1))
        if early >= late:
            return late
        before = instant_of(early).astimezone(self.zone).utcoffset()
        seconds = range((late - early) // 1_000_000 + 1)
        change = bisect_left(
            seconds,
            True,
            key=lambda s: (
                instant_of(early + s * 1_000_000).astimezone(self.zone).utcoffset() != before
            ),
        )
        return early + change * 1_000_000


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError(f"expected an object, not {value!r}")
    return value


def _sequence(value: object) -> Collection[object]:
    if not isinstance(value, list | tuple):
        raise TypeError(f"expected a list, not {value!r}")
    return value


def _date(value: object) -> date:
    return date.fromisoformat(str(value))


def _periods(value: object) -> tuple[Period, ...]:
    pairs = [tuple(_minutes(str(end)) for end in _sequence(pair)) for pair in _sequence(value)]
    return tuple((since, until) for since, until in pairs)


def _minutes(text: str) -> int:
    if text == "24:00":
        return _DAY_MINUTES
    moment = time.fromisoformat(text)
    return moment.hour * 60 + moment.minute
