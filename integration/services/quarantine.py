"""Settling quarantined rows: discarded with a reason, or released in corrected form."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.domain import Viewer
from audit import services as audit
from core.clock import now
from core.errors import DomainError, NotAllowed, NotFound, Refused, RuleBroken
from core.words import N_
from integration.domain import formats, rawrows
from integration.domain.profile import Profile
from integration.domain.rawrows import RawRow
from integration.models import DeliveryBody, Problem
from integration.models.deliveries import Settlement
from integration.selectors import may_send, problems_visible_to
from integration.services.bodies import Safe
from integration.services.frozen import frozen, lock_feed
from integration.services.receiving import Answer, Settling, receive_inside
from integration.services.storing import Came

__all__ = [
    "MOST_AT_ONCE",
    "RawRow",
    "Settled",
    "discard",
    "discard_many",
    "raw_row",
    "release",
    "release_many",
]

MOST_AT_ONCE = 200
"""Most rows that are settled by one call."""


@dataclass(frozen=True)
class Settled:
    """What became of one of many rows.

    ``outcome``: ``released``, ``discarded``, ``still_wrong`` (released as asked it would be
    quarantined again, ``problems`` say why; it stays open), or ``refused`` (``code`` and
    ``message``, an English msgid with its ``detail``, say why). ``delivery``: of a released row.
    """

    problem_id: UUID
    outcome: Literal["released", "discarded", "still_wrong", "refused"]
    delivery: str | None = None
    code: str = ""
    message: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)
    problems: Sequence[Mapping[str, Any]] = ()


def raw_row(*, viewer: Viewer, problem_id: UUID) -> RawRow:
    """The row behind a problem that carries it, open or settled, without its personal fields.

    Raises NotFound ``not_found``; Refused ``row_gone`` when the delivery's body was erased.
    """
    problem = _carrying(viewer).filter(id=problem_id).first()
    if problem is None:
        raise _not_found()
    return rawrows.shown(_raw(problem), _profile(problem))


@transaction.atomic
def discard(*, viewer: Viewer, problem_id: UUID, reason: str) -> None:
    """Settle a quarantined row as of no use.

    Raises NotFound ``not_found``, NotAllowed ``not_allowed``, RuleBroken ``reason_missing``,
    Refused ``already_settled``.
    """
    problem = _open(viewer, problem_id)
    _settle(problem, viewer, Settlement.DISCARDED, _reason(reason))


@transaction.atomic
def discard_many(*, viewer: Viewer, problem_ids: Sequence[UUID], reason: str) -> list[Settled]:
    """Discard rows for one reason. Raises RuleBroken ``reason_missing``, ``too_many_at_once``."""
    because = _reason(reason)
    chosen = _bounded(problem_ids)
    found = {one.id: one for one in _locked(viewer, chosen)}
    done = []
    for problem_id in chosen:
        refusal = _refusal(found.get(problem_id), viewer)
        if refusal is not None:
            done.append(_refused(problem_id, refusal))
            continue
        _settle(found[problem_id], viewer, Settlement.DISCARDED, because)
        done.append(Settled(problem_id, "discarded"))
    return done


@transaction.atomic(durable=True)
def release(
    *,
    viewer: Viewer,
    problem_id: UUID,
    row: Mapping[str, object] | None = None,
    changes: Mapping[str, object] | None = None,
) -> Answer:
    """Receive a corrected form of a quarantined row as a delivery of its own.

    Either the whole corrected ``row``, or ``changes`` (path → new value, as ``raw_row`` names the
    fields) that are put into the sealed original, so that nobody need see its personal fields; no
    change at all is sent by ``changes={}``, after a correction of the profile.

    The quarantined row is settled only if the corrected one was stored. Else the answer, with
    status 200 and no id, says what is still wrong with it, and nothing is left of the attempt. A
    row never replaces what came after it was quarantined. Raises as ``discard`` and as
    ``receive``; RuleBroken ``row_missing``, ``row_unreadable``, ``no_such_field``; Refused
    ``row_gone``.
    """
    for feed_id in _carrying(viewer).filter(id=problem_id).values_list("delivery__feed", flat=True):
        lock_feed(feed_id)  # first, as whoever reads the feed again does
    problem = _open(viewer, problem_id)
    profile, delivery = _profile(problem), problem.delivery
    corrected = _corrected(problem, profile, row, changes)
    with transaction.atomic():
        answer = receive_inside(
            feed_key=delivery.feed.key,
            body=formats.alone(corrected, profile),
            sender=viewer.actor,
            exercise=delivery.exercise,
            settling=Settling(problem.id, Came(delivery.received_at, delivery.id, problem.line)),
        )
        sound = bool(answer.body["received"]) and not answer.body["quarantined"]
        transaction.set_rollback(not sound)
    if not sound:
        body = {**answer.body, "id": None, "problems_url": None}
        return Answer(200, body, replay=False, dry_run=True)
    problem.detail["released_to"] = answer.body["id"]
    _settle(problem, viewer, Settlement.RELEASED, answer.body["id"])
    return answer


def release_many(
    *, viewer: Viewer, problem_ids: Sequence[UUID], changes: Mapping[str, object] | None = None
) -> list[Settled]:
    """Release rows one by one through the same door, each with the same ``changes`` (or none).

    Each is a transaction of its own: one row's trouble does not hold up the others. Raises
    RuleBroken ``too_many_at_once`` beyond ``MOST_AT_ONCE``.
    """
    return [_release_one(viewer, one, changes or {}) for one in _bounded(problem_ids)]


def _release_one(viewer: Viewer, problem_id: UUID, changes: Mapping[str, object]) -> Settled:
    try:
        answer = release(viewer=viewer, problem_id=problem_id, changes=changes)
    except DomainError as error:
        return _refused(problem_id, error)
    if answer.dry_run:
        return Settled(problem_id, "still_wrong", problems=answer.body["problems"])
    return Settled(problem_id, "released", delivery=answer.body["id"])


def _corrected(
    problem: Problem,
    profile: Profile,
    row: Mapping[str, object] | None,
    changes: Mapping[str, object] | None,
) -> Mapping[str, object]:
    if row:
        return row
    if changes is None:
        raise RuleBroken("row_missing", N_("Send the corrected row as an object of its fields."))
    return rawrows.changed(_raw(problem), changes, profile)


def _reason(text: str) -> str:
    if not text.strip():
        raise RuleBroken("reason_missing", N_("Say why the row is of no use."))
    return text.strip()


def _bounded(problem_ids: Iterable[UUID]) -> list[UUID]:
    chosen = list(dict.fromkeys(problem_ids))
    if len(chosen) > MOST_AT_ONCE:
        message = N_("At most %(most)s rows can be settled at once.")
        raise RuleBroken("too_many_at_once", message, most=MOST_AT_ONCE)
    return chosen


def _profile(problem: Problem) -> Profile:
    """How the feed's rows are read today."""
    delivery = problem.delivery
    return frozen(delivery.feed.profile_id or delivery.profile_id).document


