"""Receiving: the bytes of a delivery to stored records, in one transaction.

Whatever is answered was committed before; whatever was not committed left nothing behind.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.domain import Actor
from core.errors import BadInput
from integration.domain import formats
from integration.domain.rows import Sheet
from integration.domain.standardise import Ordinals, standardise
from integration.models import Feed
from integration.selectors import problems_of
from integration.services.at_once import NotAtOnceError, fits_at_once, write_at_once
from integration.services.bodies import Safe, unpacked
from integration.services.digesting import content_secret
from integration.services.frozen import lock_as_opened, open_feed
from integration.services.keeping import keeping_of
from integration.services.ready import Ready
from integration.services.refusals import refusals_told
from integration.services.replays import find_repeat, remember_key
from integration.services.reporting import Report
from integration.services.storing import Came, Context, Outcome, Staging
from integration.services.summing import Whole
from integration.services.surroundings import surroundings_of
from work.writing import write

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
    charset: str = "",
    idempotency_key: str | None = None,
    exercise: bool = False,
    dry_run: bool = False,
    feed: Feed | None = None,
) -> Answer:
    """Receive one delivery of a feed. The same bytes or key again give the first answer.

    ``charset``: the encoding that the sender declares, for feeds that have agreed on none.
    ``feed``: it, if the caller has read it a moment ago; it is looked at again under its lock.
    Raises NotFound ``not_found``, Refused ``feed_closed``, RuleBroken ``idempotency_conflict``,
    and BadInput with a file code when the whole delivery is unusable; then nothing is stored.
    """
    told = refusals_told(feed_key=feed_key, body=body, sender=sender, dry_run=dry_run)
    once = partial(
        receive_inside,
        feed_key=feed_key,
        body=body,
        sender=sender,
        content_encoding=content_encoding,
        charset=charset,
        idempotency_key=idempotency_key,
        exercise=exercise,
        dry_run=dry_run,
    )
    with told:
        try:
            with transaction.atomic(durable=True):
                return once(feed=feed, at_once=True)
        except NotAtOnceError:
            with transaction.atomic(durable=True):
                return once()


def receive_inside(
    *,
    feed_key: str,
    body: bytes,
    sender: Actor,
    content_encoding: str = "",
    charset: str = "",
    idempotency_key: str | None = None,
    exercise: bool = False,
    dry_run: bool = False,
    settling: Settling | None = None,
    feed: Feed | None = None,
    at_once: bool = False,
) -> Answer:
    """``receive`` inside the caller's transaction: nothing may be answered before its COMMIT.

    ``at_once``: try to store a single row by a single statement. Raises NotAtOnceError where that
    does not do; then the transaction must be rolled back, and another one begin without it.
    """
    while True:
        opened, profile = open_feed(feed_key, feed)
        whole = Whole(
            opened,
            profile,
            unpacked(body, content_encoding, most=profile.document.limits.bytes),
            sender,
            idempotency_key or None,
            exercise,
            settling.problem_id if settling else None,
        )
        push = _Push(whole, charset, settling, at_once=at_once and not dry_run)
        try:
            return _tried(push) if dry_run else push.run()
        except _OutdatedError:
            feed = None  # it was changed meanwhile: read it, and the delivery, anew


def _tried(push: "_Push") -> Answer:
    """What would be answered; nothing is left of it."""
    with transaction.atomic():
        answer = push.run(dry_run=True)
        transaction.set_rollback(True)
    return answer


class _OutdatedError(Exception):
    """The feed is no longer as it was when the delivery was read by its profile."""


class _Push:
    """One delivery on its way in."""

    def __init__(
        self, whole: Whole, charset: str, settling: Settling | None, *, at_once: bool
    ) -> None:
        self.whole, self.settling, self.at_once = whole, settling, at_once
        self.profile = whole.frozen.document
        self.keeping = keeping_of(self.profile)
        self.reading = formats.with_encoding(self.profile, charset)
        if self.reading is not self.profile:  # the sender has declared it
            whole.read_as["encoding"] = charset.lower()
        self.secret = content_secret()
        self.context = Context(
            feed_id=whole.feed.id,
            delivery_id=whole.id,
            profile=self.profile,
            profile_version=whole.frozen.version,
            received_at=whole.received_at,
            exercise=whole.exercise,
            came=settling.came if settling else None,
        )
        self.locked = False

    def earlier(self) -> Answer | None:
        """The answer to the same bytes or key, if they came before.

        A new key of known bytes is remembered, so that it cannot name others later. Raises
        RuleBroken ``idempotency_conflict`` for a known key with other bytes.
        """
        if self.settling is not None:
            return None  # a row is settled once, and that is seen to under its own lock
        whole = self.whole
        repeat = find_repeat(
            feed_id=whole.feed.id, sha256=whole.sha256, exercise=whole.exercise, key=whole.key
        )
        if repeat is None:
            return None
        if repeat.new_key and whole.key is not None:
            if not self.locked:
                return self._lock()  # and look again: one writer at a time names deliveries
            remember_key(feed_id=whole.feed.id, delivery_id=repeat.delivery_id, key=whole.key)
        return Answer(200, repeat.answer, True)

    def run(self, *, dry_run: bool = False) -> Answer:
        """The earlier answer, or read, standardise and store, chunk by chunk.

        Most of the work is done before the feed's lock is taken, so that others of the feed need
        not wait for it. A large delivery is looked for first, which spares the reading where it
        came before.
        """
        earlier = self.earlier() if len(self.whole.body) >= _LARGE else None
        return earlier or self._received(dry_run=dry_run)

    def _received(self, *, dry_run: bool) -> Answer:
        sheets = self._sheets()
        try:
            first = next(sheets, None)
        except BadInput:
            earlier = self._lock()
            if earlier:  # it could be read when it came
                return earlier
            raise
        report = self._report(dry_run=dry_run)
        begun = [one for one in (first, next(sheets, None) if first else None) if one]
        if len(begun) == 1 and self.at_once and fits_at_once(*begun[0]):
            earlier = self._lock() if self.whole.key else None
            return earlier or self._stored_at_once(report, *begun[0])
        earlier = self._lock()
        if earlier:
            return earlier
        staging = Staging()
        for sheet, rows in chain(begun, sheets):
            report.add(sheet, self.keeping.store(rows, self.context, staging))
        return self._finish(report, dry_run=dry_run)

    def _sheets(self) -> Iterator[tuple[Sheet, Any]]:
        """The chunks of the delivery, standardised and ready to be stored."""
        seen = Ordinals()
        whole = self.whole
        around = surroundings_of(
            feed_id=whole.feed.id, exercise=whole.exercise, at=whole.received_at
        )
        for chunk in formats.read(whole.body, self.reading):
            whole.read_as.update(chunk.reading)
            sheet = standardise(chunk, self.profile, around, secret=self.secret, seen=seen)
            yield sheet, self.keeping.ready(sheet, self.context)

    def _report(self, *, dry_run: bool) -> Report:
        whole = self.whole
        return Report(
            feed_id=whole.feed.id,
            delivery_id=whole.id,
            found_at=whole.received_at,
            exercise=whole.exercise,
            safe=Safe.new(whole.id),
            secret=self.secret,
            dry_run=dry_run,
        )

    def _lock(self) -> Answer | None:
        """Wait for other deliveries of the feed; one of them may have been the same."""
        if not lock_as_opened(self.whole.feed):
            raise _OutdatedError
        self.locked = True
        return self.earlier()

    def _finish(self, report: Report, *, dry_run: bool) -> Answer:
        """Write what the delivery was, wake the pipeline, and compose the answer."""
        answer = self.whole.answer(report)
        if dry_run:
            return Answer(201, {**answer, "id": None, "problems_url": None}, False, dry_run=True)
        write(self.whole.writings(report, answer, owing=self.keeping.step))
        return Answer(201, answer, False)

    def _stored_at_once(self, report: Report, sheet: Sheet, rows: Ready) -> Answer:
        """One new record and its delivery by one statement; NotAtOnceError if it is not new."""
        report.add(sheet, Outcome(rows.lines, (), (), {}))
        answer = self.whole.answer(report)
        write_at_once(
            rows,
            self.context,
            self.whole.writings(report, answer, owing=self.keeping.step, alone=True),
        )
        return Answer(201, answer, False)


_LARGE = 1 << 16  # bytes of a delivery that is looked for before it is read
