"""Deliveries that are refused as a whole: nothing of them is stored, but that they came is told."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from audit import services as audit
from audit.domain import Actor
from core.errors import BadInput
from integration.models import Feed

__all__ = ["refusals_told"]


@contextmanager
def refusals_told(*, feed_key: str, body: bytes, sender: Actor, dry_run: bool) -> Iterator[None]:
    """Write into the audit log what BadInput a delivery is answered; a dry run leaves no trace.

    The log's entry is a transaction of its own: that of the delivery is rolled back.
    """
    try:
        yield
    except BadInput as error:
        if not dry_run:
            _tell(feed_key, body, sender, error)
        raise


def _tell(feed_key: str, body: bytes, sender: Actor, error: BadInput) -> None:
    with transaction.atomic():
        feed = Feed.objects.only("id").get(key=feed_key)
        audit.record(
            actor=sender,
            act="refuse_delivery",
            object_kind="feed",
            object_id=feed.id,
            detail={
                "feed": feed_key,
                "sha256": hashlib.sha256(body).hexdigest(),
                "bytes": len(body),
                "code": error.code,
            },
        )
