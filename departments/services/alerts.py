"""Alert → task: a whole batch at once, each alert and round once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

import audit.services
from accounts.domain import SYSTEM
from city.selectors import working_calendar
from core.clock import now
from core.ids import uuid7
from core.workcalendar import WorkCalendar
from departments.domain.clocks import due_by
from departments.domain.origins import AlertFacts
from departments.domain.plans import limit_data
from departments.domain.routing import Matter, Route, assign, first_fitting
from departments.domain.states import PartState, Role, TaskState
from departments.models import Task, TaskEntry, TaskPart
from departments.selectors.routing import load_rows
from departments.services.codes import code_of
from departments.services.giving import local_branch
from risk.services import add_parties
from work.numbers import reserve

__all__ = ["dispatch_alert", "dispatch_alerts"]

# The steps that a report by hand takes one by one; a machine's alert takes them at once.
_STEPS = (
    ("report", "", TaskState.REPORTED),
    ("accept", TaskState.REPORTED.value, TaskState.ACCEPTED),
    ("file", TaskState.ACCEPTED.value, TaskState.FILED),
    ("dispatch", TaskState.FILED.value, TaskState.DISPATCHED),
)
_Origin = tuple[str, str, int]


@dataclass
class _Batch:
    at: datetime
    calendar: WorkCalendar
    tasks: list[Task]
    parts: list[TaskPart]
    entries: list[TaskEntry]


def dispatch_alert(*, alert: AlertFacts) -> UUID | None:
    """The task of an alert: made now, or the one that was made before.

    None when no row of the duty table fits; then nothing is made.
    """
    return dispatch_alerts(alerts=[alert])[alert.alert_id]


@transaction.atomic
def dispatch_alerts(*, alerts: Sequence[AlertFacts]) -> dict[UUID, UUID | None]:
    """The tasks of alerts, by alert id; see `dispatch_alert`. A few queries for the whole batch."""
    known = _existing(alerts)
    fresh = [one for one in alerts if _origin(one) not in known]
    routes = _routes(fresh)
    routed = [one for one in fresh if _origin(one) in routes]
    _make(routed, routes)
    # Another worker may have been faster with some: the unique key decided, and theirs stand.
    known |= _existing(routed)
    return {one.alert_id: known.get(_origin(one)) for one in alerts}


def _origin(alert: AlertFacts) -> _Origin:
    return alert.origin_kind, str(alert.alert_id), alert.round


def _existing(alerts: Sequence[AlertFacts]) -> dict[_Origin, UUID]:
    rows = Task.objects.filter(
        origin_kind__in={one.origin_kind for one in alerts},
        origin_id__in={str(one.alert_id) for one in alerts},
    ).values_list("origin_kind", "origin_id", "round", "id")
    return {(kind, origin, turn): task_id for kind, origin, turn, task_id in rows}


def _routes(alerts: Sequence[AlertFacts]) -> dict[_Origin, tuple[Route[UUID], UUID]]:
    """Who is responsible for each alert for which a duty fits, and that duty's id."""
    if not alerts:
        return {}
    (rows, ids), at, calendar = load_rows(), now(), working_calendar()
    found = {}
    for alert in alerts:
        matter = Matter(
            family=alert.family,
            category=alert.category,
            level=alert.risk_level,
            district=alert.district,
        )
        row = first_fitting(rows, matter, at, calendar)
        if row is not None:
            found[_origin(alert)] = (assign(row, matter, local_branch), ids[row.key])
    return found


