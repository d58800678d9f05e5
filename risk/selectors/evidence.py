"""What the scores of cases rest on, read for thousands of cases with a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from city import selectors as city
from risk.domain.facts import CaseFacts, IncidentFacts
from risk.selectors.past import settled_before
from risk.selectors.places import places_of
from risk.selectors.surroundings import findings, neighbours, register_classes
from risk.selectors.warned_places import warnings_over

# What patrols and inspections find depends on where they are sent; see IncidentFacts.
COUNTED_ORIGINS = ("reported", "sensed")
IN_HAND = ("dispatched", "in_hand", "closed")
"""Handling states of records that somebody attends to, at the department that sent them."""


def _greatest(name: str) -> str:
    """SQL for the greatest number that records tell under a name; elsewhere it may be a text."""
    return (
        f"max(CASE WHEN jsonb_typeof(r.attributes -> '{name}') = 'number' "
        f"THEN (r.attributes ->> '{name}')::float8 END)"
    )


# The records' own table is named here, as in `surroundings`: through the tables between, reading
# tens of thousands of them takes twice as long.
_INCIDENTS = f"""
    SELECT link.case_id::text, i.id::text, i.category, i.severity,
           extract(epoch FROM i.last_at)::float8, i.origin = 'hand', told.*
    FROM risk_caseincident AS link
    JOIN risk_incident AS i ON i.id = link.incident_id
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE r.origin = ANY(%(counted)s)),
               count(DISTINCT r.feed_id) FILTER (WHERE r.origin = ANY(%(counted)s)),
               {_greatest("dead")}, {_greatest("injured")}, {_greatest("people")},
               count(*) FILTER (WHERE r.origin = ANY(%(counted)s) AND r.upstream_state <> ''),
               count(*) FILTER (
                   WHERE r.origin = ANY(%(counted)s) AND r.upstream_state = ANY(%(in_hand)s))
        FROM risk_incidentrecord AS member
        JOIN integration_record AS r ON r.id = member.record_id
        WHERE member.incident_id = i.id
    ) AS told
    WHERE link.case_id = ANY(%(cases)s::uuid[])
      AND (i.record_count > 0 OR i.origin = 'hand')
    ORDER BY i.id
"""  # noqa: S608 - put together from words of this file


def case_facts(case_ids: Sequence[UUID]) -> dict[UUID, CaseFacts]:
    """The evidence of cases by id; cases with no incident left are not there.

    Ten queries, however many cases.
    """
    ids = {str(one): one for one in case_ids}
    incidents = _incidents(ids)
    places = places_of({case: max(one.last_at for one in rows) for case, rows in incidents.items()})
    warnings, past = warnings_over(places), settled_before(incidents)
    around, found = neighbours(places, COUNTED_ORIGINS), findings(places)
    classes = register_classes(places)
    return {
        ids[one.case]: CaseFacts(
            incidents=tuple(incidents[one.case]),
            as_of=one.as_of,
            family=one.family,
            warnings=tuple(warnings.get(one.case, ())),
            findings=tuple(found.get(one.case, ())),
            register_class=classes.get(one.case),
            neighbours=tuple(around.get(one.case, ())),
            settled_before=past.get(one.case, 0),
        )
        for one in places
    }


def _incidents(case_ids: Collection[str]) -> dict[str, list[IncidentFacts]]:
    gravity = {key: one.gravity for key, one in city.categories().items()}
    found: dict[str, list[IncidentFacts]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            _INCIDENTS,
            {"cases": list(case_ids), "counted": list(COUNTED_ORIGINS), "in_hand": list(IN_HAND)},
        )
        for case, *row in cursor.fetchall():
            found[case].append(_incident(row, gravity))
    return found


def _incident(row: Sequence[Any], gravity: Mapping[str, float]) -> IncidentFacts:
    key, category, severity, last_at, by_hand, reports, feeds, *told = row
    dead, injured, people, known, in_hand = (max(0, int(one or 0)) for one in told)
    return IncidentFacts(
        id=key,
        category=category,
        severity=severity,
        gravity=gravity.get(category),
        last_at=last_at,
        reports=reports + by_hand,  # the officer's own voice, and a source
        feeds=feeds + by_hand,
        dead=dead,
        injured=injured,
        people=people,
        told=known,
        in_hand=in_hand,
    )
