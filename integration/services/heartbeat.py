"""A sign of life of a sender that has nothing to send."""

from datetime import datetime

from django.db import transaction

from core.clock import now
from core.errors import NotFound
from core.words import N_
from integration.models import Feed

__all__ = ["heartbeat"]


@transaction.atomic
def heartbeat(*, feed_key: str) -> datetime:
    """Note that the sender of a feed lives; NotFound ``not_found``."""
    instant = now()
    feed = Feed.objects.filter(key=feed_key, active=True)
    # A locked feed is just receiving, which is a sign of life itself and may take its time.
    free = feed.select_for_update(skip_locked=True, no_key=True).values_list("id", flat=True)
    noted = Feed.objects.filter(id__in=list(free)).update(last_contact_at=instant)
    if not noted and not feed.exists():
        raise NotFound("not_found", N_("There is no feed %(feed)s."), feed=feed_key)
    return instant
