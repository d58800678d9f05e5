"""Working calendars, limits and due instants.

Units (GB/T 30428.8, CJ/T 315): ``minute`` and ``hour`` run around the clock, ``working_hour`` runs
in working hours only, ``working_day`` counts whole working days. Working days are counted as the
Civil Code does (Articles 201 and 203): the day of the start is not counted, and the limit ends
when work closes on the last day counted. So one working day given on a Monday, at whatever hour,
ends on Tuesday at the close of work.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum

from core.clock import aware
from core.errors import RuleBroken
from core.words import N_
from core.workcalendar import WorkCalendar, days, instant_of, micros_of

__all__ = ["Limit", "Pause", "Unit", "WorkCalendar", "due", "due_with_pauses", "working_seconds"]

_DAY = timedelta(days=1)

Pause = tuple[datetime, datetime | None]


class Unit(StrEnum):
    """In what a limit is counted."""

    MINUTE = "minute"
    HOUR = "hour"
    WORKING_HOUR = "working_hour"
    WORKING_DAY = "working_day"


_SECONDS = {Unit.MINUTE: 60, Unit.HOUR: 3600, Unit.WORKING_HOUR: 3600}
# About forty years each: a longer limit is a slip of the pen.
_MOST = {
    Unit.MINUTE: 21_000_000,
    Unit.HOUR: 350_000,
    Unit.WORKING_HOUR: 80_000,
    Unit.WORKING_DAY: 10_000,
}


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount of time allowed.

    Raises RuleBroken ``limit_invalid`` for an amount that is not positive, beyond forty years, or
    a part of a working day.
    """

    amount: Decimal | int
    unit: Unit

    def __post_init__(self) -> None:
        exact = Decimal(self.amount)
        whole = self.unit is not Unit.WORKING_DAY or exact == exact.to_integral_value()
        if not (exact.is_finite() and 0 < exact <= _MOST[self.unit] and whole):
            raise _limit_invalid(self.amount, self.unit.value)

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> "Limit":
        """From ``{"amount": 4, "unit": "working_hour"}``; RuleBroken ``limit_invalid``."""
        amount, unit = str(data.get("amount")), str(data.get("unit"))
        try:
            return cls(Decimal(amount), Unit(unit))
        except (InvalidOperation, ValueError) as error:
            raise _limit_invalid(amount, unit) from error

    @property
    def microseconds(self) -> int:
        """The amount as running time; not for working days."""
        exact = Decimal(self.amount) * _SECONDS[self.unit] * 1_000_000
        return int(exact.to_integral_value(ROUND_HALF_UP))


def _limit_invalid(amount: object, unit: str) -> RuleBroken:
    message = N_("A limit of %(amount)s %(unit)s is not possible.")
    return RuleBroken("limit_invalid", message, amount=amount, unit=unit)


def working_seconds(a: datetime, b: datetime, calendar: WorkCalendar) -> float:
    """Seconds of working time from ``a`` to ``b``; negative when ``b`` is earlier.

    Raises ValueError for naive instants.
    """
    return _worked(a, b, calendar) / 1_000_000


def due(start: datetime, limit: Limit, calendar: WorkCalendar) -> datetime:
    """The instant, in UTC, at which ``limit`` given at ``start`` runs out; ValueError if naive."""
    if limit.unit is Unit.WORKING_DAY:
        return calendar.close_of(_working_day(calendar.local_date(start), limit, calendar))
    return _advance(start, limit.microseconds, limit.unit, calendar)


def due_with_pauses(
    start: datetime, limit: Limit, calendar: WorkCalendar, pauses: Iterable[Pause]
) -> datetime | None:
    """The due instant when the clock stood still during ``pauses`` (since, until or None).

    Running units lose exactly the paused time. A limit in working days moves on by one day for
    every working day after the day on which a pause began, up to the day on which it ended. Pauses
    may overlap and come in any order; those after the due instant change nothing. None while an
    open pause holds the clock. Raises ValueError for naive instants.
    """
    spans = _merged(start, pauses)
    if limit.unit is Unit.WORKING_DAY:
        return _day_limit_with_pauses(start, limit, calendar, spans)
    cursor, left = aware(start), limit.microseconds
    for since, until in spans:
        if _advance(cursor, left, limit.unit, calendar) <= since:
            break
        if until is None:
            return None
        left -= _running(cursor, since, limit.unit, calendar)
        cursor = until
    return _advance(cursor, left, limit.unit, calendar)


def _day_limit_with_pauses(
    start: datetime, limit: Limit, calendar: WorkCalendar, spans: Sequence[Pause]
) -> datetime | None:
    last = _working_day(calendar.local_date(start), limit, calendar)
    for since, until in spans:
        if calendar.close_of(last) <= since:
            break
        if until is None:
            return None
        stood = days(calendar.local_date(since) + _DAY, calendar.local_date(until))
        lost = sum(calendar.is_working_day(day) for day in stood)
        if lost:
            last = _working_day(last, Limit(lost, Unit.WORKING_DAY), calendar)
    return calendar.close_of(last)


def _merged(start: datetime, pauses: Iterable[Pause]) -> list[Pause]:
    """Pauses cut to what lies after ``start``, joined where they overlap, in order."""
    begin = aware(start)
    cut = [(max(aware(a), begin), None if b is None else aware(b)) for a, b in pauses]
    spans: list[Pause] = []
    for since, until in sorted(cut, key=lambda span: span[0]):
        if until is not None and until <= since:
            continue
        if spans and (spans[-1][1] is None or since <= spans[-1][1]):
            earlier, ended = spans.pop()
            until = None if ended is None or until is None else max(ended, until)
            since = earlier
        spans.append((since, until))
    return spans


def _working_day(day: date, limit: Limit, calendar: WorkCalendar) -> date:
    """The last day of a limit in working days, the given day not counted."""
    left = int(limit.amount)
    while left:
        day += _DAY
        left -= calendar.is_working_day(day)
    return day


def _running(a: datetime, b: datetime, unit: Unit, calendar: WorkCalendar) -> int:
    if unit is Unit.WORKING_HOUR:
        return _worked(a, b, calendar)
    return micros_of(b) - micros_of(a)


def _advance(start: datetime, amount: int, unit: Unit, calendar: WorkCalendar) -> datetime:
    if unit is not Unit.WORKING_HOUR:
        return instant_of(micros_of(start) + amount)
    number = calendar.local_date(start).year
    need = amount + calendar.year(number).before(micros_of(start))
    while need > calendar.year(number).totals[-1]:
        need -= calendar.year(number).totals[-1]
        number += 1
    return instant_of(calendar.year(number).reach(need))


def _worked(a: datetime, b: datetime, calendar: WorkCalendar) -> int:
    first, last = calendar.local_date(a).year, calendar.local_date(b).year
    if last < first:
        return -_worked(b, a, calendar)
    whole = sum(calendar.year(number).totals[-1] for number in range(first, last))
    begun = calendar.year(first).before(micros_of(a))
    return whole + calendar.year(last).before(micros_of(b)) - begun
