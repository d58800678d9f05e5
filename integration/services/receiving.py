"""Receiving: the bytes of a delivery to stored records, in one transaction.

Whatever is answered was committed before; whatever was not committed left nothing behind.
"""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from audit import services as audit
from audit.domain import Actor
from core.clock import now
from core.ids import uuid7
from integration.domain import formats
from integration.domain.rows import Chunk
from integration.domain.standardise import Ordinals, standardise
from integration.models import Delivery, Feed
from integration.selectors import problems_of
from integration.services.bodies import Safe, unpacked
from integration.services.digesting import content_secret
from integration.services.frozen import FrozenProfile, lock_feed, open_feed
from integration.services.replays import find_repeat, remember_key
from integration.services.reporting import Report
from integration.services.storing import Came, Context, prepare, store
from integration.services.surroundings import surroundings_of
from work.services import enqueue

__all__ = ["Answer", "Settling", "receive", "receive_inside"]


@dataclass(frozen=True)
class Settling:
    """The quarantined row for which a corrected one is received, and where it came from."""

    problem_id: UUID
    came: Came


@dataclass(frozen=True)
class Answer:
    """What the sender is told; ``problems()`` walks all of what ``body["problems"]`` begins."""

    status: int
    body: dict[str, Any]
    replay: bool
    dry_run: bool = False

    def problems(self) -> Iterator[dict[str, object]]:
        """Every problem of the delivery by line; of a dry run only those of the answer."""
        if self.dry_run:
            return iter(self.body["problems"])
        return problems_of(UUID(self.body["id"]))


def receive(
    *,
    feed_key: str,
    body: bytes,
    sender: Actor,
    content_encoding: str = "",
    idempotency_key: str | None = None,
    exercise: bool = False,
    dry_run: bool = False,
) -> Answer:
    """Receive one delivery of a feed. The same bytes or key again give the first answer.

    Raises NotFound ``not_found``, Refused ``feed_closed``, RuleBroken ``idempotency_conflict``,
    and BadInput with a file code when the whole delivery is unusable; then nothing is stored.
    """
    with transaction.atomic(durable=True):
        return receive_inside(
            feed_key=feed_key,
            body=body,
            sender=sender,
            content_encoding=content_encoding,
            idempotency_key=idempotency_key,
            exercise=exercise,
            dry_run=dry_run,
        )


def receive_inside(
    *,
    feed_key: str,
    body: bytes,
    sender: Actor,
    content_encoding: str = "",
    idempotency_key: str | None = None,
    exercise: bool = False,
    dry_run: bool = False,
    settling: Settling | None = None,
) -> Answer:
    """``receive`` inside the caller's transaction: nothing may be answered before its COMMIT."""
    feed, profile = open_feed(feed_key)
    plain = unpacked(body, content_encoding, most=profile.document.limits.bytes)
    push = _Push(
        feed,
        profile,
        plain,
        sender,
        key=idempotency_key or None,
        exercise=exercise,
        settling=settling,
    )
    if not dry_run:
        return push.earlier() or push.run(dry_run=False)
    with transaction.atomic():
        answer = push.earlier() or push.run(dry_run=True)
        transaction.set_rollback(True)
    return answer


