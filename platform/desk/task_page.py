"""What the task page shows, gathered from the task and from the case behind it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from accounts.domain.viewer import Viewer
from core.coordinates import shown
from core.errors import NotFound
from departments.selectors import EntryLine, PartLine, TaskDetail
from desk import labels
from desk.score_terms import main_reasons, terms_of
from risk.selectors import case_detail, incident_detail
from web.maps import Map, Point

_ICONS = {
    "accept": "inbox",
    "file": "file-text",
    "refuse_to_file": "ban",
    "void": "ban",
    "dispatch": "send",
    "rule": "gavel",
    "sign_for": "signature",
    "assign": "user",
    "start": "activity",
    "return": "arrow-back-up",
    "submit_feedback": "file-text",
    "merge_feedback": "stack-2",
    "verify_pass": "circle-check",
    "verify_fail": "refresh",
    "call_back": "phone",
    "close": "lock",
    "archive": "database",
    "reopen": "refresh",
    "urge": "bell",
    "escalate": "alert-triangle",
    "sign_for_overdue": "alarm",
    "handle_overdue": "alarm",
    "report": "flag",
}
# Which step's words explain the state of a part that came back.
_WHY = {"returned": "return", "rework": "verify_fail"}


@dataclass(frozen=True)
class Line:
    """A history entry for `web/timeline.html`."""

    icon: str
    title: str
    who: str
    organisation: str
    at: datetime
    note: str
    facts: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Part:
    """A part and, where somebody sent it back, the entry that says why."""

    line: PartLine
    why: Line | None


@dataclass(frozen=True)
class Cause:
    """What is behind a task, as far as the viewer may see it."""

    case: Any  # a risk case, or None
    incidents: Sequence[Any]
    reasons: Sequence[str] = ()  # of the case's score: the few that weigh most


def cause_of(viewer: Viewer, task: TaskDetail) -> Cause:
    """The case and incidents of a task; nothing where the viewer may not see them."""
    try:
        if task.case_id:
            found = case_detail(viewer, task.case_id)
            reasons = main_reasons(terms_of(found.case.assessment))
            return Cause(found.case, [one.incident for one in found.incidents], reasons)
        if task.incident_id:
            return Cause(None, [incident_detail(viewer, task.incident_id).incident])
    except NotFound:
        # A task shows itself even to those who may not see all that led to it.
        return Cause(None, ())
    return Cause(None, ())


def map_of(task: TaskDetail, cause: Cause) -> Map:
    """The spot of the task and the incidents behind it."""
    points = points_of(cause.incidents)
    if task.lon is not None and task.lat is not None:
        points.append(Point(task.lon, task.lat, task.title, task.risk_level))
    return Map(points, label=gettext("Map of the spot and its incidents"))


def points_of(incidents: Iterable[Any]) -> list[Point]:
    """The incidents with a position as plain points, each no more exactly than it may be shown."""
    return [_point(one) for one in incidents if one.lon is not None and one.lat is not None]


def _point(incident: Any) -> Point:
    here: tuple[float, float] = shown(incident.lon, incident.lat, incident.shown_decimals)
    return Point(*here, f"{labels.category(incident.category)} · {incident.number}")


def facts_of(task: TaskDetail) -> list[tuple[str, object]]:
    """Terms and values of the task's own facts."""
    rows: list[tuple[str, object]] = [
        (gettext("Origin"), task.origin_label),
        (gettext("Reported by"), task.organisation_name),
        (gettext("Category"), task.category_name or task.family_name),
        (gettext("District"), task.district_name),
        (gettext("Address"), task.address),
        (gettext("Duty that fits"), task.duty_name or task.duty_reason),
        (gettext("Outcome"), task.outcome_label),
    ]
    return [(term, value) for term, value in rows if value]


def parts_of(task: TaskDetail) -> list[Part]:
    """The parts, each with the words that brought it to where it is."""
    lines = []
    for part in task.parts:
        why = _WHY.get(part.state)
        said = [one for one in task.timeline if one.name == why and one.note]
        mine = [one for one in said if one.part in ("", part.organisation)]
        lines.append(Part(part, _line(mine[-1]) if mine else None))
    return lines


def timeline_of(task: TaskDetail) -> list[Line]:
    """The history, newest first."""
    return [_line(entry) for entry in reversed(task.timeline)]


def _line(entry: EntryLine) -> Line:
    title = f"{entry.label} · {entry.part_name}" if entry.part_name else entry.label
    return Line(
        icon=_ICONS.get(entry.name, "circle-check"),
        title=title,
        who=gettext("The system") if entry.actor_kind == "system" else entry.actor,
        organisation=entry.organisation_name,
        at=entry.at,
        note=entry.note,
        facts=entry.facts,
    )


def address(task: TaskDetail) -> str:
    """The address of the task's page."""
    return reverse("task", args=[task.id])
