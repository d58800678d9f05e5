"""Names and labels of tasks in the active language."""

from uuid import UUID

from django.utils.translation import gettext

from city.selectors import area_names, categories, families, name, organisations_by_id
from core.errors import fill
from departments.domain.labels import OUTCOMES, PART_STATES, TASK_STATES
from departments.domain.states import PartState, TaskState
from departments.models import Task

__all__ = [
    "area_name",
    "category_name",
    "family_name",
    "name_of_code",
    "organisation_code",
    "organisation_name",
    "outcome_label",
    "reason_text",
    "state_label",
    "title_of",
]


def title_of(task: Task) -> str:
    """The title a person gave, else what it is about and where: "Gas leak · Linjiang District"."""
    if task.title:
        return task.title
    what = category_name(task.category) or family_name(task.family)
    where = task.address or area_name(task.district)
    return " · ".join(one for one in (what, where) if one)


def family_name(key: str) -> str:
    """A family's name; the key itself for one that the city no longer has."""
    return name(families()[key]) if key in families() else key


def category_name(key: str) -> str:
    """A category's name; the key itself for one that the city no longer has."""
    return name(categories()[key]) if key in categories() else key


def area_name(code: str) -> str:
    """An area's name; the code itself for one that the city no longer has."""
    return area_names().get(code, code)


def organisation_name(organisation_id: UUID | None) -> str:
    """An organisation's name; empty for none."""
    return name(organisations_by_id()[organisation_id]) if organisation_id else ""


def organisation_code(organisation_id: UUID | None) -> str:
    """An organisation's code; empty for none."""
    return organisations_by_id()[organisation_id].code if organisation_id else ""


def name_of_code(code: str) -> str:
    """The name of the organisation with this code; the code itself for an unknown one."""
    for one in organisations_by_id().values():
        if one.code == code:
            return name(one)
    return code


def state_label(state: str, *, part: bool) -> str:
    """What a state is called, of a part or of the whole; empty for none."""
    if not state:
        return ""
    return gettext(PART_STATES[PartState(state)] if part else TASK_STATES[TaskState(state)])


def outcome_label(outcome: str) -> str:
    """What an outcome is called; empty for none."""
    return gettext(OUTCOMES[outcome]) if outcome in OUTCOMES else ""


def reason_text(plan: dict[str, object]) -> str:
    """Why the duty row of a frozen plan fitted."""
    reason = plan.get("reason")
    if not isinstance(reason, dict) or not reason:
        return ""
    return fill(gettext(str(reason["message"])), dict(reason["detail"]))
