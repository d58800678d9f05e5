"""What waits for a viewer: parts of the own organisations, and tasks that need the centre."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from accounts.domain import Viewer
from core.clock import now
from core.words import N_
from departments.domain.facts import OWING, Hat, PartFacts
from departments.domain.labels import ROLES
from departments.domain.part_table import TABLE as PARTS
from departments.domain.states import PartState, Role, TaskState
from departments.models import Task, TaskPart
from departments.selectors import wording
from departments.selectors.lists import TaskRow, rows_of
from departments.selectors.visibility import tasks_visible_to
from restapi.pages import Page, decode, encode

__all__ = ["Inbox", "InboxRow", "inbox"]

_MERGE = N_("Merge feedback")
_COMMANDED = (TaskState.REPORTED.value, TaskState.ACCEPTED.value, TaskState.FILED.value)
_CHECKED = (TaskState.VERIFYING.value, TaskState.TO_CALL_BACK.value)
_RUNNING = (TaskState.DISPATCHED.value, TaskState.IN_HAND.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """A part that owes an act. `due` is the nearer of its clocks; `step_label` what comes next."""

    task_id: UUID
    part_id: UUID
    number: str
    title: str
    organisation: str
    organisation_name: str
    role: str
    role_label: str
    state: str
    state_label: str
    task_state: str
    task_state_label: str
    step_label: str
    risk_level: str
    district_name: str
    officer: str | None
    due: datetime
    overdue: bool
    urge_count: int
    exercise: bool
    version: int


@dataclass(frozen=True, slots=True)
class Inbox:
    """Parts by due instant, tasks by age (oldest first); each part of it is a keyset page."""

    parts: Page[InboxRow]
    tasks: Page[TaskRow]


def inbox(
    viewer: Viewer,
    *,
    parts_cursor: str | None = None,
    tasks_cursor: str | None = None,
    limit: int = 50,
) -> Inbox:
    """What needs an act of the viewer: three queries at most."""
    return Inbox(
        _parts(viewer, parts_cursor, limit),
        _tasks(viewer, tasks_cursor, limit),
    )


def _parts(viewer: Viewer, cursor: str | None, limit: int) -> Page[InboxRow]:
    if not viewer.has_role("officer"):
        return Page([], None)
    # What is left to the lead once everybody has fed back is merging.
    merging = Q(state=PartState.FED_BACK, role=Role.LEAD, task__state=TaskState.FED_BACK)
    rows = TaskPart.objects.filter(
        Q(state__in=sorted(OWING)) | merging, organisation__in=sorted(viewer.acting)
    )
    if cursor:
        due, pk = decode(cursor, [datetime, UUID])
        rows = rows.filter(Q(due__gt=due) | Q(due=due, pk__gt=pk))
    found = list(rows.select_related("task", "officer").order_by("due", "pk")[: limit + 1])
    shown = found[:limit]
    more = encode([shown[-1].due, shown[-1].pk]) if len(found) > limit else None
    at = now()
    return Page([_row(part, at) for part in shown], more)


def _row(part: TaskPart, at: datetime) -> InboxRow:
    task = part.task
    to_sign = part.state == PartState.TO_SIGN
    due = min(part.sign_due, part.due) if to_sign else part.due
    return InboxRow(
        task_id=task.id,
        part_id=part.id,
        number=task.number,
        title=wording.title_of(task),
        organisation=wording.organisation_code(part.organisation_id),
        organisation_name=wording.organisation_name(part.organisation_id),
        role=part.role,
        role_label=gettext(ROLES[Role(part.role)]),
        state=part.state,
        state_label=wording.state_label(part.state, part=True),
        task_state=task.state,
        task_state_label=wording.state_label(task.state, part=False),
        step_label=gettext(_next_step(part)),
        risk_level=task.risk_level,
        district_name=wording.area_name(task.district),
        officer=part.officer.username if part.officer else None,
        due=due,
        overdue=due < at,
        urge_count=part.urge_count,
        exercise=task.exercise,
        version=task.version,
    )


def _next_step(part: TaskPart) -> str:
    """The label of the step that brings a part on: the first of its table."""
    state = PartState(part.state)
    if state is PartState.FED_BACK:
        return _MERGE
    offers = PARTS.offers(state, PartFacts(roles=frozenset({Hat.OFFICER.value})))
    return offers[0].transition.label


def _tasks(viewer: Viewer, cursor: str | None, limit: int) -> Page[TaskRow]:
    waiting = _waiting(viewer)
    if waiting is None:
        return Page([], None)
    rows = waiting
    if cursor:
        at, pk = decode(cursor, [datetime, UUID])
        rows = rows.filter(Q(created_at__gt=at) | Q(created_at=at, pk__gt=pk))
    found = list(rows.order_by("created_at", "pk")[: limit + 1])
    shown = found[:limit]
    more = encode([shown[-1].created_at, shown[-1].pk]) if len(found) > limit else None
    return Page(rows_of(shown), more)


def _waiting(viewer: Viewer) -> QuerySet[Task] | None:
    """Tasks that the centres have to move; None for who has nothing to do with that."""
    wanted = Q()
    if viewer.has_role("dispatcher"):
        returned = TaskPart.objects.filter(task=OuterRef("pk"), state=PartState.RETURNED)
        wanted |= Q(state__in=_COMMANDED) | (Q(state__in=_RUNNING) & Q(Exists(returned)))
    if viewer.has_role("verifier"):
        wanted |= Q(state__in=_CHECKED)
    if viewer.has_role("supervisor"):
        escalated = TaskPart.objects.filter(
            task=OuterRef("pk"), state__in=sorted(OWING), due__lt=now()
        )
        wanted |= Q(state__in=_RUNNING) & Q(Exists(escalated))
    if not wanted:
        return None
    # What the viewer merely takes part in is not the centre's to move.
    scope = Q() if viewer.everything else Q(district__in=sorted(viewer.districts))
    return tasks_visible_to(viewer).filter(wanted, scope)
