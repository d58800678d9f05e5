"""The history of a record: every stored content, and what each changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from desk import labels
from desk.record_values import address, attributes_of, position, when
from integration.labels import UPSTREAM, title, word
from web.times import full


@dataclass(frozen=True)
class Change:
    """One value that a version changed."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class VersionLine:
    """One stored content; `late` ones came after a newer one and never held.

    `changes` are against the version stored before it; the first has none.
    """

    number: int
    current: bool
    late: bool
    first: bool
    received_at: datetime
    profile_version: int
    line: int
    changes: Sequence[Change]


def version_lines(versions: Sequence[Any], current: int) -> list[VersionLine]:
    """The versions (newest number first) with what each changed."""
    older = [*versions[1:], None]
    return [
        VersionLine(
            number=one.version,
            current=one.version == current,
            late=one.version > current,
            first=before is None,
            received_at=one.received_at,
            profile_version=one.profile_version,
            line=one.line,
            changes=_changes(before, one) if before else [],
        )
        for one, before in zip(versions, older, strict=True)
    ]


def _changes(before: Any, after: Any) -> list[Change]:
    old, new = _told(before), _told(after)
    names = list(dict.fromkeys([*new, *old]))
    return [
        Change(name, old.get(name) or "—", new.get(name) or "—")
        for name in names
        if old.get(name, "") != new.get(name, "")
    ]


def _told(version: Any) -> dict[str, str]:
    """The shown values of a version by their labels."""
    reported = version.reported_at
    flags = labels.listed(title(code) for code in version.quality)
    values = {
        gettext("Category"): labels.category(version.category),
        gettext("Severity"): "" if version.severity is None else str(version.severity),
        gettext("Occurred at"): when(version),
        gettext("Reported at"): full(reported) if reported else "",
        gettext("Position (WGS-84)"): position(version),
        gettext("Address"): address(version),
        gettext("What it says"): version.summary,
        gettext("State at the source"): word(UPSTREAM, version.upstream_state),
        gettext("Quality flags"): flags,
        gettext("Operational"): gettext("Yes") if version.operational else gettext("No"),
    }
    return values | dict(attributes_of(version))
