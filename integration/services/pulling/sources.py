"""Setting sources up, switching them, and asking for a pull at once."""

from collections.abc import Mapping

from django.conf import settings as site
from django.db import transaction
from django_q.tasks import async_task

from accounts.domain import Viewer
from audit import services as audit
from core.clock import now
from core.errors import NotAllowed, NotFound, Refused, RuleBroken
from core.words import N_
from integration.domain.profile_document import trusted
from integration.domain.pulling.backoff import LEAST_SECONDS
from integration.domain.pulling.settings import Database, Folder, Settings, identity, read
from integration.domain.pulling.targets import Place, entry_for, place_of
from integration.models import Feed, PulledItem, PullSource
from integration.selectors import feed_by_key
from integration.selectors.pulls import may_pull
from integration.services.pulling.database import place_of_database
from integration.services.pulling.secrets import Secret, checked_secret, sealed
from integration.services.pulling.targets import allowed_entries

__all__ = ["ask_now", "set_up_source", "switch_source"]

_LONGEST = 7 * 86_400


@transaction.atomic
def set_up_source(
    *,
    viewer: Viewer,
    feed_key: str,
    document: Mapping[str, object],
    every_seconds: int,
    secret: Secret | None,
    keep_secret: bool = False,
) -> PullSource:
    """Set up, or change, where a feed is pulled from; switched on at once.

    ``secret``: credentials, None for none; ``keep_secret``: those that are stored stay. Raises
    NotFound ``not_found``, NotAllowed ``not_allowed``, RuleBroken ``pull_settings_invalid``,
    ``place_not_allowed``, ``bad_secret``, ``too_often``, ``secret_of_another_host``,
    ``folders_off``, ``format_does_not_fit``.
    """
    feed = _configured(viewer, feed_key)
    settings = read(document)
    _check(feed, settings, every_seconds)
    source = PullSource.objects.select_for_update().filter(feed=feed).first() or PullSource(
        feed=feed
    )
    known = read(source.settings) if source.settings else None
    if keep_secret and known is not None and _place(known) != _place(settings):
        message = N_("The stored credentials belong to another host. Enter those of this one.")
        raise RuleBroken("secret_of_another_host", message)
    if not keep_secret:
        source.sealed_secret = sealed(source.id, checked_secret(secret)) if secret else None
    if known is None or identity(known) != identity(settings):
        source.cursor = {}
        PulledItem.objects.filter(source=source).delete()
    source.kind = str(document["kind"])
    source.settings, source.every_seconds = dict(document), every_seconds
    source.active, source.failures, source.failing_since = True, 0, None
    source.lease = source.leased_until = None  # who pulls by the old settings stores nothing more
    source.next_at = source.changed_at = now()
    source.changed_by = viewer.label
    source.save()
    _record(
        viewer, "pull.set_up", source, {"settings": document, "secret": bool(source.sealed_secret)}
    )
    return source


@transaction.atomic
def switch_source(*, viewer: Viewer, feed_key: str, active: bool) -> None:
    """Switch pulling of a feed off or on again.

    Raises NotFound ``not_found`` or ``no_source``, NotAllowed ``not_allowed``.
    """
    source = _locked(_configured(viewer, feed_key))
    source.active, source.next_at = active, now()
    source.save(update_fields=["active", "next_at"])
    _record(viewer, "pull.switch_on" if active else "pull.switch_off", source, {})


@transaction.atomic
def ask_now(*, viewer: Viewer, feed_key: str) -> None:
    """Have a source pulled as soon as a worker is free.

    Raises NotFound ``not_found`` or ``no_source``, NotAllowed ``not_allowed``, Refused
    ``pull_off``.
    """
    feed = feed_by_key(viewer, feed_key)
    if not may_pull(viewer, feed):
        raise NotAllowed("not_allowed", N_("You may not pull the feed %(feed)s."), feed=feed_key)
    source = _locked(feed)
    if not source.active:
        raise Refused("pull_off", N_("Pulling of this feed is switched off."))
    source.next_at = now()
    source.save(update_fields=["next_at"])
    _record(viewer, "pull.ask", source, {})
    transaction.on_commit(_wake)


def _wake() -> None:
    async_task("integration.services.pulling.pull_due")


def _configured(viewer: Viewer, feed_key: str) -> Feed:
    feed = feed_by_key(viewer, feed_key)
    if not viewer.has_role("system_admin"):
        message = N_("System administrators set up where feeds are pulled from.")
        raise NotAllowed("not_allowed", message)
    return feed


def _locked(feed: Feed) -> PullSource:
    source = PullSource.objects.select_for_update().filter(feed=feed).first()
    if source is None:
        raise NotFound("no_source", N_("Nothing is set up to be pulled for this feed."))
    return source


def _check(feed: Feed, settings: Settings, every_seconds: int) -> None:
    if not LEAST_SECONDS <= every_seconds <= _LONGEST:
        message = N_("A source is pulled once a minute at most, and once a week at least.")
        raise RuleBroken("too_often", message)
    if isinstance(settings, Folder):
        if not site.PULL_ROOT:
            message = N_("This installation has set no directory apart for folders.")
            raise RuleBroken("folders_off", message)
        return
    entry_for(_place(settings), allowed_entries())
    wanted = "ndjson" if isinstance(settings, Database) else None
    profile = trusted(feed.profile.document) if feed.profile else None
    if wanted and profile is not None and profile.format.name != wanted:
        message = N_("Rows of a database come as NDJSON; the feed's profile reads %(format)s.")
        raise RuleBroken("format_does_not_fit", message, format=profile.format.name)


def _place(settings: Settings) -> Place:
    if isinstance(settings, Database):
        return place_of_database(settings)
    return Place("", "", 0) if isinstance(settings, Folder) else place_of(settings.url)


def _record(viewer: Viewer, act: str, source: PullSource, detail: dict[str, object]) -> None:
    audit.record(
        actor=viewer.actor,
        act=act,
        object_kind="feed",
        object_id=source.feed_id,
        detail={"feed": source.feed.key, **detail},
    )
