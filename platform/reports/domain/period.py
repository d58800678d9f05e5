"""The period of a report."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from core.errors import BadInput
from core.words import N_

DEFAULT_DAYS = 30
MOST_DAYS = 800


@dataclass(frozen=True)
class Period:
    """Whole days on the city's clocks, both named days included.

    `start` and `end` are the instants: start ≤ t < end.
    """

    first: date
    last: date
    start: datetime
    end: datetime


def read_period(first: str, last: str, *, today: date, zone: tzinfo) -> Period:
    """The period from `first` to `last` (YYYY-MM-DD, or empty for the last thirty days).

    BadInput `bad_period` for what is no day, runs backwards, or is longer than two years.
    """
    until = _day(last) if last else today
    since = _day(first) if first else until - timedelta(days=DEFAULT_DAYS - 1)
    if since > until:
        raise BadInput("bad_period", N_("The period ends before it begins."), status=422)
    if (until - since).days > MOST_DAYS:
        raise BadInput(
            "bad_period",
            N_("A report covers %(days)s days at most."),
            status=422,
            days=MOST_DAYS,
        )
    return Period(
        since,
        until,
        datetime.combine(since, time(), zone),
        datetime.combine(until + timedelta(days=1), time(), zone),
    )


def _day(text: str) -> date:
    try:
        # A time behind the day is allowed and left out: reports count whole days.
        found = date.fromisoformat(text[:10])
    except ValueError:
        raise BadInput(
            "bad_period", N_("%(text)s is not a day such as 2026-11-20."), status=422, text=text
        ) from None
    if not date(1990, 1, 1) <= found <= date(2200, 1, 1):
        raise BadInput(
            "bad_period", N_("%(text)s is not a day such as 2026-11-20."), status=422, text=text
        )
    return found
