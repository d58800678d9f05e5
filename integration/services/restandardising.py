"""Reading kept deliveries again under the feed's present profile, after that was corrected."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from audit import services as audit
from audit.domain import Actor
from core.clock import now
from core.crypto import SealError
from core.errors import BadInput, NotFound
from core.keys import KeyUnknown
from core.words import N_
from integration.domain import formats
from integration.domain.rows import Sheet
from integration.domain.standardise import Ordinals, standardise
from integration.models import Delivery, DeliveryBody, Feed, Problem, Restandardisation
from integration.models.deliveries import Settlement
from integration.services.bodies import Safe
from integration.services.digesting import content_secret
from integration.services.frozen import FrozenProfile, frozen, lock_feed
from integration.services.keeping import keeping_of
from integration.services.rewriting import Rewritten
from integration.services.storing import Came, Context, Staging
from integration.services.surroundings import surroundings_of
from work.services import enqueue

__all__ = ["Reread", "restandardise"]


@dataclass(frozen=True)
class Reread:
    """What became of one delivery.

    ``outcome``: ``done``; ``current`` (it was read by the present profile before, nothing was
    done); ``gone`` (its body is kept no longer); ``unreadable`` (as a whole, with the file
    ``code``; nothing was changed). The counts are those of ``Restandardisation``.
    """

    delivery_id: UUID
    outcome: Literal["done", "current", "gone", "unreadable"]
    profile_version: int
    same: int = 0
    changed: int = 0
    released: int = 0
    refused: int = 0
    code: str = ""


def restandardise(
    *,
    feed_key: str,
    actor: Actor,
    delivery_ids: Sequence[UUID] | None = None,
    dry_run: bool = False,
) -> Iterator[Reread]:
    """Read the kept deliveries of a feed again, oldest first, each in a transaction of its own.

    What a delivery stored is rewritten in place; what it had in quarantine and is sound now is
    stored; what it stored and would not be stored any more stays. ``delivery_ids``: these alone.
    Doing it again does nothing. A ``dry_run`` tells the same and changes nothing. Raises NotFound
    ``not_found`` for an unknown feed or a delivery that is not the feed's.
    """
    feed = Feed.objects.exclude(profile=None).filter(key=feed_key).first()
    if feed is None:
        raise NotFound("not_found", N_("There is no feed %(feed)s."), feed=feed_key)
    deliveries = _deliveries(feed, delivery_ids)
    return (_one(feed, one, actor, dry_run=dry_run) for one in deliveries)


def _deliveries(feed: Feed, chosen: Sequence[UUID] | None) -> list[UUID]:
    deliveries: QuerySet[Delivery] = Delivery.objects.filter(feed=feed)
    if chosen is not None:
        deliveries = deliveries.filter(id__in=chosen)
    found = list(deliveries.order_by("received_at", "id").values_list("id", flat=True))
    for one in set(chosen or ()).difference(found):
        message = N_("The feed %(feed)s has no delivery %(delivery)s.")
        raise NotFound("not_found", message, feed=feed.key, delivery=str(one))
    return found


def _one(feed: Feed, delivery_id: UUID, actor: Actor, *, dry_run: bool) -> Reread:
    """One delivery, wholly or not at all."""
    with transaction.atomic(durable=True):
        # Once a feed has a profile it keeps one, though it may have got another meanwhile.
        profile = frozen(cast("UUID", lock_feed(feed.id).profile_id))
        done = _under_lock(feed, _present(delivery_id, profile), profile, actor)
        transaction.set_rollback(dry_run)
    return done


def _present(delivery_id: UUID, profile: FrozenProfile) -> Any:
    """The delivery, with ``read`` telling whether the profile has read it."""
    again = Restandardisation.objects.filter(delivery=OuterRef("id"), profile_id=profile.id)
    return Delivery.objects.annotate(again=Exists(again)).get(id=delivery_id)


def _under_lock(feed: Feed, delivery: Any, profile: FrozenProfile, actor: Actor) -> Reread:
    version = profile.version
    if delivery.again or delivery.profile_id == profile.id:
        return Reread(delivery.id, "current", version)
    kept = DeliveryBody.objects.filter(delivery=delivery).first()
    if kept is None:
        return Reread(delivery.id, "gone", version)
    try:
        with transaction.atomic():
            reading = _Reading(feed, delivery, profile)
            done = reading.run(Safe.of(kept).body(kept))
    except (BadInput, KeyUnknown, SealError) as error:
        return Reread(delivery.id, "unreadable", version, code=error.code)
    reading.settle(actor)
    _note(feed, delivery, profile, actor, done)
    return done


class _Reading:
    """One delivery on its way in once more."""

    def __init__(self, feed: Feed, delivery: Delivery, profile: FrozenProfile) -> None:
        self.delivery, self.profile = delivery, profile
        self.keeping = keeping_of(profile.document)
        self.context = Context(
            feed_id=feed.id,
            delivery_id=delivery.id,
            profile=profile.document,
            profile_version=profile.version,
            received_at=delivery.received_at,
            exercise=delivery.exercise,
            came=Came(delivery.received_at, delivery.id),
        )
        waiting = Problem.objects.filter(delivery=delivery, settlement=Settlement.OPEN)
        # Locked: what somebody discards meanwhile must not be stored.
        locked = waiting.order_by("id").select_for_update()
        self.waiting = frozenset(locked.values_list("line", flat=True))
        self.released: list[int] = []
        self.staging = Staging()

    def run(self, body: bytes) -> Reread:
        """Read, standardise and rewrite, chunk by chunk."""
        # Whether a time lay in the future is asked of the moment it came.
        around = surroundings_of(
            feed_id=self.context.feed_id,
            exercise=self.delivery.exercise,
            at=self.delivery.received_at,
        )
        secret, seen = content_secret(), Ordinals()
        sums, first = Rewritten(), 0
        encoding = self.delivery.read_as.get("encoding")
        reading = formats.with_encoding(self.profile.document, encoding)
        for chunk in formats.read(body, reading):
            sheet = standardise(chunk, self.profile.document, around, secret=secret, seen=seen)
            sums += self.keeping.rewrite(sheet, self.context, self.staging, first=first)
            self._release(sheet)
            first += chunk.size
        return Reread(
            self.delivery.id,
            "done",
            self.profile.version,
            same=sums.same,
            changed=sums.changed,
            released=len(self.released),
            refused=sums.refused,
        )

    def _release(self, sheet: Sheet) -> None:
        """Store the rows that waited in quarantine and are sound now."""
        lines = sheet.chunk.lines
        for position in sheet.alive.nonzero()[0].tolist():
            sheet.alive[position] = lines[position] in self.waiting
        if not sheet.alive.any():
            return
        rows = self.keeping.ready(sheet, self.context)
        outcome = self.keeping.store(rows, self.context, self.staging)
        self.released += [*outcome.accepted, *outcome.updated, *outcome.duplicates]

    def settle(self, actor: Actor) -> None:
        """Settle the problems of the rows that were stored."""
        if not self.released:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                """
                UPDATE integration_problem
                SET settlement = %(released)s, settled_by = %(by)s, settled_at = %(at)s,
                    settled_reason = %(reason)s,
                    detail = detail || jsonb_build_object(
                        'released_to', %(delivery)s::text, 'profile_version', %(version)s::int)
                WHERE delivery_id = %(delivery)s::uuid AND line = ANY(%(lines)s)
                  AND settlement = %(open)s
                """,
                {
                    "released": Settlement.RELEASED.value,
                    "open": Settlement.OPEN.value,
                    "by": actor.label,
                    "at": now(),
                    "reason": f"profile version {self.profile.version}",
                    "delivery": str(self.delivery.id),
                    "version": self.profile.version,
                    "lines": self.released,
                },
            )


def _note(
    feed: Feed, delivery: Delivery, profile: FrozenProfile, actor: Actor, done: Reread
) -> None:
    """Remember that it was done, tell the audit log, and let judgment follow."""
    counts = {
        "same": done.same,
        "changed": done.changed,
        "released": done.released,
        "refused": done.refused,
    }
    Restandardisation.objects.create(
        delivery=delivery, profile_id=profile.id, done_at=now(), done_by=actor.label, **counts
    )
    audit.record(
        actor=actor,
        act="restandardise",
        object_kind="delivery",
        object_id=delivery.id,
        detail={"feed": feed.key, "profile_version": profile.version} | counts,
    )
    step = keeping_of(profile.document).step
    if step and (done.changed or done.released):
        enqueue(step=step, object_ids=[delivery.id])
