"""Disputed duty: a part is returned, and the dispatcher rules."""

import pytest

from core.errors import RuleBroken
from departments.domain.states import PartState
from departments.models import Task, TaskEntry, TaskPart
from tests.departments.office import Office
from tests.departments.refusals import refused, unchanged

pytestmark = pytest.mark.django_db


def _states(task_id: object) -> dict[str, str]:
    parts = TaskPart.objects.filter(task_id=task_id)
    return dict(parts.values_list("organisation__code", "state"))


def test_a_returned_part_is_confirmed(office: Office) -> None:
    task_id = office.dispatched()
    office.act("supporting_officer", task_id, "return", "不属我局职责", proposed="BH-URB")
    entry = TaskEntry.objects.get(task_id=task_id, name="return")
    assert entry.detail == {"proposed": "BH-URB"}
    code = office.cast.code("supporting_officer")
    with refused("wrong_state"):
        office.act("supporting_officer", task_id, "start")
    before = office.part("supporting_officer", task_id)
    office.act("dispatcher", task_id, "rule", "职责明确", part=code, decision="confirm")
    part = office.part("supporting_officer", task_id)
    assert (part.state, part.return_count) == ("to_sign", 1)
    assert part.due == before.due  # the dispute was the department's own time
    assert part.sign_due > before.sign_due


def test_a_returned_lead_is_reassigned_and_may_come_back(office: Office) -> None:
    task_id = office.dispatched()
    lead, support = office.cast.code("lead_officer"), office.cast.code("supporting_officer")
    office.act("lead_officer", task_id, "return", "应由支队处置")
    with unchanged(), pytest.raises(RuleBroken) as caught:
        office.act(
            "dispatcher", task_id, "rule", "改派", part=lead, decision="reassign",
            organisation=support,
        )  # fmt: skip
    assert caught.value.code == "already_takes_part"
    office.act(
        "dispatcher", task_id, "rule", "改派", part=lead, decision="reassign",
        organisation="BH-FIRE",
    )  # fmt: skip
    assert _states(task_id) == {lead: "released", support: "to_sign", "BH-FIRE": "to_sign"}
    new = TaskPart.objects.get(task_id=task_id, organisation__code="BH-FIRE")
    assert (new.role, new.version) == ("lead", Task.objects.get(pk=task_id).version)
    with refused("no_part"):
        office.act("lead_officer", task_id, "sign_for")
    TaskPart.objects.filter(pk=new.pk).update(state=PartState.RETURNED)
    office.act(
        "dispatcher", task_id, "rule", "再改派", part="BH-FIRE", decision="reassign",
        organisation=lead,
    )  # fmt: skip
    assert _states(task_id) == {lead: "to_sign", support: "to_sign", "BH-FIRE": "released"}
