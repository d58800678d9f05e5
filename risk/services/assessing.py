"""Step 5: a case's evidence → a score, its terms and a risk level, once per evidence."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection, transaction

from core.clock import now
from core.ids import uuid7_batch
from risk.domain.assessment import Judged
from risk.domain.assessment import assess as judge
from risk.domain.facts import CaseFacts
from risk.models import Alert, AlertState, Assessment, RiskCase
from risk.selectors import active_ruleset, case_facts, rules_of
from risk.services.bulk import copy_rows
from work.services import enqueue

_COLUMNS = (
    "id", "case_id", "ruleset_id", "evidence_digest", "score", "risk_level", "terms",
    "assessed_at",
)  # fmt: skip
_CURRENT = """
    UPDATE risk_riskcase AS risk SET assessment_id = found.id, score = found.score,
        risk_level = found.risk_level
    FROM unnest(%s::uuid[], %s::text[]) AS wanted(case_id, digest)
    JOIN risk_assessment AS found ON found.case_id = wanted.case_id
        AND found.evidence_digest = wanted.digest AND found.ruleset_id = %s
    WHERE risk.id = wanted.case_id
"""


def assess(*, case_ids: Sequence[UUID]) -> None:
    """Score cases by the active ruleset; the same evidence gives the same assessment.

    Cases that deserve an alert, or have one, are owed step 6. A case whose incidents all went
    elsewhere scores nothing and keeps its last assessment.
    """
    with transaction.atomic():
        cases = RiskCase.objects.filter(id__in=list(case_ids)).order_by("id")
        known = list(cases.select_for_update().values_list("id", flat=True))
        ruleset = active_ruleset()
        rules = rules_of(ruleset)
        facts = case_facts(known)
        judged = {case: (one, judge(one, rules)) for case, one in facts.items()}
        _store(judged, ruleset.id)
        grave = {case for case, (_, one) in judged.items() if rules.alerts(one.level)}
        alerted = Alert.objects.filter(case_id__in=known).exclude(state=AlertState.CLOSED)
        enqueue(step="alert", object_ids=grave.union(alerted.values_list("case_id", flat=True)))


def _store(judged: dict[UUID, tuple[CaseFacts, Judged]], ruleset_id: UUID) -> None:
    digests = {case: facts.digest() for case, (facts, _) in judged.items()}
    # The cases are locked: nobody else stores assessments of them meanwhile.
    held = set(
        Assessment.objects.filter(case_id__in=list(judged), ruleset_id=ruleset_id).values_list(
            "case_id", "evidence_digest"
        )
    )
    fresh = [case for case, digest in digests.items() if (case, digest) not in held]
    copy_rows(
        "risk_assessment",
        _COLUMNS,
        (
            (key, case, ruleset_id, digests[case], one.score, one.level, _terms(one), now())
            for key, case, one in zip(
                uuid7_batch(len(fresh)), fresh, (judged[case][1] for case in fresh), strict=True
            )
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            _CURRENT, [[str(case) for case in digests], list(digests.values()), str(ruleset_id)]
        )


def _terms(judged: Judged) -> list[dict[str, object]]:
    return [vars(term) for term in judged.terms]
