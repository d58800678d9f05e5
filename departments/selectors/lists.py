"""Lists of tasks: filters, rows, pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from accounts.domain import Viewer
from core.clock import now
from departments.domain.facts import OWING
from departments.domain.labels import ORIGINS
from departments.domain.states import PartState, Role, TaskState
from departments.models import Task, TaskPart
from departments.selectors import wording
from departments.selectors.visibility import tasks_visible_to
from restapi.pages import Page, newest_first

__all__ = ["TaskFilter", "TaskRow", "rows_of", "task_rows"]

_UNFINISHED = (TaskState.DISPATCHED.value, TaskState.IN_HAND.value, TaskState.FED_BACK.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilter:
    """What to show; empty means all. `organisation` is a code of one that takes part."""

    state: str = ""
    district: str = ""
    organisation: str = ""
    origin_kind: str = ""
    risk_level: str = ""
    overdue: bool | None = None
    exercise: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """A task in a list; labels in the active language, `lead` is the lead's name."""

    id: UUID
    number: str
    title: str
    origin_kind: str
    origin_label: str
    state: str
    state_label: str
    family: str
    category: str
    risk_level: str
    district: str
    district_name: str
    lead: str
    lead_name: str
    created_at: datetime
    due: datetime | None
    overdue: bool
    closed_at: datetime | None
    outcome: str
    exercise: bool
    version: int


def task_rows(
    viewer: Viewer, wanted: TaskFilter, *, cursor: str | None = None, limit: int = 50
) -> Page[TaskRow]:
    """The tasks that the viewer sees, newest first: two queries a page."""
    tasks = _filtered(tasks_visible_to(viewer), wanted, now())
    page = newest_first(tasks, column="created_at", cursor=cursor, limit=limit)
    return Page(rows_of(page.rows), page.cursor)


def rows_of(tasks: Sequence[Task]) -> list[TaskRow]:
    """Tasks as list rows, their leads found by one query."""
    at = now()
    leads = dict(
        TaskPart.objects.filter(task__in=[one.id for one in tasks], role=Role.LEAD)
        .exclude(state=PartState.RELEASED)
        .values_list("task_id", "organisation_id")
    )
    return [_row(task, leads.get(task.id), at) for task in tasks]


def _filtered(tasks: QuerySet[Task], wanted: TaskFilter, at: datetime) -> QuerySet[Task]:
    exact = {
        "state": wanted.state,
        "district": wanted.district,
        "origin_kind": wanted.origin_kind,
        "risk_level": wanted.risk_level,
    }
    tasks = tasks.filter(**{column: value for column, value in exact.items() if value})
    if wanted.organisation:
        parts = TaskPart.objects.filter(
            task=OuterRef("pk"), organisation__code=wanted.organisation
        ).exclude(state=PartState.RELEASED)
        tasks = tasks.filter(Exists(parts))
    if wanted.exercise is not None:
        tasks = tasks.filter(exercise=wanted.exercise)
    if wanted.overdue is not None:
        late = _late(at)
        tasks = tasks.filter(late if wanted.overdue else ~late)
    return tasks


def _late(at: datetime) -> Q:
    """A part whose clock ran out, or the whole."""
    parts = TaskPart.objects.filter(task=OuterRef("pk")).filter(
        Q(state=PartState.TO_SIGN, sign_due__lt=at) | Q(state__in=sorted(OWING), due__lt=at)
    )
    return Q(state__in=_UNFINISHED) & (Q(due__lt=at) | Q(Exists(parts)))


def _row(task: Task, lead: UUID | None, at: datetime) -> TaskRow:
    return TaskRow(
        id=task.id,
        number=task.number,
        title=wording.title_of(task),
        origin_kind=task.origin_kind,
        origin_label=gettext(ORIGINS[task.origin_kind]),
        state=task.state,
        state_label=wording.state_label(task.state, part=False),
        family=task.family,
        category=task.category,
        risk_level=task.risk_level,
        district=task.district,
        district_name=wording.area_name(task.district),
        lead=wording.organisation_code(lead),
        lead_name=wording.organisation_name(lead),
        created_at=task.created_at,
        due=task.due,
        overdue=task.state in _UNFINISHED and task.due is not None and task.due < at,
        closed_at=task.closed_at,
        outcome=task.outcome,
        exercise=task.exercise,
        version=task.version,
    )
