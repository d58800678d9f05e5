"""What tasks do to cases: who takes part, and how a case ends."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from audit.domain import Actor
from audit.services import record
from core.clock import now
from core.errors import NotFound, RuleBroken
from core.words import N_
from risk.models import CaseParty, CaseState, RiskCase

OUTCOMES = {"real": CaseState.SETTLED, "false_alarm": CaseState.FALSE_ALARM}


def add_parties(case_id: UUID, parties: Iterable[tuple[UUID, str]]) -> None:
    """Let organisations see a case because they take part: (organisation, role). Idempotent."""
    with transaction.atomic():
        CaseParty.objects.bulk_create(
            [
                CaseParty(case_id=case_id, organisation_id=organisation, role=role, since=now())
                for organisation, role in parties
            ],
            ignore_conflicts=True,
        )


def take_up_case(*, case_id: UUID) -> None:
    """A task about the case is out again after it was closed. Idempotent."""
    ended = list(OUTCOMES.values())
    RiskCase.objects.filter(id=case_id, state__in=ended).update(
        state=CaseState.IN_HAND, updated_at=now()
    )


def settle_case(*, case_id: UUID, outcome: str, task_id: UUID, actor: Actor) -> None:
    """A task about the case closed: `real` settles it, `false_alarm` says so. Idempotent.

    Raises RuleBroken `unknown_outcome`, NotFound.
    """
    if outcome not in OUTCOMES:
        raise RuleBroken("unknown_outcome", N_("There is no outcome %(outcome)s."), outcome=outcome)
    with transaction.atomic():
        case = RiskCase.objects.select_for_update().filter(id=case_id).first()
        if case is None:
            raise NotFound("not_found", N_("There is no such object, or you may not see it."))
        if case.state == OUTCOMES[outcome]:
            return
        case.state, case.updated_at = OUTCOMES[outcome], now()
        case.save(update_fields=["state", "updated_at"])
        record(
            actor=actor,
            act="case.settle",
            object_kind="case",
            object_id=case_id,
            detail={"outcome": outcome, "task": str(task_id)},
        )
