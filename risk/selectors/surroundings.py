"""What is known of the places of cases: incidents around them, findings, registers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Max, Min, Q

from accounts.domain.viewer import SYSTEM
from core.cells import rings
from integration.selectors import records_visible_to
from risk.domain.facts import FINDING_DAYS, NEIGHBOUR_HOURS, NEIGHBOURS_OF_A_CELL, FindingFacts
from risk.selectors.places import Place

# The latest of each cell around a place, so that a busy neighbourhood costs no more than a calm.
# The records' own table is named here for the one column that says who found it.
_AROUND = """
    SELECT probe.place, array_agg(near.at ORDER BY near.at)
    FROM unnest(%s::int4[], %s::int8[]) AS probe(place, h3)
    JOIN unnest(%s::int4[], %s::text[], %s::bool[], %s::float8[])
        AS own(place, family, exercise, until) ON own.place = probe.place
    CROSS JOIN LATERAL (
        SELECT extract(epoch FROM i.last_at)::float8 AS at FROM risk_incident AS i
        WHERE i.family = own.family AND i.h3 = probe.h3 AND i.exercise = own.exercise
          AND i.last_at BETWEEN to_timestamp(own.until - %s) AND to_timestamp(own.until)
          AND (i.origin = 'hand' OR EXISTS (
              SELECT FROM risk_incidentrecord AS link
              JOIN integration_record AS record ON record.id = link.record_id
              WHERE link.incident_id = i.id AND record.origin = ANY(%s)))
        ORDER BY i.last_at DESC LIMIT %s
    ) AS near
    GROUP BY probe.place
"""


def neighbours(places: Sequence[Place], origins: Sequence[str]) -> dict[str, list[float]]:
    """Times (seconds) of incidents of the same family in the cells around each place.

    Up to `NEIGHBOURS_OF_A_CELL` of each cell, of the `NEIGHBOUR_HOURS` before the last evidence;
    only those with a record of one of `origins`, or entered by hand. One query.
    """
    cells, owners = _around(places)
    own: list[list[Any]] = [
        list(range(len(places))),
        [one.family for one in places],
        [one.exercise for one in places],
        [one.as_of for one in places],
    ]
    bounds: list[Any] = [NEIGHBOUR_HOURS * 3600.0, list(origins), NEIGHBOURS_OF_A_CELL]
    with connection.cursor() as cursor:
        cursor.execute(_AROUND, [owners, cells, *own, *bounds])
        return {places[place].case: times for place, times in cursor.fetchall()}


def _around(places: Sequence[Place]) -> tuple[list[int], list[int]]:
    """Cells next to those of each place but not its own, and the position of that place."""
    own = [(place, cell) for place, one in enumerate(places) for cell in one.cells]
    numbers = np.array([cell for _, cell in own], dtype=np.int64)
    positions, ring = rings(numbers, 0.0)
    pairs = {(own[at][0], cell) for at, cell in zip(positions.tolist(), ring.tolist(), strict=True)}
    around = sorted(pairs.difference(own))
    return [cell for _, cell in around], [place for place, _ in around]


def findings(places: Sequence[Place]) -> dict[str, list[FindingFacts]]:
    """What inspections found at each place and nobody says is put right. One query.

    One entry for each category and class: the latest of the `FINDING_DAYS` before the last
    evidence, or after it.
    """
    by_cell: dict[tuple[int, bool], list[FindingFacts]] = defaultdict(list)
    rows = (
        _about(places)
        .filter(origin="inspection", operational=True, severity__isnull=False)
        .exclude(upstream_state="closed")
        .values_list("h3", "exercise", "category", "severity")
        .annotate(latest=Max("listed_at"))
        .order_by("h3", "category", "severity")
    )
    for cell, exercise, category, severity, latest in rows:
        by_cell[cell, exercise].append(FindingFacts(category, severity, latest.timestamp()))
    return {
        one.case: [
            found
            for cell in one.cells
            for found in by_cell.get((cell, one.exercise), ())
            if found.last_at >= one.as_of - FINDING_DAYS * 86_400
        ]
        for one in places
    }


def register_classes(places: Sequence[Place]) -> dict[str, int]:
    """The gravest risk class that a register gives to an enterprise at each place. One query."""
    rows = (
        _about(places)
        .filter(kind="register", exercise=False, operational=True, severity__isnull=False)
        .values_list("h3")
        .annotate(gravest=Min("severity"))
        .order_by("h3")
    )
    by_cell: Mapping[int, int] = dict(rows)
    classes = {one.case: [by_cell[cell] for cell in one.cells if cell in by_cell] for one in places}
    return {case: min(found) for case, found in classes.items() if found}


def _about(places: Sequence[Place]):  # type: ignore[no-untyped-def] # a query of another app's model
    """Records of registers and inspections in the cells of places: an index of few rows."""
    cells = sorted({cell for one in places for cell in one.cells})
    told = Q(kind="register") | Q(origin="inspection")
    return records_visible_to(SYSTEM, exercise=None).select_related(None).filter(told, h3__in=cells)
