"""The versions of a feed's profile and what was switched, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from accounts.domain import Viewer
from accounts.selectors import names_by_username
from integration.models import Feed, FeedProfile
from integration.selectors.workshop import feed_switches
from integration.ui.workshop.words import SWITCHES

__all__ = ["SwitchLine", "VersionLine", "switch_lines", "version_lines"]


@dataclass(frozen=True)
class VersionLine:
    """One version: who made it and when; `before` is the number of the one before it."""

    version: int
    at: datetime
    by: str
    origin: str
    present: bool
    before: int | None


@dataclass(frozen=True)
class SwitchLine:
    """One change of what reads the feed."""

    act: str
    at: datetime
    by: str
    reason: str
    older: int | None
    newer: int | None


def version_lines(feed: Feed, found: Sequence[FeedProfile]) -> list[VersionLine]:
    """The versions, the newest first."""
    people = names_by_username(one.made_by for one in found)
    numbers = [one.version for one in found]
    return [
        VersionLine(
            one.version,
            one.created_at,
            people.get(one.made_by, one.made_by) or gettext("The system"),
            gettext("Workshop") if one.origin == "workshop" else gettext("The city's folder"),
            one.pk == feed.profile_id,
            numbers[place + 1] if place + 1 < len(numbers) else None,
        )
        for place, one in enumerate(found)
    ]


def switch_lines(viewer: Viewer, feed: Feed) -> list[SwitchLine]:
    """What was switched, the latest first."""
    found = feed_switches(viewer, feed.key)
    people = names_by_username(one.by for one in found)
    return [
        SwitchLine(
            str(SWITCHES.get(one.act, one.act)),
            one.at,
            people.get(one.by, one.by) or gettext("The system"),
            one.reason,
            one.from_profile.version if one.from_profile else None,
            one.to_profile.version if one.to_profile else None,
        )
        for one in found
    ]
