"""Deliveries that came before: the same bytes of a feed, or the same Idempotency-Key."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from core.errors import RuleBroken
from core.words import N_
from integration.models import DeliveryKey

__all__ = ["Repeat", "find_repeat", "remember_key"]

_SAME = """
SELECT id, answer, sha256, exercise, false FROM integration_delivery
WHERE feed_id = %(feed)s AND sha256 = %(sha256)s AND exercise = %(exercise)s
"""
# Apart, so that each walks its own index.
_SAME_OR_NAMED = f"""
{_SAME}
UNION ALL
SELECT id, answer, sha256, exercise, true FROM integration_delivery
WHERE feed_id = %(feed)s AND idempotency_key = %(key)s
UNION ALL
SELECT d.id, d.answer, d.sha256, d.exercise, true
FROM integration_deliverykey AS k JOIN integration_delivery AS d ON d.id = k.delivery_id
WHERE k.feed_id = %(feed)s AND k.key = %(key)s
"""  # noqa: S608 - this file's own texts


@dataclass(frozen=True)
class Repeat:
    """A delivery that came before and its answer.

    ``new_key``: it was not yet known by the key given now.
    """

    delivery_id: UUID
    answer: dict[str, Any]
    new_key: bool


def find_repeat(*, feed_id: UUID, sha256: str, exercise: bool, key: str | None) -> Repeat | None:
    """The earlier delivery of the same key or bytes, by one query.

    Raises RuleBroken ``idempotency_conflict`` for a known key with other bytes.
    """
    given: dict[str, Any] = {"feed": feed_id, "sha256": sha256, "exercise": exercise, "key": key}
    with connection.cursor() as cursor:
        cursor.execute(_SAME if key is None else _SAME_OR_NAMED, given)
        found = {by_key: rest for *rest, by_key in cursor.fetchall()}
    if not found:
        return None
    delivery_id, answer, *content = found[True] if True in found else found[False]
    if content != [sha256, exercise]:
        raise RuleBroken(
            "idempotency_conflict",
            N_("This Idempotency-Key was used with other content. Use a new key."),
        )
    new_key = key is not None and True not in found
    return Repeat(delivery_id, msgspec.json.decode(answer), new_key)


def remember_key(*, feed_id: UUID, delivery_id: UUID, key: str) -> None:
    """Let a delivery be known by a further key; the caller holds the feed's lock."""
    DeliveryKey.objects.create(feed_id=feed_id, key=key, delivery_id=delivery_id)
