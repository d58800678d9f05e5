"""Tasks that officers report: a phone call, an instruction from above, something seen on site."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.db import transaction

import audit.services
from accounts.domain import Viewer
from city.selectors import (
    categories,
    current_city,
    districts,
    families,
    locator,
    organisations_by_id,
    zone,
)
from core.clock import now
from core.errors import NotAllowed, NotFound, RuleBroken
from core.ids import uuid7
from core.text import clean_text, collapse
from core.words import N_
from departments.domain.origins import HAND_MADE
from departments.domain.states import TaskState
from departments.models import Task, TaskEntry
from risk.selectors import cases_visible_to, incidents_visible_to
from work.numbers import reserve

__all__ = ["report_task"]

_LONGEST = {"title": 200, "description": 4000, "address": 500}


@dataclass(frozen=True, slots=True)
class _Place:
    lon: float | None
    lat: float | None
    district: str
    grid: str


@transaction.atomic
def report_task(
    *,
    viewer: Viewer,
    origin_kind: str,
    title: str,
    description: str = "",
    family: str = "",
    category: str = "",
    district: str = "",
    lon: float | None = None,
    lat: float | None = None,
    address: str = "",
    case_id: UUID | None = None,
    incident_id: UUID | None = None,
    exercise: bool = False,
) -> UUID:
    """A task in the state *reported*, to be accepted by the command centre; answers its id.

    `lon` and `lat` (WGS-84 degrees) decide the district where they are given. A family follows
    from the category, and both from the case or incident that the task is about, which is an
    exercise where the task is one. Raises RuleBroken with the first thing that is not right,
    NotFound for a case or incident out of sight.
    """
    _check_reporter(viewer, origin_kind)
    texts = _texts({"title": title, "description": description, "address": address})
    exercise = exercise or origin_kind == "drill"
    about = _about(viewer, case_id, incident_id, exercise=exercise)
    family, category = _taxonomy(family, category, about)
    place = _place(lon, lat, district or str(about.get("district", "")))
    task = _reported(viewer, origin_kind, place)
    task.title, task.description = texts["title"], texts["description"]
    task.address = texts["address"]
    task.family, task.category = family, category
    task.risk_level = str(about.get("risk_level", ""))
    task.case_id, task.incident_id = case_id, incident_id
    task.exercise = exercise
    _store(task, viewer)
    return task.id


def _check_reporter(viewer: Viewer, origin_kind: str) -> None:
    if not viewer.sees_business or not viewer.acting:
        raise NotAllowed("not_allowed", N_("You may not do this."))
    if origin_kind not in HAND_MADE:
        raise RuleBroken("bad_origin", N_("This origin cannot be reported by hand."))


def _reported(viewer: Viewer, origin_kind: str, place: _Place) -> Task:
    """A new task with its number; a report by hand is its own origin."""
    at, task_id = now(), uuid7()
    return Task(
        id=task_id,
        number=reserve("task", 1, at.astimezone(zone()).date())[0],
        origin_kind=origin_kind,
        origin_id=str(task_id),
        state=TaskState.REPORTED.value,
        district=place.district,
        grid=place.grid,
        lon=place.lon,
        lat=place.lat,
        organisation_id=_reporting_organisation(viewer),
        created_at=at,
        updated_at=at,
    )


def _store(task: Task, viewer: Viewer) -> None:
    task.save(force_insert=True)
    TaskEntry.objects.bulk_create(
        [
            TaskEntry(
                task=task,
                name="report",
                to_state=task.state,
                version=1,
                at=task.created_at,
                actor_kind=viewer.kind,
                actor_id=viewer.id,
                actor_label=viewer.label,
                organisation_id=task.organisation_id,
            )
        ]
    )
    audit.services.record(
        actor=viewer.actor,
        act="task.report",
        object_kind="task",
        object_id=task.id,
        detail={"number": task.number, "origin": task.origin_kind, "exercise": task.exercise},
    )


def _texts(given: Mapping[str, str]) -> dict[str, str]:
    cleaned = {name: clean_text(text)[0].strip() for name, text in given.items()}
    for name in ("title", "address"):
        cleaned[name] = collapse(cleaned[name])
    for name, text in cleaned.items():
        if len(text) > _LONGEST[name]:
            message = N_("The field %(field)s is longer than %(longest)s characters.")
            raise RuleBroken("too_long", message, field=name, longest=_LONGEST[name])
    if not cleaned["title"]:
        raise RuleBroken("title_missing", N_("The task needs a title."))
    return cleaned


def _about(
    viewer: Viewer, case_id: UUID | None, incident_id: UUID | None, *, exercise: bool
) -> dict[str, object]:
    """What the case or incident tells of the task, for a viewer who may see it."""
    facts: dict[str, object] = {}
    if incident_id is not None:
        incidents = incidents_visible_to(viewer, exercise=None).filter(pk=incident_id)
        names = ("family", "category", "district", "exercise")
        facts |= _seen(incidents.values(*names).first(), exercise=exercise)
    if case_id is not None:
        cases = cases_visible_to(viewer, exercise=None).filter(pk=case_id)
        names = ("family", "district", "risk_level", "exercise")
        facts |= _seen(cases.values(*names).first(), exercise=exercise)
    return facts


def _seen(row: Mapping[str, object] | None, *, exercise: bool) -> dict[str, object]:
    if row is None:
        raise NotFound("not_found", N_("There is no such object, or you may not see it."))
    if row["exercise"] is not exercise:
        # Else closing the task would settle what it was only played with.
        message = N_("An exercise and a real matter never meet in one task.")
        raise RuleBroken("exercise_mixed", message)
    return dict(row)


def _taxonomy(family: str, category: str, about: Mapping[str, object]) -> tuple[str, str]:
    """A family and category that belong together; the category may be unknown."""
    if not family and not category:
        family, category = str(about.get("family", "")), str(about.get("category", ""))
    if category:
        if category not in categories():
            raise RuleBroken("unknown_category", N_("There is no such category."))
        own = categories()[category].family_id
        if family and family != own:
            raise RuleBroken("unknown_category", N_("The category is not of this family."))
        return own, category
    if family not in families():
        raise RuleBroken("unknown_family", N_("Say what the task is about: family or category."))
    return family, ""


def _place(lon: float | None, lat: float | None, district: str) -> _Place:
    if (lon is None) != (lat is None):
        raise RuleBroken("half_a_position", N_("A position needs both longitude and latitude."))
    codes = {one.code for one in districts()} | {current_city().code}
    if district and district not in codes:
        raise RuleBroken("unknown_district", N_("There is no such district."))
    if lon is None or lat is None:
        return _Place(None, None, district, "")
    lons, lats = np.array([lon]), np.array([lat])
    if not locator().inside(lons, lats)[0]:
        raise RuleBroken("coordinates_out_of_area", N_("The position does not lie in this city."))
    found, grids = locator().locate(lons, lats)
    return _Place(lon, lat, str(found[0] or "") or district, str(grids[0] or ""))


def _reporting_organisation(viewer: Viewer) -> UUID:
    known = organisations_by_id()
    return min((one for one in viewer.acting if one in known), key=lambda one: known[one].code)