def _raw(problem: Problem) -> bytes:
    """The bytes of the row that a problem carries."""
    kept = DeliveryBody.objects.filter(delivery_id=problem.delivery_id).only("wrapped_key").first()
    if kept is None or problem.sealed_row is None:
        message = N_("The row is no longer kept. Ask the sender to send it again.")
        raise Refused("row_gone", message)
    return Safe.of(kept).open_row(problem.line, bytes(problem.sealed_row))


def _carrying(viewer: Viewer) -> QuerySet[Problem]:
    """Visible problems that stand for their row and carry it."""
    problems = problems_visible_to(viewer).exclude(settlement__in=("", Settlement.REPEATED))
    return problems.select_related("delivery__feed")


def _locked(viewer: Viewer, problem_ids: Sequence[UUID]) -> list[Problem]:
    rows = _carrying(viewer).select_for_update(of=("self",)).filter(id__in=problem_ids)
    return list(rows.order_by("id"))


def _open(viewer: Viewer, problem_id: UUID) -> Problem:
    """The open quarantined row, locked."""
    found = next(iter(_locked(viewer, [problem_id])), None)
    refusal = _refusal(found, viewer)
    if found is None or refusal is not None:
        raise refusal or _not_found()
    return found


def _refusal(problem: Problem | None, viewer: Viewer) -> DomainError | None:
    """Why the viewer may not settle a row."""
    if problem is None:
        return _not_found()
    if viewer.kind != "officer" or not may_send(viewer, problem.delivery.feed):
        message = N_("Only officers of the feed's organisation settle its rows.")
        return NotAllowed("not_allowed", message)
    if problem.settlement != Settlement.OPEN:
        return Refused("already_settled", N_("This row has been settled already."))
    return None


def _not_found() -> NotFound:
    return NotFound("not_found", N_("There is no such object, or you may not see it."))


def _refused(problem_id: UUID, error: DomainError) -> Settled:
    return Settled(
        problem_id, "refused", code=error.code, message=error.message, detail=error.detail
    )


def _settle(problem: Problem, viewer: Viewer, settlement: Settlement, reason: str) -> None:
    problem.settlement = settlement
    problem.settled_by = viewer.label
    problem.settled_reason = reason
    problem.settled_at = now()
    problem.save(
        update_fields=["settlement", "settled_by", "settled_reason", "settled_at", "detail"]
    )
    audit.record(
        actor=viewer.actor,
        act=f"quarantine_{settlement.value}",
        object_kind="problem",
        object_id=problem.id,
        reason=reason,
        detail={"delivery": str(problem.delivery_id), "line": problem.line, "code": problem.code},
    )
