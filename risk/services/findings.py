"""What inspections found at enterprises: the gravest and the newest hazard grade of each."""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence

from django.db import connection

from risk.models import SubjectRecord

_NAMES = ("hazard_gravest", "hazard_newest", "inspected_at")
_UPDATE = """
    UPDATE risk_subject AS old SET attributes = (old.attributes - %s::text[]) || new.found
    FROM unnest(%s::uuid[], %s::jsonb[]) AS new(id, found)
    WHERE old.id = new.id AND old.kind = 'enterprise'
"""


def keep_findings(subjects: Collection[str]) -> None:
    """Let enterprises show what the inspections that are about them found."""
    if not subjects:
        return
    links = SubjectRecord.objects.filter(
        subject_id__in=subjects,
        record__record__origin="inspection",
        record__record__operational=True,
        record__record__severity__isnull=False,
    )
    graded = links.values_list(
        "subject_id", "record__record__listed_at", "record__record__severity"
    ).order_by("subject_id", "record__record__listed_at", "record_id")
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for subject, at, severity in graded:
        found[str(subject)].append((at.date().isoformat(), int(severity or 0)))
    shown = [json.dumps(_shown(found.get(one, ()))) for one in subjects]
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, [list(_NAMES), list(subjects), shown])


def _shown(graded: Sequence[tuple[str, int]]) -> dict[str, object]:
    if not graded:
        return {}
    newest_at, newest = graded[-1]
    return dict(zip(_NAMES, (min(grade for _, grade in graded), newest, newest_at), strict=True))
