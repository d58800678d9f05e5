"""Making pulls: claim a source, fetch, write down what came of it, and say when to come again."""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import OperationalError, connection, transaction

from core.clock import now
from core.errors import BadInput, DomainError, Overloaded, Refused
from core.words import N_
from integration.domain.pulling.backoff import LEAST_SECONDS, delay
from integration.domain.pulling.settings import Database, Folder, Settings, read
from integration.models import PullAttempt, PullSource
from integration.models.pulls import PullOutcome
from integration.services.frozen import open_feed
from integration.services.heartbeat import heartbeat
from integration.services.pulling.database import pull_database
from integration.services.pulling.fetching import Fetcher
from integration.services.pulling.folder import pull_folder
from integration.services.pulling.handing_in import Run
from integration.services.pulling.http import pull_http
from integration.services.pulling.leases import Held, claim, claim_due, fenced
from integration.services.pulling.resolving import PullFailed, Resolve, resolve
from integration.services.pulling.targets import allowed_entries

__all__ = ["Pulled", "pull", "pull_due"]

_KEPT = 200  # attempts of a source
_TURN = 240.0  # seconds of one turn of the schedule
_ONE_PULLER = 0x45475245_50554C4C  # "EGREPULL"
_LOST = "lease_lost"
log = logging.getLogger("egret.pulling")


@dataclass(frozen=True)
class Pulled:
    """What came of one pull."""

    feed: str
    attempt: PullAttempt
    more: bool


def pull(*, feed_key: str, by: str = "", resolver: Resolve = resolve) -> Pulled:
    """Pull the source of a feed now.

    Raises NotFound ``no_source``, Refused ``pull_running``. What goes wrong with the source itself
    is in the attempt.
    """
    return _pull(claim(feed_key), by, resolver)


def pull_due(*, resolver: Resolve = resolve, turn: float = _TURN) -> int:
    """Pull every source whose time has come; how many were. One process at a time does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ONE_PULLER])
        if not cursor.fetchone()[0]:
            return 0
        try:
            return _all_due(resolver, turn)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ONE_PULLER])


def _all_due(resolver: Resolve, turn: float) -> int:
    began, done = time.monotonic(), 0
    while time.monotonic() - began < turn:
        held = claim_due()
        if held is None:
            break
        _pull(held, "", resolver)
        done += 1
    return done


def _pull(held: Held, by: str, resolver: Resolve) -> Pulled:
    at, began, run, error = now(), time.monotonic(), None, None
    try:
        settings = read(held.source.settings)
        _, profile = open_feed(held.source.feed.key)
        run = Run(held, profile.document, dict(held.source.cursor))
        _way(settings, run, resolver)()
    except DomainError as caught:
        error = caught
    except OperationalError:  # the feed was locked for too long: its source is not to blame
        error = _busy()
        if run is not None:
            run.more = True
    except Exception:  # whatever it is, it must not keep the other sources waiting
        log.exception("The pull of %s broke", held.source.feed.key)
        error = PullFailed("pull_broke", N_("The pull broke off by a fault of ours; see the log."))
    if error is None and run and run.trouble:
        error = run.trouble[0]
    attempt = PullAttempt(
        source=held.source,
        at=at,
        by=by,
        outcome=_outcome(run, error),
        seconds=time.monotonic() - began,
        **_counts(run, error),
    )
    return Pulled(held.source.feed.key, _finish(held, attempt, run, error), bool(run and run.more))


def _way(settings: Settings, run: Run, resolver: Resolve) -> Callable[[], None]:
    if isinstance(settings, Folder):
        return lambda: pull_folder(run, settings)
    if isinstance(settings, Database):
        return lambda: pull_database(run, settings, allowed_entries(), resolver)
    return lambda: pull_http(run, settings, Fetcher(allowed_entries(), resolver))


def _outcome(run: Run | None, error: DomainError | None) -> str:
    if error is None or (run is not None and run.trouble and run.deliveries):
        new = run is not None and run.deliveries
        return PullOutcome.RECEIVED if new else PullOutcome.NOTHING_NEW
    return PullOutcome.REFUSED if isinstance(error, BadInput) else PullOutcome.FAILED


def _counts(run: Run | None, error: DomainError | None) -> dict[str, object]:
    counts: dict[str, object] = {}
    if run is not None:
        names = ("status", "requests", "rows", "deliveries", "delivery_id")
        counts = {"bytes": run.size} | {name: getattr(run, name) for name in names}
    if error is not None:
        counts |= {"code": error.code, "message": error.message, "detail": error.detail}
        if isinstance(error, PullFailed) and error.http_status:
            counts["status"] = error.http_status
    return counts


def _busy() -> Overloaded:
    message = N_("The feed is busy with other deliveries; what was fetched is fetched again.")
    return Overloaded("feed_busy", message, retry_after=LEAST_SECONDS)


def _failed(run: Run | None, error: DomainError | None) -> bool:
    """Whether the source as a whole failed, and not only a part of what it gave, or we."""
    if error is None or isinstance(error, Overloaded):
        return False
    return not (run is not None and run.trouble and error is run.trouble[0])


def _finish(
    held: Held, attempt: PullAttempt, run: Run | None, error: DomainError | None
) -> PullAttempt:
    """Write the attempt, give the lease back, and set the next time, in one transaction."""
    failed = _failed(run, error)
    try:
        with transaction.atomic(durable=True):
            source = fenced(held)
            _set_next(source, attempt, run, error, failed=failed)
            attempt.save(force_insert=True)
            _prune(source.id)
            if run is not None and run.heard and not failed:
                heartbeat(feed_key=held.source.feed.key)
    except Refused as lost:
        if lost.code != _LOST:
            raise
        # Whoever has the lease now writes what becomes of the source.
    return attempt


def _set_next(
    source: PullSource,
    attempt: PullAttempt,
    run: Run | None,
    error: DomainError | None,
    *,
    failed: bool,
) -> None:
    source.failures = source.failures + 1 if failed else 0
    source.failing_since = (source.failing_since or attempt.at) if failed else None
    wait = error.wait if isinstance(error, PullFailed) else None
    every = LEAST_SECONDS if run is not None and run.more else source.every_seconds
    chance = random.random()  # noqa: S311 - it spreads load and hides nothing
    seconds = delay(every=every, failures=source.failures, wait=wait, chance=chance)
    source.next_at = now() + timedelta(seconds=seconds)
    source.lease = source.leased_until = None
    names = ["failures", "failing_since", "next_at", "lease", "leased_until"]
    source.save(update_fields=names)


def _prune(source_id: UUID) -> None:
    attempts = PullAttempt.objects.filter(source_id=source_id).order_by("-at", "-id")
    old = list(attempts.values_list("id", flat=True)[_KEPT : _KEPT + 100])
    PullAttempt.objects.filter(id__in=old).delete()
