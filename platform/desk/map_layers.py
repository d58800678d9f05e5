"""What the city map draws: layers of points, each bounded, and what each looks like in its key.

The lists behind the layers ask for what the viewer may see; nothing here widens them.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet

from accounts.domain.viewer import Viewer
from city.selectors import name
from core.coordinates import shown
from desk import labels
from desk.case_page import title_of
from desk.counting import counts_of
from desk.map_filter import Scope
from integration.selectors import all_feeds, records_visible_to
from risk.selectors import cases_listed_to
from web.levels import LEVELS

MOST_SHOWN = 2000
"""Points of one layer: the newest ones."""
WARNINGS, CASES, RECORDS = "warnings", "case-", "record-"
_DIGITS = 5  # of degrees: about a metre
_DAY = timedelta(days=1)
_CASE_COLUMNS = (
    "number",
    "family",
    "score",
    "last_at",
    "subject__lon",
    "subject__lat",
    "subject__name_zh",
    "subject__name_en",
)
_TONES, _FORMS = 6, 3  # as desk/map.css and desk/city_map.js know them


@dataclass(frozen=True)
class Sign:
    """How the dots of a feed are drawn: a tone of no risk level's colour, in one of the forms."""

    tone: int
    form: int


@dataclass(frozen=True)
class RecordLayer:
    """A feed's records in the key; `count` is at most ``MOST_COUNTED + 1``."""

    key: str
    feed_name: str
    organisation: str
    sign: Sign
    count: int


@dataclass(frozen=True)
class CaseLayer:
    """The cases of a risk level in the key."""

    key: str
    level: str
    count: int


def cases_in(viewer: Viewer, scope: Scope) -> QuerySet[Any]:
    """The cases of the scope that the viewer may see; those whose incidents all went are none."""
    rows = cases_listed_to(viewer)
    rows = rows.filter(last_at__gte=scope.since, last_at__lt=scope.until)
    if scope.district:
        rows = rows.filter(district=scope.district)
    if scope.level:
        rows = rows.filter(risk_level=scope.level)
    return rows.filter(family=scope.family) if scope.family else rows


def records_in(viewer: Viewer, scope: Scope) -> QuerySet[Any]:
    """The records of the scope that the viewer may see; warnings are a layer of their own.

    A risk level is that of a case and chooses no records. One that tells only its day is listed
    at the day's beginning: it is of the scope while that day is.
    """
    rows = records_visible_to(viewer).select_related(None).exclude(kind="warning")
    rows = rows.filter(listed_at__gt=scope.since - _DAY, listed_at__lt=scope.until)
    day_alone = Q(occurred_at__isnull=False, occurred_span__gte=_DAY.total_seconds())
    rows = rows.filter(Q(listed_at__gte=scope.since) | day_alone, operational=True)
    if scope.district:
        rows = rows.filter(district=scope.district)
    return rows.filter(category__in=scope.categories) if scope.family else rows


def case_layers(rows: QuerySet[Any], scope: Scope) -> list[CaseLayer]:
    """The levels of the scope with their numbers of cases, the gravest first: one statement."""
    levels = [level for level in LEVELS if scope.level in ("", level)]
    counts = counts_of([rows.filter(risk_level=level) for level in levels])
    return [CaseLayer(CASES + level, level, n) for level, n in zip(levels, counts, strict=True)]


def record_layers(rows: QuerySet[Any]) -> list[RecordLayer]:
    """The feeds of which there are such records: two statements."""
    feeds = all_feeds()
    counts = counts_of([rows.filter(feed_id=feed.id) for feed in feeds])
    return [
        RecordLayer(
            key=RECORDS + feed.key,
            feed_name=name(feed),
            organisation=name(feed.organisation),
            # By the feed's place among all, so that everybody sees it drawn alike.
            sign=Sign(place % _TONES, place // _TONES % _FORMS),
            count=count,
        )
        for place, (feed, count) in enumerate(zip(feeds, counts, strict=True))
        if count
    ]


def case_points(rows: QuerySet[Any]) -> dict[str, Any]:
    """The newest of some cases, column by column; see `_bounded` for the total."""
    newest = rows.select_related("subject").only(*_CASE_COLUMNS).order_by("-last_at", "-pk")
    found, total = _bounded(newest)
    return {
        "total": total,
        "id": [one.id.hex for one in found],
        "lon": [round(one.subject.lon, _DIGITS) for one in found],
        "lat": [round(one.subject.lat, _DIGITS) for one in found],
        "at": [int(one.last_at.timestamp()) for one in found],
        "title": [title_of(one) for one in found],
        "number": [one.number for one in found],
        "score": [None if one.score is None else round(one.score, 1) for one in found],
    }


def record_points(rows: QuerySet[Any]) -> dict[str, Any]:
    """The newest of some records with a place, column by column; see `_bounded` for the total."""
    columns = ("pk", "category", "severity", "listed_at", "occurred_at", "occurred_span")
    newest = rows.order_by("-listed_at", "-pk").values_list(
        *columns, "lon", "lat", "shown_decimals", named=True
    )
    found, total = _bounded(newest)
    places = [shown(one.lon, one.lat, one.shown_decimals) for one in found]
    categories = sorted({one.category for one in found})
    number = {key: place for place, key in enumerate(categories)}
    return {
        "total": total,
        "id": [one.pk.hex for one in found],
        "lon": [round(lon, _DIGITS) for lon, _ in places],
        "lat": [round(lat, _DIGITS) for _, lat in places],
        "at": [int(one.listed_at.timestamp()) for one in found],
        "day": [int(_tells_the_day_alone(one)) for one in found],
        "coarse": [int(one.shown_decimals is not None) for one in found],
        "severity": [one.severity for one in found],
        "category": [number[one.category] for one in found],
        "categories": [labels.category(key) for key in categories],
    }


def _tells_the_day_alone(record: Any) -> bool:
    return record.occurred_at is not None and record.occurred_span >= _DAY.total_seconds()


def _bounded(newest: QuerySet[Any]) -> tuple[list[Any], int | None]:
    """The newest rows and how many there are, None where not all are shown: still to be counted."""
    found = list(newest[: MOST_SHOWN + 1])
    return found[:MOST_SHOWN], len(found) if len(found) <= MOST_SHOWN else None
