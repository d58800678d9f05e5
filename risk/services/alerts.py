"""Step 6: cases of a grave level → one open alert each; what becomes of alerts later."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.domain import Actor
from audit.services import record
from city import selectors as city
from core.clock import now
from core.errors import NotFound
from core.words import N_
from risk.domain.alerting import (
    CASE_RULE,
    CASE_SOURCE,
    RAISED,
    SILENCED,
    AlertFacts,
    Verdict,
    decide,
)
from risk.models import Alert, AlertState, CaseState, RiskCase
from risk.selectors import active_rules, alert_facts
from work import numbers
from work.services import enqueue


def raise_alerts(*, case_ids: Sequence[UUID]) -> None:
    """Open, raise or silence the alerts of cases; doing it again changes nothing.

    Open alerts are owed step 7, in the same transaction.
    """
    with transaction.atomic():
        wanted = RiskCase.objects.filter(id__in=list(case_ids)).order_by("id")
        cases = {case.id: case for case in wanted.select_for_update()}
        rules, instant = active_rules(), now()
        facts = alert_facts(list(cases.values()))
        decided = {case: decide(one, rules) for case, one in facts.items()}
        opened = [cases[case] for case, what in decided.items() if what is Verdict.OPEN]
        silent = [case for case, what in decided.items() if what is Verdict.SILENCE]
        higher = [cases[case] for case, what in decided.items() if what is Verdict.RAISE]
        _store(opened, {cases[case]: facts[case] for case in silent}, instant)
        _raise(higher, instant)
        waiting = Alert.objects.filter(case_id__in=list(cases), state=AlertState.OPEN)
        enqueue(step="dispatch", object_ids=waiting.values_list("id", flat=True))


def _reason(case: RiskCase) -> dict[str, object]:
    return {"message": RAISED, "detail": {"level": case.risk_level, "score": case.score}}


def _store(
    opened: Sequence[RiskCase], silent: Mapping[RiskCase, AlertFacts], instant: datetime
) -> None:
    count = len(opened) + len(silent)
    if not count:
        return
    reserved = numbers.reserve("alert", count, instant.astimezone(city.zone()).date())
    rows = [
        Alert(
            number=number,
            source_kind=CASE_SOURCE,
            source_id=case.id,
            rule=CASE_RULE,
            risk_level=case.risk_level,
            case_id=case.id,
            family=case.family,
            district=case.district,
            score=case.score,
            reason=_reason(case),
            exercise=case.exercise,
            opened_at=instant,
            updated_at=instant,
        )
        for number, case in zip(reserved, [*opened, *silent], strict=True)
    ]
    for row, facts in zip(rows[len(opened) :], silent.values(), strict=True):
        row.state, row.outcome, row.closed_at = AlertState.CLOSED, SILENCED, instant
        row.reason = {"message": facts.silence, "detail": {"states": sorted(facts.upstream)}}
    Alert.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)


def _raise(cases: Sequence[RiskCase], instant: datetime) -> None:
    for case in cases:  # a handful: only levels that went up
        Alert.objects.filter(case_id=case.id).exclude(state=AlertState.CLOSED).update(
            risk_level=case.risk_level,
            score=case.score,
            reason=_reason(case),
            updated_at=instant,
        )


def mark_dispatched(*, alert_id: UUID) -> None:
    """A task is out for an alert: the alert is dispatched and its case in hand. Idempotent."""
    with transaction.atomic():
        alert = _locked(alert_id)
        if alert.state != AlertState.OPEN:
            return
        alert.state, alert.updated_at = AlertState.DISPATCHED, now()
        alert.save(update_fields=["state", "updated_at"])
        RiskCase.objects.filter(alerts=alert).update(state=CaseState.IN_HAND, updated_at=now())


def close_alert(*, alert_id: UUID, outcome: str, actor: Actor, reason: str = "") -> None:
    """Close an alert with what it turned out to be, `real` or `false_alarm`. Idempotent.

    A task that was reopened may close with another outcome: the last one counts.
    """
    with transaction.atomic():
        alert = _locked(alert_id)
        if alert.state == AlertState.CLOSED and alert.outcome == outcome:
            return
        alert.state, alert.outcome = AlertState.CLOSED, outcome
        alert.updated_at = alert.closed_at = now()
        alert.save(update_fields=["state", "outcome", "updated_at", "closed_at"])
        record(
            actor=actor,
            act="alert.close",
            object_kind="alert",
            object_id=alert_id,
            reason=reason,
            detail={"outcome": outcome},
        )


def _locked(alert_id: UUID) -> Alert:
    alert = Alert.objects.select_for_update().filter(id=alert_id).first()
    if alert is None:
        raise NotFound("not_found", N_("There is no such object, or you may not see it."))
    return alert
