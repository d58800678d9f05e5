"""Feeds: which a viewer knows of, which it may send to, and how they are doing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from accounts.domain import Viewer
from core.brief import Brief
from core.errors import NotAllowed, NotFound
from core.words import N_
from integration.models import Delivery, Feed, Problem
from integration.selectors.profiles import frozen

__all__ = [
    "FeedCounts",
    "all_feeds",
    "feed_by_key",
    "feed_counts",
    "feed_of_business",
    "feed_to_send",
    "feeds_of_business",
    "feeds_visible_to",
    "may_send",
    "most_bytes",
]


_MOMENT = 2.0  # seconds
_partners_feeds: Brief[str, Feed] = Brief(seconds=_MOMENT, most=256)


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


def all_feeds() -> list[Feed]:
    """Every feed with its organisation: their names are no secret among agencies."""
    return list(Feed.objects.select_related("organisation").order_by("key"))


def feeds_of_business(viewer: Viewer) -> QuerySet[Feed]:
    """The feeds whose rows a viewer may know of."""
    if viewer.kind == "officer" and not viewer.sees_business:
        return Feed.objects.none()
    return feeds_visible_to(viewer)


def feed_by_key(viewer: Viewer, key: str) -> Feed:
    """A visible feed; NotFound ``not_found``."""
    return _by_key(feeds_visible_to(viewer), key)


def feed_of_business(viewer: Viewer, key: str) -> Feed:
    """A feed whose rows the viewer may know of; NotFound ``not_found``."""
    return _by_key(feeds_of_business(viewer), key)


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
    feed = _own_feed(key) if viewer.kind == "partner" else _by_key(feeds_visible_to(viewer), key)
    if not may_send(viewer, feed):
        raise NotAllowed("not_allowed", N_("You may not send to the feed %(feed)s."), feed=key)
    return feed


def _own_feed(key: str) -> Feed:
    """A feed as it was at most ``_MOMENT`` ago: receiving looks at it again under its lock."""
    found = _partners_feeds.get(key, lambda: _by_key(Feed.objects.all(), key))
    assert found is not None  # noqa: S101 - a feed or NotFound
    return found


def most_bytes(feed: Feed) -> int:
    """How large a delivery of the feed may be."""
    return frozen(feed.profile_id).document.limits.bytes if feed.profile_id else 0


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
        Problem.objects.filter(settlement="open", delivery__exercise=False, feed__in=feeds)
        .values_list("feed_id")
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
