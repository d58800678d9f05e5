"""Days and instants of records, told no more precisely than their source told them."""

from datetime import date, datetime, time, timedelta

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext

from city.selectors import zone
from core.clock import now
from core.words import N_
from web.times import local

__all__ = ["DAY_SPAN", "day", "day_start", "today_start"]

DAY = N_("j M Y")
DAY_SPAN = 86_400
"""Seconds: an occurrence told by its day alone."""


def day(instant: datetime) -> str:
    """The day on the city's clocks."""
    return format_date(local(instant), gettext(DAY))


def day_start(one: date) -> datetime:
    """The first moment of a day of the city."""
    return datetime.combine(one, time(), zone())


def today_start(*, days_before: int = 0) -> datetime:
    """Midnight of today, or of some days before, on the city's clocks."""
    return day_start(now().astimezone(zone()).date() - timedelta(days=days_before))
