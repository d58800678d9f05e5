"""Who is responsible: the first row of the duty table that fits, and why it fits.

A row names families, categories, levels, areas and hours; an empty list, or `*` among the areas,
means all. A matter without a category is taken for any category of its family, one without a
computed risk level for the level *general*.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from core.words import N_
from core.workcalendar import WorkCalendar
from departments.domain.plans import Plan

__all__ = ["ANYWHERE", "DutyRow", "Hours", "Matter", "Route", "assign", "first_fitting"]

ANYWHERE = "*"
_UNCOMPUTED = "general"

Org = TypeVar("Org", bound=Hashable)


class Hours(StrEnum):
    """When a duty row applies, by the city's working calendar."""

    ALWAYS = "always"
    WORKING = "working"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What has to be handled, as far as responsibility depends on it."""

    family: str
    category: str = ""
    level: str = ""
    district: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRow(Generic[Org]):
    """One row of the duty table; `category_families` are the families of its categories."""

    key: str
    families: frozenset[str]
    categories: frozenset[str]
    category_families: frozenset[str]
    levels: frozenset[str]
    areas: frozenset[str]
    hours: Hours
    lead: Org
    supporting: tuple[Org, ...]
    by_district: bool
    plan: Plan


@dataclass(frozen=True, slots=True)
class Route(Generic[Org]):
    """The organisations that a row makes responsible, and the plan with its reason."""

    row: DutyRow[Org]
    lead: Org
    supporting: tuple[Org, ...]
    plan: Plan


def first_fitting(
    rows: Iterable[DutyRow[Org]], matter: Matter, at: datetime, calendar: WorkCalendar
) -> DutyRow[Org] | None:
    """The first row that fits the matter at the instant, None when none does."""
    working = calendar.is_working(at)
    return next((row for row in rows if _fits(row, matter, working)), None)


def assign(row: DutyRow[Org], matter: Matter, branch_of: Callable[[Org, str], Org]) -> Route[Org]:
    """The row's organisations, each replaced by its branch in the district where the row says so.

    `branch_of(organisation, district)` gives the branch, or the organisation itself. An
    organisation that would take part twice takes part once, in its first role.
    """

    def local(organisation: Org) -> Org:
        here = row.by_district and bool(matter.district)
        return branch_of(organisation, matter.district) if here else organisation

    lead = local(row.lead)
    supporting = dict.fromkeys(local(one) for one in row.supporting)
    supporting.pop(lead, None)
    plan = Plan(
        sign_for=row.plan.sign_for,
        handle=row.plan.handle,
        escalation=row.plan.escalation,
        duty=row.key,
        reason=_reason(row, matter),
    )
    return Route(row, lead, tuple(supporting), plan)


def _fits(row: DutyRow[Org], matter: Matter, working: bool) -> bool:
    return (
        (not row.families or matter.family in row.families)
        and _fits_category(row, matter)
        and (not row.levels or (matter.level or _UNCOMPUTED) in row.levels)
        and (not row.areas or ANYWHERE in row.areas or matter.district in row.areas)
        and (row.hours is Hours.ALWAYS or (row.hours is Hours.WORKING) is working)
    )


def _fits_category(row: DutyRow[Org], matter: Matter) -> bool:
    if not row.categories:
        return True
    if not matter.category:
        return matter.family in row.category_families
    return matter.category in row.categories


def _reason(row: DutyRow[Org], matter: Matter) -> dict[str, object]:
    """What decided: the conditions of the row that are more than "any"."""
    decided: Sequence[tuple[bool, str, str]] = (
        (bool(row.families), "family", matter.family),
        (bool(row.categories), "category", matter.category or matter.family),
        (bool(row.levels), "risk_level", matter.level or _UNCOMPUTED),
        (bool(row.areas) and ANYWHERE not in row.areas, "district", matter.district),
        (row.hours is not Hours.ALWAYS, "hours", row.hours.value),
    )
    return {
        "message": N_("First row of the duty table that fits: %(duty)s."),
        "detail": {"duty": row.key},
        "matched": {name: value for says, name, value in decided if says},
    }
