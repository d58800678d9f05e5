"""Receiving: the bytes of a delivery to stored records, in one transaction.

Whatever is answered was committed before; whatever was not committed left nothing behind.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
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
from integration.services.at_once import NotAtOnceError, alone, fits_at_once, write_at_once
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

Begin = Callable[[], AbstractContextManager[object]]
"""Begins the transaction in which a delivery is stored."""
Chunked = tuple[Sheet, Any]
"""A chunk as it was standardised, and as its feed's keeping has made it ready."""


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
    with refusals_told(feed_key=feed_key, body=body, sender=sender, dry_run=dry_run):
        return _received(
            feed_key=feed_key,
            body=body,
            sender=sender,
            content_encoding=content_encoding,
            charset=charset,
            idempotency_key=idempotency_key,
            exercise=exercise,
            known=feed,
            begin=partial(transaction.atomic, durable=True),
            dry_run=dry_run,
        )


def receive_inside(
    *,
    feed_key: str,
    body: bytes,
    sender: Actor,
    content_encoding: str = "",
    exercise: bool = False,
    settling: Settling | None = None,
) -> Answer:
    """``receive`` inside the caller's transaction: nothing may be answered before its COMMIT."""
    return _received(
        feed_key=feed_key,
        body=body,
        sender=sender,
        content_encoding=content_encoding,
        exercise=exercise,
        settling=settling,
    )


def _received(
    *,
    feed_key: str,
    body: bytes,
    sender: Actor,
    content_encoding: str = "",
    charset: str = "",
    idempotency_key: str | None = None,
    exercise: bool = False,
    settling: Settling | None = None,
    known: Feed | None = None,
    begin: Begin = nullcontext,
    dry_run: bool = False,
) -> Answer:
    while True:
        feed, profile = open_feed(feed_key, known)
        whole = Whole(
            feed,
            profile,
            unpacked(body, content_encoding, most=profile.document.limits.bytes),
            sender,
            idempotency_key or None,
            exercise,
            settling.problem_id if settling else None,
        )
        try:
            return _Push(whole, charset, settling, begin, dry_run=dry_run).run()
        except _OutdatedError:
            known = None  # it was changed meanwhile: read it, and the delivery, anew


class _OutdatedError(Exception):
    """The feed is no longer as it was when the delivery was read by its profile."""


class _Push:
    """One delivery on its way in."""

    def __init__(
        self,
        whole: Whole,
        charset: str,
        settling: Settling | None,
        begin: Begin,
        *,
        dry_run: bool,
    ) -> None:
        self.whole, self.settling, self.begin, self.dry_run = whole, settling, begin, dry_run
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

    def run(self) -> Answer:
        """The earlier answer, or read, standardise and store, chunk by chunk.

        Most of the work is done before the transaction begins and the feed's lock is taken, so
        that others of the feed need not wait for it. A large delivery is looked for first, which
        spares the reading where it came before.
        """
        if len(self.whole.body) >= _LARGE:
            with self.begin():
                earlier = self.earlier()
            if earlier:
                return earlier
        sheets = self._sheets()
        try:
            begun = list(islice(sheets, 1))
        except BadInput:
            with self.begin():
                earlier = self._lock()
            if earlier:  # it could be read when it came
                return earlier
            raise
        return self._at_once(begun, sheets) or self._stored(begun, sheets)

    def _at_once(self, begun: list[Chunked], sheets: Iterator[Chunked]) -> Answer | None:
        """The answer to one new record, stored with its delivery by one statement, if it can be."""
        begun += islice(sheets, 1 if begun else 0)
        inside = self.begin is nullcontext  # then a failure would end the caller's transaction
        if self.dry_run or inside or len(begun) != 1 or not fits_at_once(*begun[0]):
            return None
        sheet, rows = begun[0]
        try:
            # A statement alone is a transaction; a key must be looked for in one of several.
            with self.begin() if self.whole.key else alone():
                earlier = self._lock() if self.whole.key else None
                return earlier or self._written_at_once(sheet, rows)
        except NotAtOnceError:
            return None

    def _written_at_once(self, sheet: Sheet, rows: Ready) -> Answer:
        report = self._report()
        report.add(sheet, Outcome(rows.lines, (), (), {}))
        answer = self.whole.answer(report)
        writings = self.whole.writings(report, answer, owing=self.keeping.step, alone=True)
        write_at_once(rows, self.context, writings)
        return Answer(201, answer, False)

    def _stored(self, begun: list[Chunked], sheets: Iterator[Chunked]) -> Answer:
        """The ordinary way, in one transaction; nothing is left of a dry run."""
        with transaction.atomic() if self.dry_run else self.begin():
            answer = self._lock()
            if answer is None:
                report, staging = self._report(), Staging()
                for sheet, rows in chain(begun, sheets):
                    report.add(sheet, self.keeping.store(rows, self.context, staging))
                answer = self._finish(report)
            if self.dry_run:
                transaction.set_rollback(True)
        return answer

    def _sheets(self) -> Iterator[Chunked]:
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

    def _report(self) -> Report:
        whole = self.whole
        return Report(
            feed_id=whole.feed.id,
            delivery_id=whole.id,
            found_at=whole.received_at,
            exercise=whole.exercise,
            safe=Safe.new(whole.id),
            secret=self.secret,
            dry_run=self.dry_run,
        )

    def _lock(self) -> Answer | None:
        """Wait for other deliveries of the feed; one of them may have been the same."""
        if not lock_as_opened(self.whole.feed):
            raise _OutdatedError
        self.locked = True
        return self.earlier()

    def _finish(self, report: Report) -> Answer:
        """Write what the delivery was, wake the pipeline, and compose the answer."""
        answer = self.whole.answer(report)
        if self.dry_run:
            return Answer(201, {**answer, "id": None, "problems_url": None}, False, dry_run=True)
        write(self.whole.writings(report, answer, owing=self.keeping.step))
        return Answer(201, answer, False)


_LARGE = 1 << 16  # bytes of a delivery that is looked for before it is read
