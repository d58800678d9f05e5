"""The clocks of all open parts: what ran out is told once, whoever looks and however often."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from accounts.domain import SYSTEM
from city.selectors import working_calendar
from core.workcalendar import WorkCalendar
from departments.domain.clocks import Alarm, Clock, stamp
from departments.domain.facts import OWING
from departments.domain.plans import Breach, EscalationAct, Plan
from departments.domain.states import PartState, TaskState
from departments.models import Task, TaskEntry, TaskPart
from work.services import beat

__all__ = ["sweep_clocks"]

_BATCH = 200
_OPEN = (TaskState.DISPATCHED.value, TaskState.IN_HAND.value)
_NAMES = {EscalationAct.URGE: "urge", EscalationAct.SUPERVISE: "escalate"}


def sweep_clocks(now: datetime) -> int:
    """Tell every breach and take every escalation step due by `now`; answers how many entries.

    Each is told once: the entries under the task's lock are what was told. A batch is one
    transaction, so a sweep that is killed has told some and repeats none.
    """
    told, last = 0, None
    while batch := _overdue(now, last):
        told += _sweep(batch, now)
        last = batch[-1]
    beat("sweep_clocks", {"told": told})
    return told


def _overdue(now: datetime, after: UUID | None) -> list[UUID]:
    """Ids of some tasks with a part whose clock ran out, in order."""
    late = Q(parts__state=PartState.TO_SIGN, parts__sign_due__lt=now) | Q(
        parts__state__in=sorted(OWING), parts__due__lt=now
    )
    tasks = Task.objects.filter(late, state__in=_OPEN)
    if after is not None:
        tasks = tasks.filter(id__gt=after)
    return list(tasks.order_by("id").values_list("id", flat=True).distinct()[:_BATCH])


@transaction.atomic
def _sweep(ids: Sequence[UUID], now: datetime) -> int:
    # A task that somebody works on right now is left for the next sweep.
    found = Task.objects.filter(id__in=ids, state__in=_OPEN).order_by("id")
    tasks = {one.id: one for one in found.select_for_update(no_key=True, skip_locked=True)}
    parts = list(
        TaskPart.objects.filter(task__in=tasks, state__in=sorted(OWING))
        .select_for_update(of=("self",), no_key=True)
        .order_by("id")
    )
    told = _told(parts)
    calendar, entries, urged = working_calendar(), [], set[UUID]()
    for part in parts:
        task = tasks[part.task_id]
        for alarm in _alarms(part, task, now, calendar, told):
            entries.append(_entry(task, part, alarm, now))
            if alarm.act is not None:
                part.urge_count += 1
                urged.add(part.id)
    _store(entries, [part for part in parts if part.id in urged], now)
    return len(entries)


def _alarms(
    part: TaskPart, task: Task, now: datetime, calendar: WorkCalendar, told: set[tuple[UUID, str]]
) -> list[Alarm]:
    clock = Clock(PartState(part.state), part.sign_due, part.due)
    keys = {key for part_id, key in told if part_id == part.id}
    return list(clock.alarms(Plan.from_data(task.plan), now, calendar, keys))


def _told(parts: Sequence[TaskPart]) -> set[tuple[UUID, str]]:
    names = [*(one.value for one in Breach), *_NAMES.values()]
    rows = TaskEntry.objects.filter(
        part__in=[part.id for part in parts], name__in=names, detail__has_key="alarm"
    )
    return set(rows.values_list("part_id", "detail__alarm"))


def _entry(task: Task, part: TaskPart, alarm: Alarm, now: datetime) -> TaskEntry:
    return TaskEntry(
        task=task,
        part=part,
        name=alarm.breach.value if alarm.act is None else _NAMES[alarm.act],
        from_state=part.state,
        to_state=part.state,
        version=task.version + 1,
        at=now,
        actor_kind=SYSTEM.kind,
        actor_id=SYSTEM.id,
        actor_label=SYSTEM.label,
        detail={
            "alarm": alarm.key,
            "breach": alarm.breach.value,
            "due": stamp(alarm.due),
            "since": stamp(alarm.since),
        },
    )


def _store(entries: list[TaskEntry], urged: list[TaskPart], now: datetime) -> None:
    TaskEntry.objects.bulk_create(entries)
    if urged:
        TaskPart.objects.bulk_update(urged, ["urge_count"])
    changed = {entry.task_id for entry in entries}
    Task.objects.filter(id__in=changed).update(version=F("version") + 1, updated_at=now)
