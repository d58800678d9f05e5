"""The quality of deliveries: per feed, over days, and the rows that speak against it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from accounts.domain import Viewer
from city.selectors import zone
from integration.domain.quality import DIMENSIONS, INDICATORS, Indicator, rate
from integration.models import Delivery, Feed, Problem
from integration.selectors.feeds import feeds_of_business

__all__ = [
    "Grade",
    "Quality",
    "Sample",
    "quality_by_day",
    "quality_of",
    "quality_of_delivery",
    "samples_of",
]

_SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Grade:
    """One indicator over some deliveries: A, B, and X in percent (None: nothing assessed)."""

    indicator: Indicator
    satisfied: int
    assessed: int

    @property
    def percent(self) -> float | None:
        """X to two decimals."""
        found = rate(self.satisfied, self.assessed)
        return None if found is None else float(found)

    @property
    def good(self) -> float | None:
        """X as the share of what is good, whichever way the indicator counts."""
        percent = self.percent
        if percent is None or not self.indicator.lower:
            return percent
        return round(100 - percent, 2)


@dataclass(slots=True)
class Quality:
    """The quality of some deliveries of one feed together."""

    feed_id: UUID
    deliveries: int = 0
    received: int = 0
    quarantined: int = 0
    flagged: int = 0
    sums: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def grades(self) -> list[Grade]:
        """Every indicator, in the order of the standard."""
        return [Grade(one, *self.sums.get(one.code, (0, 0))) for one in INDICATORS.values()]

    def dimension(self, code: str) -> float | None:
        """The mean of what a dimension's assessed indicators say, 0 to 100; None without any."""
        told = [one.good for one in self.grades if one.indicator.dimension == code]
        known = [value for value in told if value is not None]
        return round(sum(known) / len(known), 2) if known else None

    @property
    def overall(self) -> float | None:
        """The mean of the dimensions that could be assessed."""
        known = [value for one in DIMENSIONS if (value := self.dimension(one)) is not None]
        return round(sum(known) / len(known), 2) if known else None


@dataclass(frozen=True, slots=True)
class FeedQuality:
    """A feed and the quality of what it sent."""

    feed: Feed
    quality: Quality


@dataclass(frozen=True, slots=True)
class Sample:
    """A row that speaks against an indicator: by its id, or where it has none by its line."""

    indicator: str
    delivery_id: UUID
    line: int
    source_id: str
    code: str
    field: str


# What an officer corrected was not sent so; exercises say nothing of a sender's daily work.
_CAME = """
    FROM integration_delivery
    WHERE feed_id = ANY(%(feeds)s::uuid[]) AND NOT exercise AND NOT answer ? 'released_from'
      AND received_at >= %(since)s AND received_at < %(until)s
"""
_SUMS = f"""
WITH came AS MATERIALIZED (
    SELECT feed_id, (received_at AT TIME ZONE %(zone)s)::date AS day, received, quarantined,
           flagged, measures
    {_CAME}
), counted AS (
    SELECT feed_id, {{day}} AS day, count(*) AS deliveries, sum(received) AS received,
           sum(quarantined) AS quarantined, sum(flagged) AS flagged
    FROM came GROUP BY 1, 2
), graded AS (
    SELECT feed_id, {{day}} AS day, one.key, sum((one.value ->> 0)::bigint) AS satisfied,
           sum((one.value ->> 1)::bigint) AS assessed
    FROM came, jsonb_each(measures) AS one GROUP BY 1, 2, 3
)
SELECT feed_id, day, deliveries, received, quarantined, flagged, key, satisfied, assessed
FROM counted LEFT JOIN graded USING (feed_id, day)
ORDER BY feed_id, day
"""  # noqa: S608 - own text


def quality_of(feeds: QuerySet[Feed], since: datetime, until: datetime) -> dict[UUID, Quality]:
    """The quality of what feeds sent from ``since`` to before ``until``; by feed, none missing."""
    keys = list(feeds.values_list("id", flat=True))
    found = {key: Quality(key) for key in keys}
    for row in _rows(keys, since, until, day="DATE 'epoch'"):
        _add(found[row["feed_id"]], row)
    return found


def qualities(viewer: Viewer, since: datetime, until: datetime) -> list[FeedQuality]:
    """The quality of every feed whose rows the viewer may know of, by organisation and key."""
    feeds = feeds_of_business(viewer).order_by("organisation__code", "key")
    graded = quality_of(feeds, since, until)
    return [FeedQuality(one, graded[one.id]) for one in feeds]


def quality_by_day(feed: Feed, since: datetime, until: datetime) -> dict[date, Quality]:
    """The same of one feed by day of the city; days without deliveries are left out."""
    found: dict[date, Quality] = {}
    for row in _rows([feed.id], since, until, day="day"):
        _add(found.setdefault(row["day"], Quality(feed.id)), row)
    return found


def quality_of_delivery(delivery: Delivery) -> Quality:
    """What a delivery itself keeps of its quality."""
    return Quality(
        feed_id=delivery.feed_id,
        deliveries=1,
        received=delivery.received,
        quarantined=delivery.quarantined,
        flagged=delivery.flagged,
        sums={code: (one[0], one[1]) for code, one in delivery.measures.items()},
    )


def _rows(
    feeds: Sequence[UUID], since: datetime, until: datetime, *, day: str
) -> Iterable[Mapping[str, Any]]:
    parameters: dict[str, Any] = {
        "feeds": [str(one) for one in feeds],
        "since": since,
        "until": until,
        "zone": str(zone()),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SUMS.format(day=day), parameters)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _add(quality: Quality, row: Mapping[str, Any]) -> None:
    quality.deliveries, quality.received = row["deliveries"], int(row["received"])
    quality.quarantined, quality.flagged = int(row["quarantined"]), int(row["flagged"])
    if row["key"] is not None:
        quality.sums[row["key"]] = (int(row["satisfied"]), int(row["assessed"]))


def samples_of(deliveries: QuerySet[Delivery], codes: Iterable[str]) -> list[Sample]:
    """Some of the newest rows against each indicator; ``codes`` of indicators."""
    chosen = [INDICATORS[code] for code in codes]
    faults = {fault for one in chosen for fault in one.faults}
    rows = {fault: list(_newest(deliveries, fault)) for fault in sorted(faults)}
    found: list[Sample] = []
    for indicator in chosen:
        against = [one for fault in sorted(indicator.faults) for one in rows[fault]]
        against.sort(key=lambda one: (one.delivery_id, -one.line), reverse=True)
        found += [
            Sample(indicator.code, one.delivery_id, one.line, one.source_id, one.code, one.field)
            for one in against[:_SAMPLES]
        ]
    return found


def _newest(deliveries: QuerySet[Delivery], code: str) -> QuerySet[Problem]:
    """The first problems of the newest deliveries that have the code at all."""
    having = deliveries.filter(codes__has_key=code).order_by("-received_at", "-id")
    latest = list(having.values_list("id", flat=True)[:_SAMPLES])
    return Problem.objects.filter(delivery_id__in=latest, code=code).order_by(
        "-delivery_id", "line"
    )[:_SAMPLES]
