"""Loading a city's duty table."""

from collections.abc import Mapping, Sequence

from django.db import transaction

import audit.services
from audit.domain import SYSTEM, Actor
from city.domain.faults import Faults
from city.selectors import (
    area_names,
    categories,
    current_city,
    families,
    organisations_by_id,
)
from core.errors import RuleBroken
from core.words import N_
from departments.domain.duty_rows import DutyFacts, Known, read_duties
from departments.models import Duty

__all__ = ["check_duties", "load_duties"]

_FIELDS = (
    "position",
    "name_zh",
    "name_en",
    "families",
    "categories",
    "levels",
    "areas",
    "hours",
    "lead_id",
    "by_district",
    "sign_for_amount",
    "sign_for_unit",
    "handle_amount",
    "handle_unit",
    "escalation",
    "active",
)


def check_duties(rows: Sequence[object], known: Known) -> tuple[tuple[DutyFacts, ...], Faults]:
    """The rows read against the codes they may name, and everything wrong with them."""
    faults = Faults()
    return read_duties(rows, known, faults), faults


@transaction.atomic
def load_duties(*, rows: Sequence[Mapping[str, object]], actor: Actor = SYSTEM) -> int:
    """Make the duty table equal to the rows; answers how many there are.

    Loading the same rows again changes nothing. Rows that are gone are kept, inactive, because
    tasks name them. Raises RuleBroken `duties_invalid` with every error (detail `faults`), and
    then nothing is loaded.
    """
    facts, faults = check_duties(rows, _known())
    if faults.errors:
        message = N_("The duty table has errors: %(faults)s")
        texts = [str(fault) for fault in faults.errors]
        raise RuleBroken("duties_invalid", message, faults=texts)
    if _store(facts):
        audit.services.record(
            actor=actor,
            act="duties.load",
            object_kind="duties",
            object_id=current_city().key,
            detail={"rows": len(facts)},
        )
    return len(facts)


def _known() -> Known:
    return Known(
        families=families().keys(),
        categories=categories().keys(),
        areas=area_names().keys(),
        organisations={one.code for one in organisations_by_id().values() if not one.until},
    )


def _store(facts: Sequence[DutyFacts]) -> bool:
    """Write what differs; whether anything did."""
    ids = {one.code: one.id for one in organisations_by_id().values()}
    before = {duty.key: duty for duty in Duty.objects.select_for_update().order_by("id")}
    changed = False
    for position, fact in enumerate(facts, start=1):
        duty = before.pop(fact.key, None) or Duty(key=fact.key)
        values = _values(fact, position, ids[fact.lead])
        if any(getattr(duty, name) != values[name] for name in _FIELDS) or duty._state.adding:
            for name, value in values.items():
                setattr(duty, name, value)
            duty.save()
            changed = True
        known = organisations_by_id()
        supporting = [known[ids[code]] for code in fact.supporting]
        if set(supporting) != set(duty.supporting.all()):
            duty.supporting.set(supporting)
            changed = True
    return _retire(list(before.values()), len(facts)) or changed


def _retire(gone: Sequence[Duty], behind: int) -> bool:
    """Rows no longer listed go inactive, behind the others."""
    changed = False
    for place, duty in enumerate(sorted(gone, key=lambda one: one.position), start=behind + 1):
        if duty.active or duty.position != place:
            duty.active, duty.position = False, place
            duty.save(update_fields=["active", "position"])
            changed = True
    return changed


def _values(fact: DutyFacts, position: int, lead_id: object) -> dict[str, object]:
    return {
        "position": position,
        "name_zh": fact.name_zh,
        "name_en": fact.name_en,
        "families": list(fact.families),
        "categories": list(fact.categories),
        "levels": list(fact.levels),
        "areas": list(fact.areas),
        "hours": fact.hours.value,
        "lead_id": lead_id,
        "by_district": fact.by_district,
        "sign_for_amount": int(fact.sign_for.amount),
        "sign_for_unit": fact.sign_for.unit.value,
        "handle_amount": int(fact.handle.amount),
        "handle_unit": fact.handle.unit.value,
        "escalation": [step.data() for step in fact.escalation],
        "active": True,
    }
