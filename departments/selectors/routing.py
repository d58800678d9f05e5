"""The duty table as the routing reads it."""

from uuid import UUID

from city.selectors import categories
from departments.domain.plans import Plan
from departments.domain.routing import DutyRow, Hours
from departments.models import Duty

__all__ = ["load_rows"]


def load_rows() -> tuple[list[DutyRow[UUID]], dict[str, UUID]]:
    """The active rows in the order in which they are tried, and their ids by key: two queries."""
    families = {key: one.family_id for key, one in categories().items()}
    duties = Duty.objects.filter(active=True).order_by("position").prefetch_related("supporting")
    found = list(duties)
    return [_row(duty, families) for duty in found], {duty.key: duty.id for duty in found}


def _row(duty: Duty, families: dict[str, str]) -> DutyRow[UUID]:
    return DutyRow(
        key=duty.key,
        families=frozenset(duty.families),
        categories=frozenset(duty.categories),
        category_families=frozenset(families[one] for one in duty.categories if one in families),
        levels=frozenset(duty.levels),
        areas=frozenset(duty.areas),
        hours=Hours(duty.hours),
        lead=duty.lead_id,
        supporting=tuple(one.id for one in sorted(duty.supporting.all(), key=lambda one: one.code)),
        by_district=duty.by_district,
        plan=Plan.from_data(
            {
                "limits": {
                    "sign_for": {"amount": duty.sign_for_amount, "unit": duty.sign_for_unit},
                    "handle": {"amount": duty.handle_amount, "unit": duty.handle_unit},
                },
                "escalation": duty.escalation,
            }
        ),
    )
