"""Feeds that take deliveries, their locks, and the stored profiles that read them."""

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from core.errors import NotFound, Refused
from core.words import N_
from integration.domain.profile import Profile
from integration.domain.profile_document import trusted
from integration.models import Feed, FeedProfile

__all__ = ["FrozenProfile", "frozen", "lock_feed", "open_feed"]


@dataclass(frozen=True)
class FrozenProfile:
    """One stored version of a feed's profile."""

    id: UUID
    version: int
    document: Profile


@lru_cache(maxsize=256)
def frozen(profile_id: UUID) -> FrozenProfile:
    """A stored profile, remembered by the process because it never changes."""
    stored = FeedProfile.objects.get(id=profile_id)
    return FrozenProfile(profile_id, stored.version, trusted(stored.document))


def open_feed(feed_key: str) -> tuple[Feed, FrozenProfile]:
    """A feed that takes deliveries, and its present profile.

    Raises NotFound ``not_found``, Refused ``feed_closed``.
    """
    feed = Feed.objects.filter(key=feed_key).first()
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
