"""Reading ``calendar.json``: working hours by weekday, holidays and make-up days."""

from collections.abc import Sequence
from datetime import date, time

from city.domain.facts import CalendarFacts, DayFacts, SpanFacts
from city.domain.faults import Node
from core.words import N_

__all__ = ["WEEKDAYS", "read_calendar"]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def read_calendar(root: Node) -> CalendarFacts:
    """When the city works."""
    root.known("working_hours", "holidays", "working_days")
    hours = root.child("working_hours")
    hours.known(*WEEKDAYS)
    spans = [
        span for weekday, name in enumerate(WEEKDAYS) for span in _spans(hours.child(name), weekday)
    ]
    if not spans:
        hours.fault("missing", N_("a week has at least one span of working time"))
    return CalendarFacts(tuple(spans), _days(root))


def _spans(node: Node, weekday: int) -> list[SpanFacts]:
    spans: list[SpanFacts] = []
    for pair in node.items() if node.value is not None else ():
        ends = [_time(item) for item in pair.items()]
        if len(ends) != 2:
            pair.fault("bad_span", N_("must be two times, from and until"))
            continue
        opens, closes = ends
        if opens is None or closes is None:
            continue
        if opens >= closes or (spans and opens < spans[-1].closes):
            pair.fault("bad_span", N_("spans must run forward and not overlap"))
        spans.append(SpanFacts(weekday, opens, closes))
    return spans


def _time(node: Node) -> time | None:
    text = node.text(longest=5)
    try:
        return time.fromisoformat(text)
    except ValueError:
        node.fault("bad_time", N_("must be a time such as 08:30"))
        return None


def _days(root: Node) -> tuple[DayFacts, ...]:
    days: list[DayFacts] = []
    if root.child("holidays").value is not None:
        for row in root.child("holidays").rows():
            row.known("date", "name_zh", "name_en")
            names = row.child("name_zh").text(longest=60), row.child("name_en").text(longest=60)
            _add(days, row.child("date"), False, names)
    for item in root.child("working_days").texts():
        _add(days, item, True, ("", ""))
    return tuple(days)


def _add(days: list[DayFacts], node: Node, working: bool, names: Sequence[str]) -> None:
    day = _date(node)
    if day is None:
        return
    if any(other.date == day for other in days):
        node.fault("duplicate", N_("%(code)s is used twice"), code=day.isoformat())
        return
    days.append(DayFacts(day, working, *names))


def _date(node: Node) -> date | None:
    text = node.text(longest=10)
    try:
        return date.fromisoformat(text)
    except ValueError:
        node.fault("bad_date", N_("must be a date such as 2026-10-01"))
        return None
