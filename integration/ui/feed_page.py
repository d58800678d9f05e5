"""The words of a feed's page: its contact, its profile, its grounds, and what was read anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language, gettext, ngettext

from accounts.domain import Viewer
from accounts.selectors import names_by_username
from integration import labels
from integration.models import Feed, Restandardisation
from integration.selectors import deliveries_visible_to
from web.times import full

__all__ = ["Replay", "contact", "grounds", "profile_facts", "replays"]

Facts = list[tuple[str, str]]
_SHOWN = 10
_HOUR = 60


@dataclass(frozen=True)
class Replay:
    """A kept delivery that was read anew under another version of the profile."""

    at: datetime
    by: str
    received_at: datetime
    version: int
    same: int
    changed: int
    released: int
    refused: int


def contact(feed: Feed) -> Facts:
    """When the sender was last heard of, and when silence begins."""
    last = feed.last_contact_at
    came = feed.last_row_at
    facts = [
        (gettext("Last contact"), full(last) if last else gettext("never")),
        (gettext("Last new rows"), full(came) if came else gettext("never")),
    ]
    if feed.silent_after is None:
        return [*facts, (gettext("Silence"), gettext("any; the sender need not report"))]
    facts.append((gettext("Silent after"), _length(round(feed.silent_after.total_seconds() / 60))))
    if last:
        facts.append((gettext("Due to report by"), full(last + feed.silent_after)))
    return facts


def _length(minutes: int) -> str:
    hours, rest = divmod(minutes, _HOUR)
    if rest:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}


def grounds(feed: Feed) -> Facts:
    """Why the feed may be received at all: its profile's header in the active language."""
    if feed.profile is None:
        return []
    header = feed.profile.document["header"]
    kept = f"{header.get('retention_days', 0):,}"
    return [
        (gettext("Purpose"), _told(header, "purpose")),
        (gettext("Legal basis"), _told(header, "legal_basis")),
        (gettext("Kept for"), gettext("%(days)s days") % {"days": kept}),
    ]


def _told(header: Mapping[str, str], name: str) -> str:
    """A text of the header in the active language, else as it is there: one form is enough."""
    own, other = ("zh", "en") if get_language() == "zh-hans" else ("en", "zh")
    keys = (f"{name}_{own}", name, f"{name}_{other}")
    return next((text for key in keys if (text := header.get(key))), "")


def profile_facts(feed: Feed) -> Facts:
    """The version of the profile, and what it says of the rows as a whole."""
    if feed.profile is None:
        return []
    document = feed.profile.document
    layout = document["format"]
    return [
        (gettext("Profile version"), str(feed.profile.version)),
        (gettext("In use since"), full(feed.profile.created_at)),
        (gettext("Format"), _format(layout["name"], layout.get("encoding", "utf-8"))),
        (gettext("Kind"), labels.word(labels.FEED_KINDS, document["kind"])),
        (gettext("How it became known"), labels.word(labels.ORIGINS, document["origin"])),
        (gettext("A newer version"), _version_rule(document.get("version", {"rule": "immutable"}))),
    ]


def _format(layout: str, encoding: str) -> str:
    return f"{layout.upper()} · {encoding.upper()}"


def _version_rule(rule: dict[str, str]) -> str:
    told = {
        "arrival": gettext("is what comes later"),
        "immutable": gettext("is never accepted"),
        "path": gettext("is told by %(path)s") % {"path": rule.get("path", "")},
    }
    return told[rule["rule"]]


def replays(viewer: Viewer, feed: Feed) -> Sequence[Replay]:
    """The newest re-readings of the feed's kept deliveries."""
    deliveries = deliveries_visible_to(viewer).filter(feed=feed)
    rows = Restandardisation.objects.filter(delivery__in=deliveries)
    found = list(rows.select_related("delivery", "profile").order_by("-done_at")[:_SHOWN])
    people = names_by_username(one.done_by for one in found)
    return [
        Replay(
            at=one.done_at,
            by=people.get(one.done_by, one.done_by),
            received_at=one.delivery.received_at,
            version=one.profile.version,
            same=one.same,
            changed=one.changed,
            released=one.released,
            refused=one.refused,
        )
        for one in found
    ]
