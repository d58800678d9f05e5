"""Settling quarantined rows: discarded with a reason, or released in corrected form."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from accounts.domain import Viewer
from audit import services as audit
from core.clock import now
from core.errors import NotAllowed, NotFound, Refused, RuleBroken
from core.words import N_
from integration.domain import formats
from integration.domain.profile_document import trusted
from integration.models import Problem
from integration.models.deliveries import Settlement
from integration.selectors import may_send, problems_visible_to
from integration.services.receiving import Answer, receive_inside

__all__ = ["discard", "release"]


@transaction.atomic
def discard(*, viewer: Viewer, problem_id: UUID, reason: str) -> None:
    """Settle a quarantined row as of no use.

    Raises NotFound ``not_found``, NotAllowed ``not_allowed``, RuleBroken ``reason_missing``,
    Refused ``already_settled``.
    """
    problem = _open(viewer, problem_id)
    if not reason.strip():
        raise RuleBroken("reason_missing", N_("Say why the row is of no use."))
    _settle(problem, viewer, Settlement.DISCARDED, reason.strip())


@transaction.atomic(durable=True)
def release(*, viewer: Viewer, problem_id: UUID, row: Mapping[str, object]) -> Answer:
    """Receive a corrected form of a quarantined row as a delivery of its own.

    The quarantined row is settled only if the corrected one was stored; else the answer says what
    is still wrong with it. Raises as ``discard`` and as ``receive``.
    """
    problem = _open(viewer, problem_id)
    if not row:
        raise RuleBroken("row_missing", N_("Send the corrected row as an object of its fields."))
    delivery = problem.delivery
    answer = receive_inside(
        feed_key=delivery.feed.key,
        body=formats.alone(row, trusted((delivery.feed.profile or delivery.profile).document)),
        sender=viewer.actor,
        exercise=delivery.exercise,
    )
    if not answer.body["quarantined"]:
        _settle(problem, viewer, Settlement.RELEASED, answer.body["id"])
    return answer


def _open(viewer: Viewer, problem_id: UUID) -> Problem:
    """The open quarantined row, locked."""
    found = (
        problems_visible_to(viewer)
        .select_related("delivery__feed__profile", "delivery__profile")
        .select_for_update(of=("self",))
        .filter(id=problem_id)
        .exclude(settlement="")
        .first()
    )
    if found is None:
        message = N_("There is no such object, or you may not see it.")
        raise NotFound("not_found", message)
    if viewer.kind != "officer" or not may_send(viewer, found.delivery.feed):
        message = N_("Only officers of the feed's organisation settle its rows.")
        raise NotAllowed("not_allowed", message)
    if found.settlement != Settlement.OPEN:
        raise Refused("already_settled", N_("This row has been settled already."))
    return found


def _settle(problem: Problem, viewer: Viewer, settlement: Settlement, reason: str) -> None:
    problem.settlement = settlement
    problem.settled_by = viewer.label
    problem.settled_reason = reason
    problem.settled_at = now()
    problem.save(update_fields=["settlement", "settled_by", "settled_reason", "settled_at"])
    audit.record(
        actor=viewer.actor,
        act=f"quarantine_{settlement.value}",
        object_kind="problem",
        object_id=problem.id,
        reason=reason,
        detail={"delivery": str(problem.delivery_id), "line": problem.line, "code": problem.code},
    )
