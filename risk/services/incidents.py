"""Incidents entered by hand: a phone call, an instruction from above, something seen on site."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db import transaction

from accounts.domain.viewer import Viewer
from audit.services import record
from city import selectors as city
from core.cells import cells
from core.clock import now
from core.errors import NotAllowed, RuleBroken
from core.text import clean_text, truncate
from core.words import N_
from privacy.domain.masks import mask_text
from risk.models import Incident, IncidentOrigin
from work import numbers
from work.services import enqueue

_FUTURE = timedelta(minutes=10)
_PAST = timedelta(days=3660)


@dataclass(frozen=True)
class Report:
    """What an officer reports: a point in WGS-84 degrees, or at least a district."""

    category: str
    occurred_at: datetime
    summary: str
    severity: int | None = None
    lon: float | None = None
    lat: float | None = None
    district: str = ""
    address: str = ""
    exercise: bool = False


def report_incident(*, viewer: Viewer, report: Report) -> Incident:
    """Store an incident reported by hand; it is owed gathering like any other.

    NotAllowed for who sees no business data, RuleBroken `bad_incident` with the fields at fault.
    """
    if not viewer.sees_business or not viewer.acting:
        raise NotAllowed("not_allowed", N_("You may not do this."))
    district, grid, cell = _place(report)
    faults = _faults(report, district, known=report.category in city.categories())
    if faults:
        raise RuleBroken("bad_incident", N_("The incident cannot be stored."), fields=faults)
    with transaction.atomic():
        incident = _store(viewer, report, (district, grid, cell))
        record(
            actor=viewer.actor,
            act="incident.report",
            object_kind="incident",
            object_id=incident.id,
            detail={"category": report.category, "exercise": report.exercise},
        )
        enqueue(step="gather", object_ids=[incident.id])
    return incident


def _store(viewer: Viewer, report: Report, place: tuple[str, str, int | None]) -> Incident:
    instant, (district, grid, cell) = now(), place
    return Incident.objects.create(
        number=numbers.reserve("incident", 1, instant.astimezone(city.zone()).date())[0],
        origin=IncidentOrigin.HAND,
        family=city.categories()[report.category].family_id,
        category=report.category,
        severity=report.severity,
        first_at=report.occurred_at,
        last_at=report.occurred_at,
        lon=report.lon,
        lat=report.lat,
        h3=cell,
        district=district,
        grid=grid,
        address=_plain(report.address, 500),
        summary=_plain(report.summary, 2000),
        exercise=report.exercise,
        organisation_id=min(viewer.acting),
        created_at=instant,
        updated_at=instant,
    )


def _plain(text: str, length: int) -> str:
    """A text as it may be shown in lists: nothing invisible, personal numbers masked."""
    masked, _ = mask_text(clean_text(text)[0])
    return truncate(masked, length) if masked else ""


def _place(report: Report) -> tuple[str, str, int | None]:
    """District, grid and cell of a report."""
    if report.lon is None or report.lat is None:
        return report.district, "", None
    lon, lat = np.array([report.lon]), np.array([report.lat])
    district, grid = city.locator().locate(lon, lat)
    return str(district[0]), str(grid[0]), int(cells(lon, lat)[0])


def _faults(report: Report, district: str, *, known: bool) -> dict[str, str]:
    """What is wrong with a report: field → reason code."""
    faults = {} if known else {"category": "unknown_category"}
    if report.occurred_at > now() + _FUTURE:
        faults["occurred_at"] = "future_time"
    if report.occurred_at < now() - _PAST:
        faults["occurred_at"] = "too_old"
    if (report.lon is None) != (report.lat is None):
        faults["lon"] = "half_a_place"
    elif district not in {one.code for one in city.districts()}:
        faults["district" if report.lon is None else "lon"] = "coordinates_out_of_area"
    if report.severity is not None and not 1 <= report.severity <= 4:
        faults["severity"] = "bad_number"
    if not report.summary.strip():
        faults["summary"] = "missing_field"
    return faults
