"""Step 4: incidents of one spot or named place and of one family, close in time → a risk case."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pandas as pd
from django.db import connection, transaction

from city import selectors as city
from core.clock import now
from core.ids import uuid7_batch
from risk.domain.gathering import SPOT_RULE, Arrival, Span
from risk.domain.gathering import gather as gather_spans
from risk.models import CaseIncident, CaseState, Incident, RiskCase
from risk.selectors import active_rules
from risk.services.address_book import address_book
from risk.services.bulk import copy_rows
from risk.services.locks import Step, only_one
from risk.services.places import place_key, place_subjects
from risk.services.spots import area_subject, area_subjects, spots
from work import numbers
from work.services import enqueue

_CASE = (
    "id", "number", "rule", "subject_id", "family", "window_start", "last_at", "state",
    "district", "grid", "incident_count", "record_count", "risk_level", "exercise", "opened_at",
    "updated_at",
)  # fmt: skip
Place = tuple[str, str, bool]  # subject, family, exercise

_SUMS = """
    UPDATE risk_riskcase AS old SET
        window_start = coalesce(new.first_at, old.window_start),
        last_at = coalesce(new.last_at, old.last_at),
        incident_count = coalesce(new.incidents, 0),
        record_count = coalesce(new.records, 0),
        updated_at = %(now)s,
        state = CASE WHEN old.id = ANY(%(again)s::uuid[]) AND old.state = 'settled' THEN 'recurred'
                     WHEN old.id = ANY(%(again)s::uuid[]) AND old.state = 'false_alarm' THEN 'open'
                     ELSE old.state END
    FROM unnest(%(ids)s::uuid[]) AS touched(id)
    LEFT JOIN (
        SELECT link.case_id, min(i.first_at) AS first_at, max(i.last_at) AS last_at,
               count(*) AS incidents, sum(i.record_count) AS records
        FROM risk_caseincident AS link JOIN risk_incident AS i ON i.id = link.incident_id
        WHERE link.case_id = ANY(%(ids)s::uuid[])
          AND (i.record_count > 0 OR i.origin = 'hand')
        GROUP BY link.case_id
    ) AS new ON new.case_id = touched.id
    WHERE old.id = touched.id
