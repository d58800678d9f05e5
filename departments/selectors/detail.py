"""One task, whole: four queries and no more, however many parts and entries it has."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from accounts.domain import Viewer
from city.selectors import name
from core.clock import now
from departments.domain.facts import OWING
from departments.domain.labels import ORIGINS, ROLES
from departments.domain.states import PartState, Role, TaskState
from departments.models import Task, TaskEntry, TaskPart
from departments.selectors import wording
from departments.selectors.offering import offer_lines
from departments.selectors.shapes import PartLine, TaskDetail
from departments.selectors.timeline import entry_lines
from departments.selectors.visibility import missing, tasks_visible_to

__all__ = ["detail_of", "task_detail"]

_UNFINISHED = frozenset({TaskState.DISPATCHED, TaskState.IN_HAND, TaskState.FED_BACK})

# What is shown as it is stored.
_AS_STORED = (
    "id",
    "number",
    "description",
    "origin_kind",
    "origin_id",
    "round",
    "state",
    "version",
    "family",
    "category",
    "risk_level",
    "district",
    "grid",
    "lon",
    "lat",
    "address",
    "case_id",
    "incident_id",
    "exercise",
    "created_at",
    "dispatched_at",
    "due",
    "merged_at",
    "closed_at",
    "outcome",
    "rework_count",
)


def task_detail(viewer: Viewer, task_id: UUID) -> TaskDetail:
    """The task with all that the viewer may know and do; NotFound for one out of sight."""
    task = tasks_visible_to(viewer).select_related("duty").filter(pk=task_id).first()
    if task is None:
        raise missing()
    parts = TaskPart.objects.filter(task=task).select_related("officer").order_by("id")
    return detail_of(viewer, task, list(parts))


def detail_of(viewer: Viewer, task: Task, given: Sequence[TaskPart]) -> TaskDetail:
    """The same of a task and parts that are at hand, as they are stored."""
    parts = sorted(given, key=lambda part: part.id)
    parts.sort(key=lambda part: (part.state == PartState.RELEASED, part.role != Role.LEAD))
    entries = list(TaskEntry.objects.filter(task=task).order_by("version", "id"))
    return _detail(viewer, task, parts, entries)


def _detail(
    viewer: Viewer, task: Task, parts: Sequence[TaskPart], entries: Sequence[TaskEntry]
) -> TaskDetail:
    at = now()
    return TaskDetail(
        **{one: getattr(task, one) for one in _AS_STORED},
        title=wording.title_of(task),
        origin_label=gettext(ORIGINS[task.origin_kind]),
        state_label=wording.state_label(task.state, part=False),
        family_name=wording.family_name(task.family),
        category_name=wording.category_name(task.category),
        district_name=wording.area_name(task.district),
        organisation=wording.organisation_code(task.organisation_id),
        organisation_name=wording.organisation_name(task.organisation_id),
        duty=task.duty.key if task.duty else "",
        duty_name=name(task.duty) if task.duty else "",
        duty_reason=wording.reason_text(task.plan),
        overdue=_overdue(task, at),
        outcome_label=wording.outcome_label(task.outcome),
        parts=tuple(part_line(viewer, part, at) for part in parts),
        timeline=entry_lines(entries, {part.id: part for part in parts}),
        offers=offer_lines(viewer, task, parts, entries, at),
    )


def _overdue(task: Task, at: datetime) -> bool:
    return task.state in _UNFINISHED and task.due is not None and task.due < at


def part_line(viewer: Viewer, part: TaskPart, at: datetime) -> PartLine:
    """A part as the task's page shows it."""
    late_sign = part.state == PartState.TO_SIGN and part.sign_due < at
    officer = part.officer
    return PartLine(
        id=part.id,
        organisation=wording.organisation_code(part.organisation_id),
        organisation_name=wording.organisation_name(part.organisation_id),
        role=part.role,
        role_label=gettext(ROLES[Role(part.role)]),
        state=part.state,
        state_label=wording.state_label(part.state, part=True),
        officer=officer.username if officer else None,
        officer_name=name(officer) if officer else "",
        limit={key: part.limit[key] for key in ("amount", "unit")},
        dispatched_at=part.dispatched_at,
        sign_due=part.sign_due,
        due=part.due,
        signed_at=part.signed_at,
        started_at=part.started_at,
        fed_back_at=part.fed_back_at,
        feedback=part.feedback,
        overdue=late_sign or (part.state in OWING and part.due < at),
        return_count=part.return_count,
        rework_count=part.rework_count,
        urge_count=part.urge_count,
        version=part.version,
        mine=part.organisation_id in viewer.acting,
    )
