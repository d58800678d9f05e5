"""What is stored of a feed's day, in a form that the sender can compare with its own."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from django.db import connection, transaction
from django.db.models import Count, Sum

from city.selectors import zone
from integration.models import Delivery, Feed, Problem
from integration.models.deliveries import Settlement

__all__ = ["By", "Reconciliation", "reconciliation"]

By = Literal["occurred", "received"]
_AT_ONCE = 10_000


@dataclass(frozen=True)
class Reconciliation:
    """The distinct source ids of one day of a feed, exercises left out.

    ``digest``: SHA-256 in hexadecimal over the ids, sorted by code point, each followed by a line
    feed, in UTF-8. ``deliveries, received, quarantined``: of the deliveries that came on that day;
    ``waiting``: of the quarantined rows those that wait for a person.
    """

    feed: Feed
    day: date
    by: By
    since: datetime
    until: datetime
    count: int
    digest: str
    deliveries: int
    received: int
    quarantined: int
    waiting: int


# The order of bytes in UTF-8 is the order of code points, and "C" is the order of bytes.
_OCCURRED = """
SELECT source_id COLLATE "C" FROM integration_record
WHERE feed_id = %(feed)s AND NOT exercise AND listed_at >= %(since)s AND listed_at < %(until)s
ORDER BY 1
"""
# A row was stored by its delivery, as a record or as a version, or it was stored already. What an
# officer corrected was not sent on its day.
_RECEIVED = """
WITH came AS MATERIALIZED (
    SELECT id FROM integration_delivery
    WHERE feed_id = %(feed)s AND NOT exercise AND NOT answer ? 'released_from'
      AND received_at >= %(since)s AND received_at < %(until)s
)
SELECT source_id COLLATE "C" FROM integration_record WHERE delivery_id IN (SELECT id FROM came)
UNION
SELECT source_id COLLATE "C" FROM integration_recordversion
WHERE delivery_id IN (SELECT id FROM came)
UNION
SELECT source_id COLLATE "C" FROM integration_problem
WHERE delivery_id IN (SELECT id FROM came) AND outcome = 'duplicate'
ORDER BY 1
"""
_IDS: dict[By, str] = {"occurred": _OCCURRED, "received": _RECEIVED}


def reconciliation(feed: Feed, day: date, by: By) -> Reconciliation:
    """The ids of a city-local day.

    By ``occurred``: the current records whose time of occurrence (of report, of receipt, where
    there is none) lies in the day. By ``received``: everything that came in deliveries of the
    day and is stored, whether they brought it or found it there; not what officers corrected.
    """
    since, until = _span(day)
    hashed, count = hashlib.sha256(), 0
    for source_id in _ids(by, {"feed": str(feed.id), "since": since, "until": until}):
        hashed.update(source_id.encode() + b"\n")
        count += 1
    came = Delivery.objects.filter(
        feed=feed, exercise=False, received_at__gte=since, received_at__lt=until
    ).exclude(answer__has_key="released_from")
    sums = came.aggregate(
        deliveries=Count("id"), rows=Sum("received"), quarantined=Sum("quarantined")
    )
    waiting = Problem.objects.filter(
        feed=feed,
        settlement=Settlement.OPEN,
        delivery__exercise=False,
        found_at__gte=since,
        found_at__lt=until,
    )
    return Reconciliation(
        feed=feed,
        day=day,
        by=by,
        since=since,
        until=until,
        count=count,
        digest=hashed.hexdigest(),
        deliveries=sums["deliveries"],
        received=sums["rows"] or 0,
        quarantined=sums["quarantined"] or 0,
        waiting=waiting.count(),
    )


def _span(day: date) -> tuple[datetime, datetime]:
    """The first moment of a day of the city and of the next, in UTC."""
    first, following = (
        datetime.combine(one, time(), zone()).astimezone(UTC) for one in (day, day + timedelta(1))
    )
    return first, following


def _ids(by: By, parameters: dict[str, str | datetime]) -> Iterator[str]:
    """The ids in order, a few at a time: a day of a large feed does not fit everywhere."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_IDS[by], parameters)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from (row[0] for row in rows)
