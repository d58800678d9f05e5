"""Instants as officers read them: in the city's own zone, and as time left or gone over."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext

from city.selectors import zone
from core.errors import NotFound
from core.words import N_

FULL = N_("j M Y, H:i")
SHORT = N_("j M, H:i")
HOUR = N_("H:i")
SOON = timedelta(hours=1)

PATTERNS = {
    "left_minutes": N_("{m} min left"),
    "left_hours": N_("{h} h {m} min left"),
    "left_days": N_("{d} d {h} h left"),
    "over_minutes": N_("{m} min overdue"),
    "over_hours": N_("{h} h {m} min overdue"),
    "over_days": N_("{d} d {h} h overdue"),
}


def city_zone() -> tzinfo:
    """The zone of the city, UTC while no city is loaded."""
    try:
        return zone()
    except NotFound:
        return timezone.get_default_timezone()


def local(instant: datetime) -> datetime:
    """The same instant on the city's clocks."""
    return instant.astimezone(city_zone())


def full(instant: datetime) -> str:
    """Day, year and time."""
    return format_date(local(instant), gettext(FULL))


def short(instant: datetime, now: datetime) -> str:
    """The time alone for today, day and time within the year, else all of it."""
    there, here = local(instant), local(now)
    if there.date() == here.date():
        return format_date(there, gettext(HOUR))
    return format_date(there, gettext(SHORT if there.year == here.year else FULL))


@dataclass(frozen=True)
class Clock:
    """A due time as words: `tone` is over, soon or calm."""

    tone: str
    text: str


def read_clock(due: datetime, now: datetime) -> Clock:
    """How long is left until `due`, or how long it has been overdue, in whole minutes."""
    gap = due - now
    over = gap < timedelta(0)
    minutes = int(abs(gap).total_seconds() // 60)
    days, hours = minutes // 1440, minutes // 60 % 24
    unit = "days" if days else "hours" if hours else "minutes"
    pattern = gettext(PATTERNS[f"{'over' if over else 'left'}_{unit}"])
    tone = "over" if over else "soon" if gap <= SOON else "calm"
    return Clock(tone, pattern.format(d=days, h=hours, m=minutes % 60))


def patterns() -> dict[str, str]:
    """The clocks' words in the active language, for the live clocks of the pages."""
    return {name: gettext(pattern) for name, pattern in PATTERNS.items()}
