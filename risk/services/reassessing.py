"""What happens around cases owes them step 5 again: warnings over them, findings at their place."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pandas as pd
from django.db import connection

from risk.domain.rules import Rules
from risk.models import CaseState
from risk.selectors.effects import Effect
from work.services import enqueue

_ENDED = (CaseState.SETTLED.value, CaseState.FALSE_ALARM.value)
# A case is touched where its last evidence lies within the warning's hours, widened by what the
# factor looks around it.
_UNDER = """
    SELECT DISTINCT risk.id
    FROM unnest(%s::text[], %s::bool[], %s::text[], %s::timestamptz[], %s::timestamptz[])
        AS span(district, exercise, family, since, until)
    JOIN risk_riskcase AS risk ON risk.district = span.district
        AND risk.exercise = span.exercise AND risk.family = span.family
        AND risk.last_at BETWEEN span.since AND span.until
    WHERE risk.incident_count > 0 AND NOT risk.state = ANY(%s)
      AND risk.last_at BETWEEN %s AND %s
"""

_AT = """
    SELECT DISTINCT risk.id
    FROM unnest(%s::int8[], %s::bool[], %s::timestamptz[], %s::timestamptz[])
        AS found(cell, exercise, since, until)
    JOIN risk_subjectcell AS own ON own.cell = found.cell
    JOIN risk_riskcase AS risk ON risk.subject_id = own.subject_id
        AND risk.exercise = found.exercise AND risk.last_at BETWEEN found.since AND found.until
    WHERE risk.incident_count > 0 AND NOT risk.state = ANY(%s)
"""


def owe_cases_under(changed: Iterable[Effect], rules: Rules) -> None:
    """Owe step 5 to the open cases on which warnings bear that came, changed or ended.

    One query, bounded by the districts, families and hours of the warnings.
    """
    rule = rules.factor("warning_in_force")
    if rule is None:
        return
    before = timedelta(hours=rule.params["hours_before"])
    after = timedelta(hours=rule.params["hours_after"])
    spans = [
        (one.district, one.exercise, family, one.starts_at - after, one.ends_at + before)
        for one in sorted(changed, key=lambda one: (one.district, one.starts_at))
        for family in rule.params["families"].get(one.category, ())
    ]
    if not spans:
        return
    with connection.cursor() as cursor:
        columns = [list(column) for column in zip(*spans, strict=True)]
        bounds = min(columns[3]), max(columns[4])
        cursor.execute(_UNDER, [*columns, list(_ENDED), *bounds])
        enqueue(step="assess", object_ids=[UUID(str(row[0])) for row in cursor.fetchall()])


def owe_cases_at(rows: pd.DataFrame, rules: Rules) -> None:
    """Owe step 5 to the open cases at places where inspections found something.

    `rows`: columns origin, h3 (int or missing), listed_at, exercise. One query, bounded by the
    places and the days that a finding counts.
    """
    rule = rules.factor("hazard_at_place")
    found = rows[(rows["origin"] == "inspection") & rows["h3"].notna()]
    if rule is None or found.empty:
        return
    days = timedelta(days=rule.params["days"])
    columns: list[list[Any]] = [
        found["h3"].astype("int64").tolist(),
        found["exercise"].astype(bool).tolist(),
        [one - rules.case_window for one in found["listed_at"]],
        [one + days for one in found["listed_at"]],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_AT, [*columns, list(_ENDED)])
        enqueue(step="assess", object_ids=[UUID(str(row[0])) for row in cursor.fetchall()])
