"""Who pulls a source just now: one worker, for a while, and only that one writes for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q, QuerySet

from core.clock import now
from core.errors import NotFound, Refused
from core.words import N_
from integration.models import PullSource

__all__ = ["Held", "claim", "claim_due", "fenced"]

_LEASE = timedelta(minutes=10)


@dataclass(frozen=True)
class Held:
    """A source under lease; ``source`` as it was when it was claimed."""

    source: PullSource
    lease: UUID


def _free(at: datetime) -> Q:
    return Q(leased_until=None) | Q(leased_until__lt=at)


def claim_due() -> Held | None:
    """The source that has waited longest beyond its time, if any; commits at once."""
    at = now()
    due = PullSource.objects.filter(_free(at), active=True, feed__active=True, next_at__lte=at)
    return _claim(due.exclude(feed__profile=None).order_by("next_at", "id"), at)


def claim(feed_key: str) -> Held:
    """The source of a feed; NotFound ``no_source``, Refused ``pull_off`` or ``pull_running``."""
    at = now()
    sources = PullSource.objects.filter(feed__key=feed_key)
    source = sources.first()
    if source is None:
        raise NotFound("no_source", N_("Nothing is set up to be pulled for this feed."))
    if not source.active:
        raise Refused("pull_off", N_("Pulling of this feed is switched off."))
    held = _claim(sources.filter(_free(at)), at)
    if held is None:
        message = N_("The feed %(feed)s is being pulled just now.")
        raise Refused("pull_running", message, feed=feed_key)
    return held


def _claim(sources: QuerySet[PullSource], at: datetime) -> Held | None:
    with transaction.atomic():
        locked = sources.select_related("feed").select_for_update(skip_locked=True, of=("self",))
        source = locked.first()
        if source is None:
            return None
        lease = uuid4()
        source.lease, source.leased_until = lease, at + _LEASE
        # A pull that ends its process must not be the first again, or no other is ever made.
        source.next_at = source.leased_until
        source.save(update_fields=["lease", "leased_until", "next_at"])
    return Held(source, lease)


def fenced(held: Held) -> PullSource:
    """The source, locked for the caller's transaction, its lease begun anew.

    Raises Refused ``lease_lost`` when another worker has it: what we fetched is not ours to store.
    """
    found = PullSource.objects.select_for_update().filter(id=held.source.id, lease=held.lease)
    source = found.first()
    if source is None:
        raise Refused("lease_lost", N_("Another worker took the source over."))
    source.leased_until = now() + _LEASE
    source.save(update_fields=["leased_until"])
    return source
