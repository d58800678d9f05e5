"""Reads of feeds, deliveries, problems and records; what a viewer may see is in the query."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pandas as pd
from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum

from accounts.domain import Viewer
from core.errors import NotAllowed, NotFound
from core.words import N_
from integration.domain.profile_document import trusted
from integration.models import Delivery, Feed, Problem, Record, RecordVersion

__all__ = [
    "ASSOCIATION_COLUMNS",
    "FeedCounts",
    "current_records",
    "deliveries_visible_to",
    "feed_by_key",
    "feed_counts",
    "feed_to_send",
    "feeds_visible_to",
    "may_send",
    "most_bytes",
    "problems_of",
    "problems_visible_to",
    "records_visible_to",
    "rows_of_delivery",
    "rows_of_records",
    "versions_of",
]

ASSOCIATION_COLUMNS = (
    "id",
    "feed_id",
    "feed",
    "organisation_id",
    "source_id",
    "category",
    "severity",
    "occurred_at",
    "listed_at",
    "lon",
    "lat",
    "h3",
    "district",
    "grid",
    "address",
    "summary",
    "upstream_state",
    "exercise",
    "operational",
    "kind",
)


def feeds_visible_to(viewer: Viewer) -> QuerySet[Feed]:
    """Feeds of the viewer's organisations; all for those who see everything or configure."""
    feeds = Feed.objects.select_related("organisation", "profile").order_by("key")
    if viewer.kind == "partner":
        return feeds.filter(key=viewer.feed_key)
    if viewer.everything or viewer.has_role("system_admin"):
        return feeds
    if not viewer.sees_business:
        return feeds.none()
    return feeds.filter(organisation_id__in=viewer.organisations)


def feed_by_key(viewer: Viewer, key: str) -> Feed:
    """A visible feed; NotFound ``not_found``."""
    return _by_key(feeds_visible_to(viewer), key)


def _by_key(feeds: QuerySet[Feed], key: str) -> Feed:
    # U+0000 fits into an address but into no query.
    feed = None if "\x00" in key else feeds.select_related("profile").filter(key=key).first()
    if feed is None:
        raise NotFound("not_found", N_("There is no such object, or you may not see it."))
    return feed


def may_send(viewer: Viewer, feed: Feed) -> bool:
    """Whether the viewer may send deliveries of a feed: its partner key, officers of its body."""
    if viewer.kind == "partner":
        return viewer.feed_key == feed.key
    if viewer.kind == "system":
        return True
    return viewer.has_role("officer") and feed.organisation_id in viewer.organisations


def feed_to_send(viewer: Viewer, key: str) -> Feed:
    """The feed to which the viewer may send.

    Raises NotFound ``not_found`` for a feed that does not exist or that an officer does not see,
    NotAllowed ``not_allowed`` for one that is another's. A partner with the wrong key is told
    that it is the wrong one: the names of feeds are no secret among agencies, and whoever mixed
    up two keys must not look for a misspelt address.
    """
    feed = _by_key(
        Feed.objects.all() if viewer.kind == "partner" else feeds_visible_to(viewer), key
    )
    if not may_send(viewer, feed):
        raise NotAllowed("not_allowed", N_("You may not send to the feed %(feed)s."), feed=key)
    return feed


def most_bytes(feed: Feed) -> int:
    """How large a delivery of the feed may be."""
    return trusted(feed.profile.document).limits.bytes if feed.profile else 0


def deliveries_visible_to(viewer: Viewer) -> QuerySet[Delivery]:
    """Deliveries of the feeds whose organisation the viewer belongs to, or of the own key."""
    return Delivery.objects.select_related("feed").filter(
        feed__in=_feeds_of_business(viewer).values("id")
    )


def problems_visible_to(viewer: Viewer) -> QuerySet[Problem]:
    """Problems of visible deliveries."""
    return Problem.objects.filter(delivery__feed__in=_feeds_of_business(viewer).values("id"))


def _feeds_of_business(viewer: Viewer) -> QuerySet[Feed]:
    """The feeds whose rows a viewer may know of."""
    if viewer.kind == "officer" and not viewer.sees_business:
        return Feed.objects.none()
    return feeds_visible_to(viewer)


