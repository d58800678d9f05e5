"""Reporting by hand."""

from typing import Any

import pytest

from audit.models import AuditEntry
from city.selectors import districts
from core.errors import NotAllowed, NotFound, RuleBroken
from core.ids import uuid7
from departments.models import Task, TaskEntry
from departments.services import report_task
from pipeline.worker import Tally, drain
from risk.models import Incident, RiskCase
from tests.departments.office import Office
from tests.departments.refusals import unchanged
from tests.risk.calls import GAS, Call, push

pytestmark = pytest.mark.django_db


def _told(office: Office, **changes: Any) -> str:
    with unchanged(), pytest.raises(RuleBroken) as caught:
        office.report(**changes)
    return caught.value.code


def test_a_report_waits_to_be_accepted(office: Office) -> None:
    task = Task.objects.get(pk=office.report(description="店主来电", address=" 滨江路 12号 "))
    assert (task.state, task.version, task.family, task.category) == (
        "reported", 1, "fire", "fire",
    )  # fmt: skip
    assert (task.origin_kind, task.origin_id, task.exercise) == ("hand", str(task.id), False)
    assert task.organisation is not None
    assert (task.organisation.code, task.address) == ("BH-CMD", "滨江路 12号")
    entry = TaskEntry.objects.get(task=task)
    assert (entry.name, entry.from_state, entry.to_state) == ("report", "", "reported")
    assert AuditEntry.objects.get(object_id=str(task.id)).act == "task.report"


def test_a_position_decides_the_district(office: Office) -> None:
    one = next(area for area in districts() if area.lon is not None)
    assert one.lat is not None
    task = Task.objects.get(pk=office.report(lon=one.lon, lat=one.lat, district=""))
    assert task.district == one.code
    assert _told(office, lon=2.35, lat=48.85) == "coordinates_out_of_area"
    assert _told(office, lon=118.1) == "half_a_position"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": " \u200b "}, "title_missing"),
        ({"title": "x" * 201}, "too_long"),
        ({"category": "nothing"}, "unknown_category"),
        ({"category": "fire", "family": "gas"}, "unknown_category"),
        ({"category": "", "family": ""}, "unknown_family"),
        ({"district": "1"}, "unknown_district"),
        ({"origin_kind": "alert"}, "bad_origin"),
    ],
)
def test_what_is_not_right_is_told(office: Office, changes: dict[str, Any], code: str) -> None:
    assert _told(office, **changes) == code


def test_a_family_is_enough(office: Office) -> None:
    task = Task.objects.get(pk=office.report(category="", family="gas"))
    assert (task.family, task.category) == ("gas", "")


def test_a_drill_is_an_exercise(office: Office) -> None:
    assert Task.objects.get(pk=office.report(origin_kind="drill")).exercise is True


def test_exercises_and_real_matters_never_meet(office: Office) -> None:
    push(*(Call(f"g{n}", minutes=n * 3, category=GAS, severity=1) for n in range(5)))
    push(*(Call(f"x{n}", minutes=n * 3, category=GAS, severity=1) for n in range(5)), exercise=True)
    drain(Tally())
    for exercise in (False, True):
        case = RiskCase.objects.get(exercise=exercise)
        incident = Incident.objects.filter(exercise=exercise)[0]
        for about in ({"case_id": case.id}, {"incident_id": incident.id}):
            # A drill about a real case would settle it when it is closed.
            assert _told(office, **about, exercise=not exercise) == "exercise_mixed"
            task = Task.objects.get(pk=office.report(**about, exercise=exercise))
            assert task.exercise is exercise
    real = RiskCase.objects.get(exercise=False)
    assert _told(office, origin_kind="drill", case_id=real.id) == "exercise_mixed"


def test_administrators_report_nothing(office: Office) -> None:
    for who in ("system_admin", "security_admin", "audit_admin"):
        with pytest.raises(NotAllowed):
            report_task(viewer=office.viewer(who), origin_kind="hand", title="x", category="fire")


def test_a_case_out_of_sight_is_missing(office: Office) -> None:
    with unchanged(), pytest.raises(NotFound):
        office.report(case_id=uuid7())
    with unchanged(), pytest.raises(NotFound):
        office.report(incident_id=uuid7())
