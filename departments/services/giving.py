"""Dispatch by hand: the duty table decides, or the dispatcher names the departments."""

from collections.abc import Sequence
from uuid import UUID

from city.selectors import branch_of
from core.errors import RuleBroken
from core.words import N_
from departments.domain.routing import Matter, Route, assign, first_fitting
from departments.domain.states import Role
from departments.models import Task
from departments.selectors.routing import load_rows
from departments.services.codes import code_of, organisation_of
from departments.services.deed import Deed

__all__ = ["give_parts", "local_branch", "matter_of"]


def give_parts(deed: Deed) -> dict[str, object]:
    """Give the parts to the departments named in the fields, else to those of the duty table.

    Limits and escalation are the fitting duty's in both cases. Raises RuleBroken `no_duty_fits`.
    """
    rows, ids = load_rows()
    matter = matter_of(deed.task)
    row = first_fitting(rows, matter, deed.at, deed.calendar)
    if row is None:
        raise RuleBroken("no_duty_fits", N_("No row of the duty table fits this task."))
    route = assign(row, matter, local_branch)
    lead, supporting = _chosen(deed, route)
    deed.plan = route.plan
    deed.task.plan = route.plan.data()
    deed.task.duty_id = ids[row.key]
    deed.task.dispatched_at = deed.at
    deed.give(lead, Role.LEAD)
    for one in supporting:
        deed.give(one, Role.SUPPORTING)
    return {
        "duty": row.key,
        "lead": code_of(lead),
        "supporting": [code_of(one) for one in supporting],
    }


def _chosen(deed: Deed, route: Route[UUID]) -> tuple[UUID, Sequence[UUID]]:
    """The dispatcher's own choice where the fields name one."""
    lead, supporting = route.lead, list(route.supporting)
    codes = deed.fields.get("supporting")
    if deed.text("lead"):
        lead = organisation_of(deed.text("lead"), "lead")
    if isinstance(codes, tuple):
        supporting = [organisation_of(str(code), "supporting") for code in codes]
    elif deed.text("lead"):
        supporting = []
    return lead, [one for one in supporting if one != lead]


def matter_of(task: Task) -> Matter:
    """What the responsibility for a task depends on."""
    return Matter(
        family=task.family,
        category=task.category,
        level=task.risk_level,
        district=task.district,
    )


def local_branch(organisation_id: UUID, district: str) -> UUID:
    """The branch of an organisation in a district, or the organisation itself."""
    return branch_of(organisation_id, district).id
