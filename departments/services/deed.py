"""One act in the making: the locked task and parts, and the rows that the act will leave."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

import audit.services
from accounts.domain import SYSTEM, Viewer
from city.selectors import working_calendar
from core.workcalendar import WorkCalendar
from core.writings import Writing
from departments.domain.clocks import due_by
from departments.domain.facts import Hat, PartFacts, TaskFacts
from departments.domain.part_table import TABLE as PARTS
from departments.domain.plans import Plan, limit_data
from departments.domain.states import PartState, Role, TaskState
from departments.domain.task_table import TABLE as TASKS
from departments.models import Task, TaskEntry, TaskPart
from departments.selectors.standing import acting_organisation, views
from departments.services.codes import code_of
from risk.services import add_parties
from work.services import owed
from work.writing import change, insertion, write

__all__ = ["Deed"]

_SHARE = PartFacts(roles=frozenset({Hat.WHOLE.value}))
_TASK_FIELDS = (
    "state",
    "version",
    "updated_at",
    "dispatched_at",
    "due",
    "merged_at",
    "closed_at",
    "outcome",
    "rework_count",
    "plan",
    "duty",
)
_PART_FIELDS = (
    "role",
    "state",
    "officer",
    "version",
    "dispatched_at",
    "sign_due",
    "due",
    "limit",
    "signed_at",
    "started_at",
    "fed_back_at",
    "feedback",
    "return_count",
    "rework_count",
    "urge_count",
)


@dataclass
class Deed:
    """What is done to one locked task: effects change rows here, `write` stores them at once."""

    viewer: Viewer
    task: Task
    parts: list[TaskPart]
    at: datetime
    note: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)
    entries: list[TaskEntry] = field(default_factory=list)
    changed: dict[UUID, TaskPart] = field(default_factory=dict)
    added: list[TaskPart] = field(default_factory=list)
    owed: list[Writing] = field(default_factory=list)

    @cached_property
    def version(self) -> int:
        """The task's version once this is done."""
        return self.task.version + 1

    @cached_property
    def plan(self) -> Plan:
        """The plan frozen onto the task."""
        return Plan.from_data(self.task.plan)

    @cached_property
    def calendar(self) -> WorkCalendar:
        """The city's working calendar."""
        return working_calendar()

    @property
    def live(self) -> list[TaskPart]:
        """The parts that are not released."""
        return [part for part in self.parts if part.state != PartState.RELEASED]

    def text(self, name: str) -> str:
        """A given field that is one text; empty when not given."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    def enter(
        self,
        name: str,
        to: TaskState | PartState,
        *,
        part: TaskPart | None = None,
        came_from: str = "",
        note: str = "",
        detail: Mapping[str, object] | None = None,
        viewer: Viewer | None = None,
    ) -> None:
        """Add a history entry; `viewer` is who acts where it is not the viewer of the deed."""
        who = viewer or self.viewer
        own = part is not None and part.organisation_id in who.acting
        self.entries.append(
            TaskEntry(
                task=self.task,
                part=part,
                name=name,
                from_state=came_from,
                to_state=to.value,
                version=self.version,
                at=self.at,
                actor_kind=who.kind,
                actor_id=who.id,
                actor_label=who.label,
                organisation_id=part.organisation_id if part and own else acting_organisation(who),
                note=note,
                detail=dict(detail or {}),
            )
        )

    def move_task(self, name: str, to: TaskState) -> None:
        """Bring the task into a state its table allowed, with an entry of the viewer."""
        came_from, self.task.state = self.task.state, to.value
        self.enter(name, to, came_from=came_from, note=self.note)

    def move_part(
        self,
        part: TaskPart,
        name: str,
        to: PartState,
        *,
        note: str = "",
        detail: Mapping[str, object] | None = None,
    ) -> None:
        """Bring a part into a state its table allowed, with an entry of the viewer."""
        came_from, part.state = part.state, to.value
        self.changed[part.id] = part
        self.enter(name, to, part=part, came_from=came_from, note=note, detail=detail)

    def share(
        self, part: TaskPart, name: str, *, note: str = "", detail: dict[str, object] | None = None
    ) -> None:
        """Move a part because its task moves; its table must know the step."""
        to = PARTS.apply(name, PartState(part.state), _SHARE)
        self.move_part(part, name, to, note=note, detail=detail)

    def give(self, organisation_id: UUID, role: Role) -> TaskPart:
        """A part to sign for with fresh clocks; an organisation released before takes it up."""
        part = next((one for one in self.parts if one.organisation_id == organisation_id), None)
        if part is None:
            part = TaskPart(task=self.task, organisation_id=organisation_id)
            self.parts.append(part)
            self.added.append(part)
            part.state = PartState.TO_SIGN.value
            self.enter("dispatch", PartState.TO_SIGN, part=part)
        else:
            self.share(part, "dispatch")
        part.role, part.officer, part.dispatched_at = role.value, None, self.at
        part.signed_at = part.started_at = part.fed_back_at = None
        self.wind_sign_clock(part)
        self.wind_handle_clock(part)
        return part

    def wind_sign_clock(self, part: TaskPart) -> None:
        """Start the clock of signing for."""
        part.sign_due = due_by(self.at, self.plan.sign_for, self.calendar)

    def wind_handle_clock(self, part: TaskPart) -> None:
        """Start the clock of handling; `since` tells later how long it took."""
        part.due = due_by(self.at, self.plan.handle, self.calendar)
        part.limit = {**limit_data(self.plan.handle), "since": self.at.isoformat()}

    def derive(self) -> None:
        """Let the task follow its parts, by the steps that its table has for the system."""
        system = frozenset({Hat.SYSTEM.value})
        while allowed := TASKS.allowed(
            TaskState(self.task.state), TaskFacts(roles=system, parts=views(self.parts))
        ):
            came_from, to = self.task.state, next(iter(allowed[0].targets))
            self.task.state = to.value
            self.enter(allowed[0].name, to, came_from=came_from, viewer=SYSTEM)

    def owe(self, step: str) -> None:
        """Let the pipeline do `step` for the task once this is stored."""
        self.owed.append(owed(step=step, object_ids=[self.task.id]))

    def write(self, name: str) -> None:
        """Store everything with one audit entry, inside the caller's transaction."""
        self.task.version, self.task.updated_at = self.version, self.at
        if self.live:
            self.task.due = max(part.due for part in self.live)
        for part in (*self.changed.values(), *self.added):
            part.version = self.version
        # Released before taken up: a task has one lead at every instant.
        released = [one for one in self.changed.values() if one.state == PartState.RELEASED]
        if released:
            write([change(part, _PART_FIELDS) for part in released])
        others = [one for one in self.changed.values() if one.state != PartState.RELEASED]
        entry = audit.services.entry(
            actor=self.viewer.actor,
            act=f"task.{name}",
            object_kind="task",
            object_id=self.task.id,
            detail=self._audit_detail(),
        )
        write(
            [
                change(self.task, _TASK_FIELDS),
                *(change(part, _PART_FIELDS) for part in others),
                *map(insertion, self.added),
                *map(insertion, self.entries),
                entry,
                *self.owed,
            ]
        )
        self._admit(self.added)

    def _admit(self, parts: Iterable[TaskPart]) -> None:
        """Who takes part in a task may see its case."""
        parties = [(part.organisation_id, part.role) for part in parts]
        if self.task.case_id and parties:
            add_parties(self.task.case_id, parties)

    def _audit_detail(self) -> dict[str, object]:
        # The note stays in the history entry: it may name persons, and audit is never erased.
        return {
            "number": self.task.number,
            "version": self.version,
            "state": self.task.state,
            "parts": {code_of(one.organisation_id): one.state for one in self.parts},
            "entries": [str(entry.id) for entry in self.entries],
        }