def records_visible_to(viewer: Viewer, *, exercise: bool | None = False) -> QuerySet[Record]:
    """Current records: of the viewer's feeds, of categories it may see, of its districts.

    ``exercise`` False: real ones alone, True: exercises alone, None: both.
    """
    records = Record.objects.select_related("feed")
    if exercise is not None:
        records = records.filter(exercise=exercise)
    if viewer.kind == "partner" or not viewer.sees_business:
        return records.none()
    if viewer.everything:
        return records
    feeds = Feed.objects.filter(organisation_id__in=viewer.organisations).values_list("id")
    return records.filter(
        # A list of ids and not a join, so that the walk along the index stays one.
        Q(feed_id__in=[row[0] for row in feeds])
        | Q(category__in=viewer.categories)
        | Q(district__in=viewer.districts)
    )


def versions_of(record: Record) -> Sequence[Record | RecordVersion]:
    """All versions of a record, newest number first; the current one is the record itself."""
    history = list(RecordVersion.objects.select_related("feed").filter(key_id=record.key_id))
    return sorted([record, *history], key=lambda one: one.version, reverse=True)


def current_records(feed_key: str) -> Iterator[Record]:
    """All current records of a feed by source id, exercises left out; for operators."""
    records = Record.objects.filter(feed__key=feed_key, exercise=False).select_related("feed")
    return records.order_by("source_id").iterator(chunk_size=2000)


def problems_of(delivery_id: UUID) -> Iterator[dict[str, object]]:
    """Every problem of a delivery by line, as the sender is told; for operators."""
    names = ("line", "source_id", "code", "field", "outcome", "message")
    problems = Problem.objects.filter(delivery_id=delivery_id).order_by("line", "id")
    return iter(problems.values(*names).iterator(chunk_size=2000))


def rows_of_delivery(delivery_id: UUID) -> pd.DataFrame:
    """The records whose current content a delivery brought, by ``ASSOCIATION_COLUMNS``."""
    return _rows("r.delivery_id = %s", [str(delivery_id)])


def rows_of_records(ids: Sequence[UUID]) -> pd.DataFrame:
    """The current contents of some records, by ``ASSOCIATION_COLUMNS``."""
    return _rows("r.id = ANY(%s::uuid[])", [[str(one) for one in ids]])


def _rows(condition: str, parameters: list[Any]) -> pd.DataFrame:
    own = {"feed": "f.key", "organisation_id": "f.organisation_id"}
    names = ", ".join(f"{own.get(name, 'r.' + name)} AS {name}" for name in ASSOCIATION_COLUMNS)
    with connection.cursor() as cursor:
        # Conditions are this file's own texts.
        cursor.execute(
            f"SELECT {names} FROM integration_record AS r "  # noqa: S608
            "JOIN integration_feed AS f ON f.id = r.feed_id "
            f"WHERE {condition} ORDER BY r.listed_at, r.id",
            parameters,
        )
        rows = cursor.fetchall()
    frame = pd.DataFrame(rows, columns=pd.Index(ASSOCIATION_COLUMNS))
    # A column of cells with gaps would become floats, and those do not hold 64 bits.
    place = ASSOCIATION_COLUMNS.index("h3")
    return frame.assign(h3=pd.array([row[place] for row in rows], dtype="Int64"))


@dataclass(frozen=True)
class FeedCounts:
    """How a feed is doing: rows by outcome since an instant, and rows that wait for a person."""

    feed: Feed
    rows: dict[str, int]
    deliveries: int
    open_quarantine: int


def feed_counts(viewer: Viewer, *, since: datetime) -> list[FeedCounts]:
    """The counts of every visible feed, from three queries; exercises left out."""
    feeds = list(feeds_visible_to(viewer))
    names = ("received", "accepted", "updated", "duplicates", "quarantined", "flagged")
    real = Delivery.objects.filter(exercise=False, received_at__gte=since, feed__in=feeds)
    sums = real.values("feed_id").annotate(
        deliveries=Count("id"), **{f"sum_{name}": Sum(name) for name in names}
    )
    by_feed: dict[UUID, dict[str, Any]] = {row["feed_id"]: dict(row) for row in sums}
    waiting = dict(
        Problem.objects.filter(
            settlement="open", delivery__exercise=False, delivery__feed__in=feeds
        )
        .values_list("delivery__feed_id")
        .annotate(Count("id"))
    )
    return [
        FeedCounts(
            feed,
            {name: by_feed.get(feed.id, {}).get(f"sum_{name}", 0) for name in names},
            by_feed.get(feed.id, {}).get("deliveries", 0),
            waiting.get(feed.id, 0),
        )
        for feed in feeds
    ]
