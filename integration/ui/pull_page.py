"""The words of a feed's pull page: where it is pulled from, how often, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.domain import Viewer
from accounts.selectors import names_by_username
from core.errors import fill
from integration.domain.pulling.settings import (
    Database,
    Folder,
    Http,
    LinkHeader,
    NextPath,
    Numbered,
    Offset,
    Once,
    Window,
    read,
)
from integration.models import PullSource
from integration.selectors.pulls import attempts_of
from web.times import full

__all__ = ["AttemptLine", "attempt_lines", "source_facts"]

Facts = list[tuple[str, str]]
_SHOWN = 20
_HOUR, _MINUTE = 3600, 60
_OUTCOMES: Mapping[str, tuple[Promise, str]] = {
    "received": (_("Received"), "done"),
    "nothing_new": (_("Nothing new"), "plain"),
    "refused": (_("Not usable"), "waiting"),
    "failed": (_("Failed"), "waiting"),
}


@dataclass(frozen=True)
class AttemptLine:
    """One pull as the table shows it; `why` is empty where all went well."""

    at: datetime
    by: str
    outcome: str
    tone: str
    status: int | None
    requests: int
    bytes: int
    rows: int
    why: str


def attempt_lines(source: PullSource) -> list[AttemptLine]:
    """The newest pulls."""
    found = attempts_of(source, most=_SHOWN)
    people = names_by_username(one.by for one in found if one.by)
    return [
        AttemptLine(
            at=one.at,
            by=people.get(one.by, one.by) if one.by else gettext("The schedule"),
            outcome=str(_OUTCOMES[one.outcome][0]),
            tone=_OUTCOMES[one.outcome][1],
            status=one.status,
            requests=one.requests,
            bytes=one.bytes,
            rows=one.rows,
            why=fill(gettext(one.message), one.detail) if one.message else "",
        )
        for one in found
    ]


def source_facts(viewer: Viewer, source: PullSource) -> Facts:
    """Where from, how and how often; credentials are told to be there, and no more."""
    settings = read(source.settings)
    if isinstance(settings, Http):
        facts = _http(settings, whole=viewer.has_role("system_admin"))
    elif isinstance(settings, Folder):
        facts = [(gettext("Folder"), settings.directory)]
    else:
        facts = _database(settings)
    if not isinstance(settings, Folder):
        kept = gettext("stored, sealed") if source.sealed_secret else gettext("none")
        facts.append((gettext("Credentials"), kept))
    facts.append((gettext("Pulled"), _every(source.every_seconds)))
    facts.append((gettext("Next pull"), _next(source)))
    if source.failures:
        facts.append((gettext("Failed in a row"), str(source.failures)))
    return facts


def _http(settings: Http, *, whole: bool) -> Facts:
    parts = urlsplit(settings.url)
    # A parameter may be what somebody else must not know.
    url = settings.url if whole or not parts.query else f"{settings.url.partition('?')[0]}?…"
    return [
        (gettext("Address"), url),
        (gettext("What it gives"), _given(settings)),
        (gettext("Time for one answer"), _seconds(settings.seconds)),
    ]


def _given(settings: Http) -> str:
    if settings.index == "cap":
        return gettext("an index that leads to CAP messages")
    told: dict[type, str] = {
        Once: gettext("everything in one answer"),
        LinkHeader: gettext("pages, the next one named in the header Link"),
        NextPath: gettext("pages, the next one named in the answer"),
        Numbered: gettext("numbered pages"),
        Offset: gettext("pages that begin behind so many rows"),
        Window: gettext("what changed within a span of time, in pages (Open311)"),
    }
    return told[type(settings.paging)]


def _database(settings: Database) -> Facts:
    return [
        (gettext("Database"), f"{settings.host}:{settings.port} · {settings.database}"),
        (gettext("View"), settings.view),
        (gettext("Read in the order of"), ", ".join(filter(None, _order(settings)))),
        (gettext("Rows in a delivery"), f"{settings.rows:,}"),
    ]


def _order(settings: Database) -> tuple[str, str]:
    return settings.rising, settings.unique or ""


def _seconds(count: int) -> str:
    return ngettext("%(count)s second", "%(count)s seconds", count) % {"count": count}


def _every(seconds: int) -> str:
    hours, rest = divmod(seconds, _HOUR)
    if hours and not rest:
        told = ngettext("every hour", "every %(count)s hours", hours)
        return told % {"count": hours}
    minutes = round(seconds / _MINUTE)
    return ngettext("every minute", "every %(count)s minutes", minutes) % {"count": minutes}


def _next(source: PullSource) -> str:
    if not source.active:
        return gettext("switched off")
    return full(source.next_at)