def _make(alerts: Sequence[AlertFacts], routes: dict[_Origin, tuple[Route[UUID], UUID]]) -> None:
    if not alerts:
        return
    calendar = working_calendar()
    batch = _Batch(now(), calendar, [], [], [])
    numbers = reserve("task", len(alerts), calendar.local_date(batch.at))
    drafts = [
        _draft(alert, number, *routes[_origin(alert)], batch)
        for alert, number in zip(alerts, numbers, strict=True)
    ]
    Task.objects.bulk_create(drafts, ignore_conflicts=True)
    stored = set(
        Task.objects.filter(id__in=[one.id for one in drafts]).values_list("id", flat=True)
    )
    for draft, alert in zip(drafts, alerts, strict=True):
        if draft.id in stored:
            _complete(draft, routes[_origin(alert)][0], batch)
    TaskPart.objects.bulk_create(batch.parts)
    TaskEntry.objects.bulk_create(batch.entries)
    for task in batch.tasks:
        _admit_and_audit(task, [part for part in batch.parts if part.task_id == task.id])


def _draft(
    alert: AlertFacts, number: str, route: Route[UUID], duty_id: UUID, batch: _Batch
) -> Task:
    return Task(
        id=uuid7(),
        number=number,
        origin_kind=alert.origin_kind,
        origin_id=str(alert.alert_id),
        round=alert.round,
        state=TaskState.DISPATCHED.value,
        version=len(_STEPS),
        family=alert.family,
        category=alert.category,
        risk_level=alert.risk_level,
        district=alert.district,
        grid=alert.grid,
        lon=alert.lon,
        lat=alert.lat,
        address=alert.address,
        case_id=alert.case_id,
        incident_id=alert.incident_id,
        duty_id=duty_id,
        plan=route.plan.data(),
        exercise=alert.exercise,
        created_at=batch.at,
        updated_at=batch.at,
        dispatched_at=batch.at,
        due=due_by(batch.at, route.plan.handle, batch.calendar),
    )


def _complete(task: Task, route: Route[UUID], batch: _Batch) -> None:
    """The parts and the history of a task that was stored."""
    roles = [(route.lead, Role.LEAD), *((one, Role.SUPPORTING) for one in route.supporting)]
    parts = [_part(task, route, organisation, role, batch) for organisation, role in roles]
    batch.tasks.append(task)
    batch.parts += parts
    for version, (name, came_from, to) in enumerate(_STEPS, start=1):
        batch.entries.append(_entry(task, name, came_from, to, version, batch.at))
    batch.entries[-1].detail = {
        "duty": route.plan.duty,
        "lead": code_of(route.lead),
        "supporting": [code_of(one) for one in route.supporting],
    }
    for part in parts:
        entry = _entry(task, "dispatch", "", PartState.TO_SIGN, len(_STEPS), batch.at)
        entry.part = part
        batch.entries.append(entry)


def _part(
    task: Task, route: Route[UUID], organisation_id: UUID, role: Role, batch: _Batch
) -> TaskPart:
    return TaskPart(
        task=task,
        organisation_id=organisation_id,
        role=role.value,
        state=PartState.TO_SIGN.value,
        version=task.version,
        dispatched_at=batch.at,
        sign_due=due_by(batch.at, route.plan.sign_for, batch.calendar),
        due=due_by(batch.at, route.plan.handle, batch.calendar),
        limit={**limit_data(route.plan.handle), "since": batch.at.isoformat()},
    )


def _entry(
    task: Task, name: str, came_from: str, to: TaskState | PartState, version: int, at: datetime
) -> TaskEntry:
    return TaskEntry(
        task=task,
        name=name,
        from_state=came_from,
        to_state=to.value,
        version=version,
        at=at,
        actor_kind=SYSTEM.kind,
        actor_id=SYSTEM.id,
        actor_label=SYSTEM.label,
    )


def _admit_and_audit(task: Task, parts: Sequence[TaskPart]) -> None:
    if task.case_id:
        add_parties(task.case_id, [(part.organisation_id, part.role) for part in parts])
    audit.services.record(
        actor=SYSTEM.actor,
        act="task.dispatch",
        object_kind="task",
        object_id=task.id,
        detail={
            "number": task.number,
            "origin": [task.origin_kind, task.origin_id, task.round],
            "parts": {code_of(part.organisation_id): part.role for part in parts},
        },
    )
