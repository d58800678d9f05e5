"""The inbox: what waits for an officer, the overdue first, then by what has to be done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.utils.translation import gettext

from accounts.domain.viewer import Viewer
from core.words import N_
from departments.selectors import InboxRow, TaskRow, inbox

LIMIT = 100
Found = TypeVar("Found")

_PART_GROUPS = {
    "to_sign": N_("To sign for"),
    "rework": N_("To rework"),
    "handle": N_("To handle"),
    "merge": N_("To merge"),
}
_TASK_GROUPS = {
    "late": N_("Overdue in your area"),
    "returned": N_("Returned, to rule on"),
    "reported": N_("To accept"),
    "accepted": N_("To file"),
    "filed": N_("To dispatch"),
    "verifying": N_("To verify"),
    "to_call_back": N_("To call back and close"),
}
_OVERDUE = N_("Overdue")


@dataclass(frozen=True)
class Row:
    """One line of the inbox; `role` is empty for a task that waits as a whole."""

    task_id: UUID
    number: str
    title: str
    risk_level: str
    district: str
    what: str
    role: str
    state: str
    due: datetime | None
    urges: int
    exercise: bool


@dataclass(frozen=True)
class Group:
    """Lines that ask for the same act."""

    key: str
    label: str
    rows: Sequence[Row]
    more: bool  # there are further ones on the next page

    @property
    def count(self) -> str:
        """How many, as far as this page tells."""
        return f"{len(self.rows)}+" if self.more else str(len(self.rows))


@dataclass(frozen=True)
class InboxPage:
    """The groups, and the addresses of what did not fit."""

    groups: Sequence[Group]
    parts_cursor: str | None
    tasks_cursor: str | None


def inbox_page(viewer: Viewer, parts_cursor: str | None, tasks_cursor: str | None) -> InboxPage:
    """What needs an act of the viewer."""
    found = inbox(viewer, parts_cursor=parts_cursor, tasks_cursor=tasks_cursor, limit=LIMIT)
    several = len(viewer.acting) > 1
    late = [one for one in found.parts.rows if one.overdue]
    others = [one for one in found.parts.rows if not one.overdue]
    more_parts, more_tasks = bool(found.parts.cursor), bool(found.tasks.cursor)
    groups = []
    if late:
        rows = [_part(one, several) for one in late]
        groups.append(Group("overdue", gettext(_OVERDUE), rows, more_parts and not others))
    groups += _grouped(
        _PART_GROUPS, others, _part_group, lambda one: _part(one, several), more_parts
    )
    kind = _task_group(viewer)
    groups += _grouped(_TASK_GROUPS, found.tasks.rows, kind, _task, more_tasks)
    return InboxPage(groups, found.parts.cursor, found.tasks.cursor)


def _grouped(
    labels: dict[str, str],
    rows: Sequence[Found],
    kind: Callable[[Found], str],
    show: Callable[[Found], Row],
    more: bool,
) -> list[Group]:
    groups = []
    for key, label in labels.items():
        mine = [show(one) for one in rows if kind(one) == key]
        if mine:
            groups.append(Group(key, gettext(label), mine, more))
    return groups


def _part_group(row: InboxRow) -> str:
    if row.state in ("to_sign", "rework"):
        return row.state
    return "merge" if row.state == "fed_back" else "handle"


def _task_group(viewer: Viewer) -> Callable[[TaskRow], str]:
    def group(row: TaskRow) -> str:
        if row.state in _TASK_GROUPS:
            return row.state
        return "returned" if viewer.has_role("dispatcher") and not row.overdue else "late"

    return group


def _part(row: InboxRow, several: bool) -> Row:
    return Row(
        task_id=row.task_id,
        number=row.number,
        title=row.title,
        risk_level=row.risk_level,
        district=row.district_name,
        what=row.organisation_name if several else "",
        role=row.role,
        state=row.state,
        due=row.due,
        urges=row.urge_count,
        exercise=row.exercise,
    )


def _task(row: TaskRow) -> Row:
    return Row(
        task_id=row.id,
        number=row.number,
        title=row.title,
        risk_level=row.risk_level,
        district=row.district_name,
        what=row.lead_name or row.origin_label,
        role="",
        state=row.state,
        due=row.due,
        urges=0,
        exercise=row.exercise,
    )
