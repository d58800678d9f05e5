"""The datastreams of an observation feed as people look at them: last value, last seen, a line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from django.utils.translation import gettext

from accounts.domain import Viewer
from core.clock import now
from integration.models import Datastream, Feed
from integration.selectors import (
    Course,
    Latest,
    courses_of,
    datastreams_visible_to,
    latest_of,
)
from restapi.pages import decode, encode

__all__ = ["DatastreamLine", "DatastreamList", "datastream_list"]

SPAN = timedelta(hours=24)
WIDTH, HEIGHT = 168.0, 32.0  # of a line, in units of its drawing
_MARGIN = 2.0
_GAP = 1 / 24 + 1e-9  # of the span: a longer silence breaks the line
_LONGEST = 40  # characters of a text that is shown


@dataclass(frozen=True)
class DatastreamLine:
    """One datastream. ``strokes``: its last 24 hours as points of polylines, in words ``told``."""

    datastream: Datastream
    title: str
    value: str
    at: datetime | None
    strokes: Sequence[str]
    told: str


@dataclass(frozen=True)
class DatastreamList:
    """Some datastreams of a feed by their keys; ``following``: where the next ones begin."""

    lines: Sequence[DatastreamLine]
    following: str | None
    width: float = WIDTH
    height: float = HEIGHT


def datastream_list(
    viewer: Viewer, feed: Feed, *, limit: int, cursor: str | None = None
) -> DatastreamList:
    """The datastreams of a feed by key, those of exercises left out; three queries."""
    rows = datastreams_visible_to(viewer).filter(feed=feed).order_by("key")
    if cursor:
        (last,) = decode(cursor, [str])
        rows = rows.filter(key__gt=last.replace("\x00", ""))
    found = list(rows[: limit + 1])
    shown = found[:limit]
    ids = [one.id for one in shown]
    latest, courses = latest_of(ids), courses_of(ids, until=now(), span=SPAN)
    lines = [_line(one, latest, courses.get(one.id, [])) for one in shown]
    return DatastreamList(lines, encode([shown[-1].key]) if len(found) > limit else None)


def _line(one: Datastream, latest: Mapping[UUID, Latest], course: Course) -> DatastreamLine:
    last = latest.get(one.id)
    return DatastreamLine(
        datastream=one,
        title=one.name or one.key,
        value="" if last is None else _value(last, one.unit),
        at=None if last is None else last.at,
        strokes=_strokes(course),
        told=_told(course, one.unit),
    )


def _value(last: Latest, unit: str) -> str:
    if last.text is not None:
        return last.text if len(last.text) <= _LONGEST else f"{last.text[:_LONGEST]}…"
    return _measured(last.number or 0.0, unit)


def _measured(number: float, unit: str) -> str:
    return f"{number:,.6g} {unit}".strip()


def _told(course: Course, unit: str) -> str:
    if not course:
        return ""
    least = min(one[1] for one in course)
    greatest = max(one[2] for one in course)
    if least == greatest:
        return _measured(least, unit)
    terms = {"least": _measured(least, ""), "greatest": _measured(greatest, unit)}
    return gettext("%(least)s to %(greatest)s") % terms


def _strokes(course: Course) -> list[str]:
    """The points of each unbroken stretch: the least and the greatest number of every step."""
    if not course:
        return []
    least = min(one[1] for one in course)
    spread = max(one[2] for one in course) - least
    breaks = [place for place, (a, b) in enumerate(pairwise(course), 1) if b[0] - a[0] > _GAP]
    starts = [0, *breaks]
    ends = [*breaks, len(course)]
    return [
        " ".join(_points(course[start:end], least, spread))
        for start, end in zip(starts, ends, strict=True)
    ]


def _points(course: Course, least: float, spread: float) -> Sequence[str]:
    found: list[str] = []
    for share, low, high in course:
        x = _MARGIN + share * (WIDTH - 2 * _MARGIN)
        for number in (low, high):
            # A line without ups and downs lies in the middle.
            part = (number - least) / spread if spread else 0.5
            y = HEIGHT - _MARGIN - part * (HEIGHT - 2 * _MARGIN)
            found.append(f"{x:.1f},{y:.1f}")
    return found
