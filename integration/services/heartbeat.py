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
    if not Feed.objects.filter(key=feed_key, active=True).update(last_contact_at=instant):
        raise NotFound("not_found", N_("There is no feed %(feed)s."), feed=feed_key)
    return instant
