"""Feeds that take deliveries, and their locks."""

from uuid import UUID

from django.db import connection

from core.errors import NotFound, Refused
from core.words import N_
from integration.models import Feed
from integration.selectors.profiles import FrozenProfile, frozen

__all__ = ["FrozenProfile", "frozen", "lock_as_opened", "lock_feed", "open_feed"]


def open_feed(feed_key: str, known: Feed | None = None) -> tuple[Feed, FrozenProfile]:
    """A feed that takes deliveries, and its present profile.

    ``known``: the feed, if the caller has read it a moment ago. Raises NotFound ``not_found``,
    Refused ``feed_closed``.
    """
    feed = known or Feed.objects.filter(key=feed_key).first()
    if feed is None:
        raise NotFound("not_found", N_("There is no feed %(feed)s."), feed=feed_key)
    if not feed.active or feed.profile_id is None:
        message = N_("The feed %(feed)s is switched off.")
        raise Refused("feed_closed", message, feed=feed_key)
    return feed, frozen(feed.profile_id)


def lock_feed(feed_id: UUID) -> Feed:
    """The feed as it is once every other writer of it has committed.

    One writer a feed makes "later" mean something for the version rules, and two of them can
    neither deadlock nor both believe to be the first.
    """
    return Feed.objects.select_for_update(no_key=True).get(id=feed_id)


def lock_as_opened(feed: Feed) -> bool:
    """``lock_feed``; whether the feed still is as it was opened, with the same profile."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [feed.id])
        return bool(cursor.fetchone() == (True, feed.profile_id))


_LOCK = "SELECT active, profile_id FROM integration_feed WHERE id = %s FOR NO KEY UPDATE"