class _Push:
    """One delivery on its way in."""

    def __init__(
        self,
        feed: Feed,
        frozen: FrozenProfile,
        body: bytes,
        sender: Actor,
        *,
        key: str | None,
        exercise: bool,
        settling: Settling | None,
    ) -> None:
        self.feed, self.frozen, self.body = feed, frozen, body
        self.profile = frozen.document
        self.sender, self.key, self.exercise = sender, key, exercise
        self.settling = settling
        self.sha256 = hashlib.sha256(body).hexdigest()
        self.id = uuid7()
        self.received_at = now()
        self.began = time.perf_counter()
        self.locked = False

    def earlier(self) -> Answer | None:
        """The answer to the same bytes or key, if they came before.

        A new key of known bytes is remembered, so that it cannot name others later. Raises
        RuleBroken ``idempotency_conflict`` for a known key with other bytes.
        """
        if self.settling is not None:
            return None  # a row is settled once, and that is seen to under its own lock
        repeat = find_repeat(
            feed_id=self.feed.id, sha256=self.sha256, exercise=self.exercise, key=self.key
        )
        if repeat is None:
            return None
        if repeat.new_key and self.key is not None:
            if not self.locked:
                return self._lock()  # and look again: one writer at a time names deliveries
            remember_key(delivery=repeat.delivery, key=self.key)
        return Answer(200, repeat.delivery.answer, True)

    def run(self, *, dry_run: bool) -> Answer:
        """Read, standardise and store, chunk by chunk."""
        secret = content_secret()
        report = Report(
            feed_id=self.feed.id,
            delivery_id=self.id,
            found_at=self.received_at,
            exercise=self.exercise,
            safe=Safe.new(self.id),
            secret=secret,
            dry_run=dry_run,
        )
        seen = Ordinals()
        context = Context(
            feed_id=self.feed.id,
            delivery_id=self.id,
            profile=self.profile,
            profile_version=self.frozen.version,
            received_at=self.received_at,
            exercise=self.exercise,
            came=self.settling.came if self.settling else None,
        )
        around = surroundings_of(feed_id=self.feed.id, exercise=self.exercise, at=self.received_at)
        for number, chunk in enumerate(self._chunks()):
            sheet = standardise(chunk, self.profile, around, secret=secret, seen=seen)
            earlier = None if self.locked else self._lock()
            if earlier:
                return earlier
            prepare(first=number == 0)
            report.add(sheet, store(sheet, context))
        return self._earlier_or_finish(report, dry_run=dry_run)

    def _chunks(self) -> Iterator[Chunk]:
        return formats.read(self.body, self.profile)

    def _lock(self) -> Answer | None:
        """Wait for other deliveries of the feed; one of them may have been the same.

        Reading and standardising the first chunk, most of the work, is done before.
        """
        lock_feed(self.feed.id)
        self.locked = True
        return self.earlier()

    def _earlier_or_finish(self, report: Report, *, dry_run: bool) -> Answer:
        if not self.locked:  # no rows at all
            earlier = self._lock()
            if earlier:
                return earlier
        return self._finish(report, dry_run=dry_run)

    def _finish(self, report: Report, *, dry_run: bool) -> Answer:
        """Write what the delivery was, wake the pipeline, and compose the answer."""
        counts = {name: report.counts[name] for name in _COUNTS}
        answer = self._answer(report, counts)
        if dry_run:
            return Answer(201, {**answer, "id": None, "problems_url": None}, False, dry_run=True)
        Delivery.objects.bulk_create([self._delivery(report, counts, answer)])
        report.safe.store(self.body)
        if self.settling is None:  # a row that an officer corrects is no sign of its sender's life
            Feed.objects.filter(id=self.feed.id).update(last_contact_at=self.received_at)
        audit.record(
            actor=self.sender,
            act="receive",
            object_kind="delivery",
            object_id=self.id,
            detail={"feed": self.feed.key, "sha256": self.sha256, "exercise": self.exercise}
            | counts
            | self._origin(),
        )
        if counts["accepted"] or counts["updated"]:
            enqueue(step="associate", object_ids=[self.id])
        return Answer(201, answer, False)

    def _delivery(
        self, report: Report, counts: dict[str, int], answer: dict[str, object]
    ) -> Delivery:
        return Delivery(
            id=self.id,
            feed=self.feed,
            profile_id=self.frozen.id,
            received_at=self.received_at,
            sha256=self._identity(),
            size_bytes=len(self.body),
            idempotency_key=self.key,
            sender_kind=self.sender.kind,
            sender_label=self.sender.label,
            exercise=self.exercise,
            codes=dict(report.codes),
            answer=answer,
            seconds=time.perf_counter() - self.began,
            **counts,
        )

    def _answer(self, report: Report, counts: dict[str, int]) -> dict[str, object]:
        return {
            "id": str(self.id),
            "feed": self.feed.key,
            "profile_version": self.frozen.version,
            **counts,
            "codes": dict(report.codes),
            "problems": report.problems(),
            "problems_url": f"/api/v1/deliveries/{self.id}/problems",
            "sha256": self.sha256,
            "exercise": self.exercise,
            "received_at": self.received_at.isoformat().replace("+00:00", "Z"),
            **self._origin(),
        }

    def _identity(self) -> str:
        """What the delivery is known again by."""
        if self.settling is None:
            return self.sha256
        return hashlib.sha256(self.body + self.settling.problem_id.bytes).hexdigest()

    def _origin(self) -> dict[str, object]:
        """The quarantined row that this one was made of."""
        return {} if self.settling is None else {"released_from": str(self.settling.problem_id)}


_COUNTS = ("received", "accepted", "updated", "duplicates", "quarantined", "flagged")
