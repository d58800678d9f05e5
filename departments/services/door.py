"""The one door: every step of a task or of a part goes through `act`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from accounts.domain import Viewer
from core.clock import now
from core.errors import Refused, RuleBroken
from core.text import clean_text
from core.words import N_
from core.workflow import Transition
from departments.domain import part_table, task_table
from departments.domain.facts import PartFacts, TaskFacts
from departments.domain.fields import read_fields
from departments.domain.states import PartState, TaskState
from departments.domain.versions import check_part, check_task
from departments.models import Task, TaskPart
from departments.selectors.standing import (
    allowed_names,
    part_facts,
    part_to_act_on,
    task_facts,
)
from departments.selectors.visibility import missing, tasks_visible_to
from departments.services.deed import Deed
from departments.services.effects import PART_EFFECTS, TASK_EFFECTS

__all__ = ["Acted", "act"]

_LONGEST_NOTE = 4000


@dataclass(frozen=True, slots=True)
class Acted:
    """The task after an act."""

    task_id: UUID
    state: str
    version: int
    task: Task
    parts: Sequence[TaskPart]


@transaction.atomic
def act(
    *,
    viewer: Viewer,
    task_id: UUID,
    name: str,
    note: str = "",
    version: int | None = None,
    fields: Mapping[str, object] | None = None,
) -> Acted:
    """Take the step `name` with a task, or with the viewer's own part of it.

    `version` is the task version that the viewer acted upon. `fields` are what the step asks for;
    for a part, `organisation` says for which organisation a viewer with several acts. Raises
    NotFound for what the viewer may not see, Stale, Refused `transition_refused` (detail: reason,
    reason_code, allowed) and RuleBroken for fields that are not right; then nothing has changed.
    """
    deed = _open(viewer, task_id, _clean(note))
    try:
        if name in part_table.CLIENT_NAMES:
            _act_on_part(deed, name, version, dict(fields or {}))
        else:
            _act_on_task(deed, name, version, fields or {})
    except Refused as refusal:
        refusal.detail |= {
            "reason": gettext(refusal.message),
            "state": deed.task.state,
            "allowed": allowed_names(viewer, deed.task, deed.parts),
        }
        raise
    deed.derive()
    deed.write(name)
    return Acted(deed.task.id, deed.task.state, deed.task.version, deed.task, deed.parts)


def _open(viewer: Viewer, task_id: UUID, note: str) -> Deed:
    """Lock the task, then its parts: everybody in this order, so nobody waits in a circle."""
    found = tasks_visible_to(viewer).select_related("duty")
    found = found.select_for_update(of=("self",), no_key=True)
    task = found.filter(pk=task_id).first()
    if task is None:
        raise missing()
    parts = TaskPart.objects.filter(task=task).select_related("officer").order_by("id")
    locked = parts.select_for_update(of=("self",), no_key=True)
    return Deed(viewer, task, list(locked), now(), note)


def _clean(note: str) -> str:
    text = clean_text(note)[0].strip()
    if len(text) > _LONGEST_NOTE:
        message = N_("The note is longer than %(longest)s characters.")
        raise RuleBroken("note_too_long", message, longest=_LONGEST_NOTE)
    return text


def _act_on_task(deed: Deed, name: str, version: int | None, fields: Mapping[str, object]) -> None:
    check_task(version, deed.task.version)
    state = TaskState(deed.task.state)
    facts = task_facts(deed.viewer, deed.task, deed.parts)
    to = task_table.TABLE.apply(name, state, facts, deed.note)
    deed.fields = read_fields(_task_row(name, state).fields, fields)
    # The task's own entry stands before those of the parts that follow it.
    deed.move_task(name, to)
    effect = TASK_EFFECTS.get(name)
    if effect:
        deed.entries[0].detail = effect(deed)


def _act_on_part(deed: Deed, name: str, version: int | None, fields: dict[str, object]) -> None:
    part = part_to_act_on(deed.viewer, deed.parts, str(fields.pop("organisation", None) or ""))
    check_part(version, part.version, deed.task.version)
    state = PartState(part.state)
    to = part_table.TABLE.apply(name, state, part_facts(deed.viewer, part), deed.note)
    deed.fields = read_fields(_part_row(name, state).fields, fields)
    detail = PART_EFFECTS[name](deed, part)
    deed.move_part(part, name, to, note=deed.note, detail=detail)


def _task_row(name: str, state: TaskState) -> Transition[TaskState, TaskFacts]:
    rows = task_table.TABLE.transitions
    return next(row for row in rows if row.name == name and state in row.sources)


def _part_row(name: str, state: PartState) -> Transition[PartState, PartFacts]:
    rows = part_table.TABLE.transitions
    return next(row for row in rows if row.name == name and state in row.sources)
