"""Receiving: the bytes of a delivery to stored records, in one transaction.

Whatever is answered was committed before; whatever was not committed left nothing behind.
"""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import transaction

from audit import services as audit
from audit.domain import Actor
from city.selectors import categories, locator
from core.clock import now
from core.crypto import Purpose
from core.errors import NotFound, Refused, RuleBroken
from core.ids import uuid7
from core.words import N_
from integration.domain import formats
from integration.domain.profile import Profile
from integration.domain.profile_document import trusted
from integration.domain.rows import Chunk, Surroundings
from integration.domain.standardise import Ordinals, standardise
from integration.models import Delivery, Feed, FeedProfile
from integration.selectors import problems_of
from integration.services.bodies import Safe, unpacked
from integration.services.reporting import Report
from integration.services.storing import Context, prepare, store
from privacy.keyring import ring
from work.services import enqueue

__all__ = ["Answer", "receive", "receive_inside"]


@dataclass(frozen=True)
class Answer:
    """What the sender is told. ``problems()`` walks all of them, as ``body["problems"]`` shows."""

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
) -> Answer:
    """``receive`` inside the caller's transaction: nothing may be answered before its COMMIT."""
    feed, profile = _open_feed(feed_key)
    plain = unpacked(body, content_encoding, most=profile.document.limits.bytes)
    push = _Push(feed, profile, plain, sender, idempotency_key or None, exercise)
    if not dry_run:
        return push.earlier() or push.run(dry_run=False)
    with transaction.atomic():
        answer = push.earlier() or push.run(dry_run=True)
        transaction.set_rollback(True)
    return answer


def _open_feed(feed_key: str) -> tuple[Feed, "_Frozen"]:
    feed = Feed.objects.filter(key=feed_key).first()
    if feed is None:
        raise NotFound("not_found", N_("There is no feed %(feed)s."), feed=feed_key)
    if not feed.active or feed.profile_id is None:
        message = N_("The feed %(feed)s is switched off.")
        raise Refused("feed_closed", message, feed=feed_key)
    return feed, _frozen(feed.profile_id)


@dataclass(frozen=True)
class _Frozen:
    """One stored version of a feed's profile."""

    id: UUID
    version: int
    document: Profile


@lru_cache(maxsize=256)
def _frozen(profile_id: UUID) -> _Frozen:
    """A stored profile, remembered by the process because it never changes."""
    stored = FeedProfile.objects.get(id=profile_id)
    return _Frozen(profile_id, stored.version, trusted(stored.document))


class _Push:
    """One delivery on its way in."""

    def __init__(
        self,
        feed: Feed,
        frozen: _Frozen,
        body: bytes,
        sender: Actor,
        key: str | None,
        exercise: bool,
    ) -> None:
        self.feed, self.frozen, self.body = feed, frozen, body
        self.profile = frozen.document
        self.sender, self.key, self.exercise = sender, key, exercise
        self.sha256 = hashlib.sha256(body).hexdigest()
        self.id = uuid7()
        self.received_at = now()
        self.began = time.perf_counter()
        self.locked = False

    def earlier(self) -> Answer | None:
        """The answer to the same bytes or key, if they came before.

        Raises RuleBroken ``idempotency_conflict`` for a known key with other bytes.
        """
        deliveries = Delivery.objects.filter(feed=self.feed)
        found = None
        if self.key is not None:
            found = deliveries.filter(idempotency_key=self.key).first()
            if found is not None and (found.sha256, found.exercise) != (self.sha256, self.exercise):
                raise RuleBroken(
                    "idempotency_conflict",
                    N_("This Idempotency-Key was used with other content. Use a new key."),
                )
        if found is None:
            found = deliveries.filter(sha256=self.sha256, exercise=self.exercise).first()
        return Answer(200, found.answer, True) if found else None

    def run(self, *, dry_run: bool) -> Answer:
        """Read, standardise and store, chunk by chunk."""
        report = Report(self.id, Safe.new(self.id))
        seen = Ordinals()
        context = Context(self.feed.id, self.id, self.profile, self.received_at, self.exercise)
        around = Surroundings(self.received_at.timestamp(), locator(), categories())
        secret = _digest_secret()
        for chunk in self._chunks():
            sheet = standardise(chunk, self.profile, around, secret=secret, seen=seen)
            first = not self.locked
            earlier = self._lock() if first else None
            if earlier:
                return earlier
            prepare(first=first)
            report.add(sheet, store(sheet, context))
        return self._earlier_or_finish(report, dry_run=dry_run)

    def _chunks(self) -> Iterator[Chunk]:
        return formats.read(self.body, self.profile)

    def _lock(self) -> Answer | None:
        """Wait for other deliveries of the feed; one of them may have been the same.

        One writer a feed makes "later" mean something for the version rules, and two deliveries
        of the same ids can neither deadlock nor both believe to be the first. Reading and
        standardising the first chunk, most of the work, is done before the lock is taken.
        """
        Feed.objects.select_for_update(no_key=True).only("id").get(id=self.feed.id)
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
        Feed.objects.filter(id=self.feed.id).update(last_contact_at=self.received_at)
        audit.record(
            actor=self.sender,
            act="receive",
            object_kind="delivery",
            object_id=self.id,
            detail={"feed": self.feed.key, "sha256": self.sha256, "exercise": self.exercise}
            | counts,
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
            sha256=self.sha256,
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
        }


_COUNTS = ("received", "accepted", "updated", "duplicates", "quarantined", "flagged")


def _digest_secret() -> bytes:
    """The secret of content digests, apart from every other use of its key."""
    secret = ring().current(Purpose.BLIND).secret
    return hashlib.blake2b(b"content of records", key=secret, digest_size=32).digest()
