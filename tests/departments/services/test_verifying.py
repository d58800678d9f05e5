"""Whoever checks is neither who handled nor of the same house, and sits in supervision."""

import pytest

from accounts.models import Membership
from accounts.selectors import viewer_of
from city.models import Organisation
from core.clock import now
from core.errors import Refused
from departments import services
from tests.departments.office import Office

pytestmark = pytest.mark.django_db


def _join(office: Office, who: str, code: str) -> None:
    Membership.objects.create(
        officer=office.cast.officer(who),
        organisation=Organisation.objects.get(code=code),
        role="verifier",
        since=now(),
    )


def _verify(office: Office, who: str, task_id: object) -> str:
    viewer = viewer_of(office.cast.officer(who))
    try:
        services.act(viewer=viewer, task_id=task_id, name="verify_pass", note="核查")
    except Refused as refusal:
        return str(refusal.detail["reason_code"])
    return "passed"


def test_a_member_of_an_organisation_with_a_part_does_not_verify(office: Office) -> None:
    task_id = office.verifying()
    office_mate = Organisation.objects.get(code=office.cast.code("supporting_officer"))
    verifier = office.cast.officer("verifier")
    Membership.objects.create(
        officer=verifier, organisation=office_mate, role="officer", since=now()
    )
    assert _verify(office, "verifier", task_id) == "own_organisation"


def test_who_handled_does_not_verify_after_changing_house(office: Office) -> None:
    task_id = office.verifying()
    officer = office.cast.officer("supporting_officer")
    officer.memberships.update(until=now())
    _join(office, "supporting_officer", "BH-SUP")
    assert _verify(office, "supporting_officer", task_id) == "handled_by_you"


def test_who_dispatched_does_not_verify(office: Office) -> None:
    task_id = office.verifying()
    _join(office, "dispatcher", "BH-SUP")
    assert _verify(office, "dispatcher", task_id) == "handled_by_you"


def test_a_verifier_outside_supervision_is_none(office: Office) -> None:
    task_id = office.verifying()
    officer = office.cast.officer("verifier")
    officer.memberships.update(organisation=Organisation.objects.get(code="BH-GOV"))
    assert _verify(office, "verifier", task_id) == "not_your_role"


def test_anybody_else_of_supervision_verifies(office: Office) -> None:
    assert _verify(office, "verifier", office.verifying()) == "passed"
