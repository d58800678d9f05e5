"""How it stands with feeds and their devices: in contact, silent, out of contact, offline."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Min, QuerySet

from integration.domain.contact import Contact, FeedFacts, Standing, standing
from integration.domain.profile_document import trusted
from integration.models import DeviceContact, Feed, PullSource

__all__ = [
    "OfflineDevices",
    "SilentFeed",
    "offline_devices",
    "silent_feeds",
    "standings",
]

_NAMED = 20  # devices that are named; the others are counted


@dataclass(frozen=True)
class SilentFeed:
    """A feed that somebody ought to look after.

    ``contact``: whether it is silent or out of contact. ``since``: its last sign, or its
    beginning where ``heard`` is False. ``limit``: the time agreed, None where pulls fail without
    one. ``failures``: pulls in a row that failed.
    """

    feed: Feed
    since: datetime
    heard: bool
    contact: Contact
    limit: timedelta | None
    failures: int


@dataclass(frozen=True)
class OfflineDevices:
    """Devices of a living feed that were not heard of for longer than agreed.

    ``devices``: names and when they were last heard of, the longest away first, some of
    ``count``. ``known``: how many the feed has.
    """

    feed: Feed
    after: timedelta
    count: int
    known: int
    devices: tuple[tuple[str, datetime], ...]


def standings(feeds: Iterable[Feed], at: datetime) -> dict[UUID, Standing]:
    """How it stands with feeds at an instant, from two queries."""
    ids = [one.id for one in feeds]
    found = Feed.objects.filter(id__in=ids).annotate(began_at=Min("profiles__created_at"))
    pulls = _pulls(ids)
    return {one.id: standing(_facts(one, pulls.get(one.id)), at) for one in found}


def silent_feeds(at: datetime) -> list[SilentFeed]:
    """The active feeds that are silent or out of contact, the longest first.

    Deliveries, heartbeats and answered pulls are contact; replays and released rows are not. What
    never came is counted from the feed's first profile.
    """
    feeds = {one.id: one for one in _expected().select_related("organisation")}
    pulls = _pulls(feeds)
    found = [
        SilentFeed(
            feeds[key],
            one.since,
            one.heard,
            one.contact,
            one.limit,
            pulls[key].failures if key in pulls else 0,
        )
        for key, one in standings(feeds.values(), at).items()
        if one.troubled and one.since is not None
    ]
    return sorted(found, key=lambda one: (one.since, one.feed.key))


def offline_devices(at: datetime, feeds: QuerySet[Feed] | None = None) -> list[OfflineDevices]:
    """The living feeds with devices that are offline, by key; of all feeds or of some."""
    chosen = _expected() if feeds is None else feeds.filter(active=True)
    with_devices = chosen.filter(profile__document__has_key="devices").select_related("profile")
    living = {one.id: one for one in with_devices.order_by("key")}
    state = standings(living.values(), at)
    found = (_offline(one, at) for one in living.values() if not state[one.id].troubled)
    return [one for one in found if one is not None]


def _offline(feed: Feed, at: datetime) -> OfflineDevices | None:
    part = feed.profile and trusted(feed.profile.document).devices
    if not part:
        return None
    after = timedelta(minutes=part.offline_after_minutes)
    known = DeviceContact.objects.filter(
        feed=feed, last_at__gte=at - timedelta(days=part.forget_after_days)
    )
    away = known.filter(last_at__lt=at - after)
    count = away.count()
    if not count:
        return None
    named = away.order_by("last_at", "device").values_list("device", "last_at")[:_NAMED]
    return OfflineDevices(feed, after, count, known.count(), tuple(named))


def _expected() -> QuerySet[Feed]:
    return Feed.objects.filter(active=True).exclude(profile=None)


def _pulls(feed_ids: Iterable[UUID]) -> dict[UUID, PullSource]:
    sources = PullSource.objects.filter(active=True, feed_id__in=list(feed_ids))
    return {one.feed_id: one for one in sources.only("feed_id", "failures", "failing_since")}


def _facts(feed: Any, pull: PullSource | None) -> FeedFacts:
    return FeedFacts(
        active=feed.active,
        began_at=feed.began_at,
        silent_after=feed.silent_after,
        rows_within=feed.rows_within,
        last_contact_at=feed.last_contact_at,
        last_row_at=feed.last_row_at,
        failures=pull.failures if pull else 0,
        failing_since=pull.failing_since if pull else None,
    )
