"""Deliveries that came before: the same bytes of a feed, or the same Idempotency-Key."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Value

from core.errors import RuleBroken
from core.words import N_
from integration.models import Delivery, DeliveryKey

__all__ = ["Repeat", "find_repeat", "remember_key"]


@dataclass(frozen=True)
class Repeat:
    """A delivery that came before; ``new_key``: it was not yet known by the key given now."""

    delivery: Delivery
    new_key: bool


def find_repeat(*, feed_id: UUID, sha256: str, exercise: bool, key: str | None) -> Repeat | None:
    """The earlier delivery of the same key or bytes, by one query.

    Raises RuleBroken ``idempotency_conflict`` for a known key with other bytes.
    """
    deliveries = Delivery.objects.filter(feed_id=feed_id)
    same = deliveries.filter(sha256=sha256, exercise=exercise)
    if key is None:
        found = same.first()
        return None if found is None else Repeat(found, new_key=False)
    # Apart, so that each walks its own index.
    known: dict[bool, Delivery] = {one.by_key: one for one in _by_key(deliveries, same, key)}
    if True not in known:
        return Repeat(known[False], new_key=True) if known else None
    if (known[True].sha256, known[True].exercise) != (sha256, exercise):
        raise RuleBroken(
            "idempotency_conflict",
            N_("This Idempotency-Key was used with other content. Use a new key."),
        )
    return Repeat(known[True], new_key=False)


def _by_key(
    deliveries: QuerySet[Delivery], same: QuerySet[Delivery], key: str
) -> QuerySet[Delivery, Any]:
    """What has the key or the bytes, with ``by_key`` telling which of the two."""
    named, unnamed = Value(True), Value(False)
    further = deliveries.filter(further_keys__key=key).annotate(by_key=named)
    first = deliveries.filter(idempotency_key=key).annotate(by_key=named)
    return first.union(further, same.annotate(by_key=unnamed), all=True)


def remember_key(*, delivery: Delivery, key: str) -> None:
    """Let a delivery be known by a further key; the caller holds the feed's lock."""
    DeliveryKey.objects.create(feed_id=delivery.feed_id, key=key, delivery=delivery)
