"""Issued warnings in words: their level, what and where, and how long they still stand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy

from accounts.domain.viewer import Viewer
from city.selectors import name
from desk import labels
from desk.map_filter import Scope
from risk.selectors import in_force, warnings_visible_to
from web.levels import WARNING_LEVELS
from web.times import read_clock

MOST_IN_FORCE = 200
PHASES = {
    "in_force": pgettext_lazy("a warning is", "In force"),
    "upcoming": pgettext_lazy("a warning is", "Not yet in force"),
    "ended": pgettext_lazy("a warning is", "Ended"),
    "updated": pgettext_lazy("a warning is", "Replaced"),
    "cancelled": pgettext_lazy("a warning is", "Cancelled"),
    "cancel": pgettext_lazy("a warning is", "Cancellation"),  # the message that cancels another
}
_TONES = {"in_force": "active", "upcoming": "waiting", "ended": "done"}
_GRAVITY = {level: place for place, level in enumerate(WARNING_LEVELS)}


@dataclass(frozen=True)
class WarningLine:
    """A warning as lists, the map and the strip of the inbox show it.

    `left` are the words for how long it still stands; `phase` is one of ``PHASES``.
    """

    id: UUID
    level: str
    title: str
    kind: str
    where: str
    starts_at: datetime
    ends_at: datetime
    end_assumed: bool
    left: str
    issuer: str
    phase: str
    exercise: bool

    @property
    def url(self) -> str:
        """The address of its page."""
        return reverse("warning", args=[self.id])

    @property
    def phase_label(self) -> str:
        """Its phase in words."""
        return str(PHASES[self.phase])

    @property
    def stands(self) -> bool:
        """Whether it is in force."""
        return self.phase == "in_force"

    @property
    def tone(self) -> str:
        """The tone of its phase as a badge."""
        return _TONES.get(self.phase, "ended")


def line_of(warning: Any, at: datetime) -> WarningLine:
    """The line of a warning whose districts are at hand, as things stand at an instant."""
    text = own_text(warning.texts)
    phase = phase_of(warning, at)
    kind = labels.category(warning.category)
    return WarningLine(
        id=warning.id,
        level=warning.level,
        title=text.get("headline") or text.get("event") or kind,
        kind=kind,
        where=where_of(warning),
        starts_at=warning.starts_at,
        ends_at=warning.ends_at,
        end_assumed=warning.end_assumed,
        left=read_clock(warning.ends_at, at).text if phase == "in_force" else "",
        issuer=warning.issuer or name(warning.organisation),
        phase=phase,
        exercise=warning.exercise,
    )


def phase_of(warning: Any, at: datetime) -> str:
    """Where a warning stands in its life, one of ``PHASES``."""
    if warning.message_type == "Cancel":
        return "cancel"
    if warning.state in PHASES:
        return str(warning.state)
    if warning.starts_at > at:
        return "upcoming"
    return "in_force" if at < warning.ends_at else "ended"


def own_text(texts: Sequence[Mapping[str, str]]) -> Mapping[str, str]:
    """The text in the active language, else the first one, else nothing."""
    own = (get_language() or "zh")[:2]
    return next((one for one in texts if one.get("language", "")[:2].lower() == own), None) or (
        texts[0] if texts else {}
    )


def where_of(warning: Any) -> str:
    """The districts a warning is for, else the area as it was issued."""
    codes = sorted(one.district for one in warning.districts.all())
    named = labels.listed(labels.district(code) for code in codes)
    return named or own_text(warning.texts).get("area", "")


def warnings_in(viewer: Viewer, scope: Scope) -> list[Any]:
    """The warnings for the city in force at the scope's instant, the gravest first: two queries.

    A risk level is not a warning's and chooses none.
    """
    rows = in_force(warnings_visible_to(viewer), scope.at, in_city=True)
    if scope.district:
        rows = rows.filter(districts__district=scope.district)
    if scope.family:
        rows = rows.filter(category__in=scope.categories)
    return gravest_first(rows.order_by("-sent_at", "-id")[:MOST_IN_FORCE])


def strip_of(viewer: Viewer, at: datetime) -> list[WarningLine]:
    """The warnings for the city that stand now, the gravest first, for the head of the inbox."""
    rows = in_force(warnings_visible_to(viewer), at, in_city=True).order_by("-sent_at", "-id")
    return [line_of(one, at) for one in gravest_first(rows[:MOST_IN_FORCE])]


def gravest_first(rows: Iterable[Any]) -> list[Any]:
    """Warnings by level, those without one last; among equals the order is kept."""
    return sorted(rows, key=lambda one: _GRAVITY.get(one.level, len(_GRAVITY)))