"""


def gather(*, incident_ids: Sequence[UUID]) -> None:
    """Put incidents into cases; doing it again changes nothing.

    A settled case that gets a new incident has recurred. Cases left or entered are owed an
    assessment, in the same transaction.
    """
    with transaction.atomic():
        only_one(Step.GATHER)
        incidents = _incidents(incident_ids)
        if not incidents:
            return
        # One that lost its last record, with nobody's own words left, belongs nowhere.
        living = [one for one in incidents if one.record_count or one.origin == "hand"]
        subjects = _subjects(living)
        groups: dict[Place, list[Incident]] = {}
        for one in living:
            groups.setdefault((subjects[one.id], one.family, one.exercise), []).append(one)
        homes = dict(
            CaseIncident.objects.filter(
                incident_id__in=[one.id for one in incidents], rule=SPOT_RULE
            ).values_list("incident_id", "case_id")
        )
        chosen = _choose(groups, homes)
        touched = _link(chosen, homes)
        enqueue(step="assess", object_ids=touched)


def _incidents(ids: Sequence[UUID]) -> list[Incident]:
    columns = (
        "family", "exercise", "first_at", "last_at", "h3", "district", "grid", "address",
        "record_count", "origin",
    )  # fmt: skip
    found = Incident.objects.filter(id__in=list(ids)).only(*columns)
    return list(found.order_by("first_at", "last_at", "id"))


def _subjects(incidents: Sequence[Incident]) -> dict[UUID, str]:
    """The subject of each incident: the spot of its centre, the place of its address, its area."""
    placed = [one for one in incidents if one.h3 is not None]
    table = pd.DataFrame(
        {"h3": [one.h3 for one in placed], "address": [one.address for one in placed]}
    )
    of_cell = spots(table) if placed else {}
    found = {one.id: of_cell[one.h3 or 0] for one in placed}
    return found | _subjects_by_address([one for one in incidents if one.h3 is None])


def _subjects_by_address(incidents: Sequence[Incident]) -> dict[UUID, str]:
    book = address_book(active_rules())
    named = {one.id: book.places(one.address, one.district) for one in incidents}
    keys = {incident: place_key(one.house, one.place) for incident, one in named.items()}
    places = place_subjects(set(keys.values()))
    areas = {one.district for one in incidents if not keys[one.id]}
    of_area = {code: str(area_subject(code)) for code in sorted(areas)}
    return {one.id: places.get(keys[one.id]) or of_area[one.district] for one in incidents}


def _choose(
    groups: dict[Place, list[Incident]], homes: dict[UUID, UUID]
) -> list[tuple[Incident, UUID]]:
    """The case of each incident; new cases are stored on the way."""
    window, areas = active_rules().case_window, area_subjects()
    present = _present(groups, window)
    chosen: list[tuple[Incident, UUID]] = []
    opened: list[tuple[UUID, Place, Incident]] = []
    for place, incidents in groups.items():
        cases = present.get(place, [])
        position = {case.id: at for at, case in enumerate(cases)}
        arrivals = [
            Arrival(one.first_at, one.last_at, position.get(homes.get(one.id, one.id)))
            for one in incidents
        ]
        spans = [Span(case.window_start, case.last_at) for case in cases]
        # A whole district is no place: what is known no more closely is judged each by itself.
        reach = timedelta(0) if place[0] in areas else window
        found = gather_spans(arrivals, spans, reach)
        ids = [case.id for case in cases]
        for incident, at in zip(incidents, found, strict=True):
            if at == len(ids):
                ids += uuid7_batch(1)
                opened.append((ids[at], place, incident))
            chosen.append((incident, ids[at]))
    _open(opened)
    return chosen


def _present(groups: dict[Place, list[Incident]], window: timedelta) -> dict[Place, list[RiskCase]]:
    """The cases of each place that could cover an incident, by their windows, locked."""
    subjects = sorted({place[0] for place in groups})
    incidents = [one for group in groups.values() for one in group]
    if not incidents:
        return {}
    cases = RiskCase.objects.filter(
        rule=SPOT_RULE,
        subject_id__in=subjects,
        last_at__gte=min(one.first_at for one in incidents) - window,
        window_start__lte=max(one.last_at for one in incidents) + window,
    )
    found: dict[Place, list[RiskCase]] = {}
    for case in cases.select_for_update().order_by("window_start", "id"):
        place = (str(case.subject_id), case.family, case.exercise)
        found.setdefault(place, []).append(case)
    return found


def _open(opened: Sequence[tuple[UUID, Place, Incident]]) -> None:
    instant = now()
    reserved = (
        numbers.reserve("case", len(opened), instant.astimezone(city.zone()).date())
        if opened
        else []
    )
    copy_rows(
        "risk_riskcase",
        _CASE,
        (
            (
                case_id,
                number,
                SPOT_RULE,
                subject,
                family,
                incident.first_at,
                incident.last_at,
                CaseState.OPEN.value,
                incident.district,
                incident.grid,
                0,
                0,
                "",
                exercise,
                instant,
                instant,
            )
            for number, (case_id, (subject, family, exercise), incident) in zip(
                reserved, opened, strict=True
            )
        ),
    )


def _link(chosen: Sequence[tuple[Incident, UUID]], homes: dict[UUID, UUID]) -> set[UUID]:
    """Store which incident is in which case, and the cases' sums; the touched cases."""
    stays = {one.id for one, case in chosen if homes.get(one.id) == case}
    moved = [incident for incident in homes if incident not in stays]
    fresh = [(one, case) for one, case in chosen if one.id not in stays]
    CaseIncident.objects.filter(incident_id__in=moved, rule=SPOT_RULE).delete()
    copy_rows(
        "risk_caseincident",
        ("id", "case_id", "incident_id", "rule"),
        (
            (key, case, one.id, SPOT_RULE)
            for key, (one, case) in zip(uuid7_batch(len(fresh)), fresh, strict=True)
        ),
    )
    touched = {case for _, case in chosen}.union(homes.values())
    again = {case for _, case in fresh}
    with connection.cursor() as cursor:
        cursor.execute(
            _SUMS,
            {
                "now": now(),
                "ids": [str(one) for one in touched],
                "again": [str(one) for one in again],
            },
        )
    return touched
