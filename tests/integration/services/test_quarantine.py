import pytest

from audit.models import AuditEntry
from core.errors import NotAllowed, NotFound, Refused, RuleBroken
from integration.models import Problem, Record
from integration.services import discard, release
from tests.integration.services.conftest import call, push

pytestmark = pytest.mark.django_db


@pytest.fixture
def problem() -> Problem:
    answer = push(call("Q1", XZB="N/A"))
    return Problem.objects.get(delivery_id=answer.body["id"])


def test_a_corrected_row_comes_in_through_the_same_door(problem, cast):
    viewer = cast.viewer("feed_officer")
    answer = release(viewer=viewer, problem_id=problem.id, row=call("Q1"))
    assert (answer.body["received"], answer.body["accepted"]) == (1, 1)
    assert Record.objects.get(source_id="Q1").delivery_id != problem.delivery_id
    problem.refresh_from_db()
    assert (problem.settlement, problem.settled_by) == ("released", viewer.label)
    assert problem.settled_reason == answer.body["id"]


def test_a_row_that_is_still_wrong_stays_open(problem, cast):
    row = call("Q1", YZB="N/A")
    answer = release(viewer=cast.viewer("feed_officer"), problem_id=problem.id, row=row)
    assert answer.body["quarantined"] == 1
    problem.refresh_from_db()
    assert problem.settlement == "open"


def test_a_discarded_row_needs_a_reason_and_is_settled_once(problem, cast):
    viewer = cast.viewer("feed_officer")
    with pytest.raises(RuleBroken):
        discard(viewer=viewer, problem_id=problem.id, reason="  ")
    discard(viewer=viewer, problem_id=problem.id, reason="a test call")
    problem.refresh_from_db()
    assert (problem.settlement, problem.settled_reason) == ("discarded", "a test call")
    assert AuditEntry.objects.filter(object_id=str(problem.id)).count() == 1
    with pytest.raises(Refused):
        release(viewer=viewer, problem_id=problem.id, row=call("Q1"))
    assert not Record.objects.exists()


def test_only_officers_of_the_feeds_organisation_settle(problem, cast):
    with pytest.raises(NotAllowed):
        discard(viewer=cast.viewer("city_supervisor"), problem_id=problem.id, reason="no")
    for name in ("other_officer", "system_admin", "audit_admin"):
        with pytest.raises(NotFound):
            discard(viewer=cast.viewer(name), problem_id=problem.id, reason="no")


def test_a_flag_cannot_be_settled(cast):
    push(call("F1", BJLBDM="ZZ"))
    flag = Problem.objects.get(source_id="F1")
    with pytest.raises(NotFound):
        discard(viewer=cast.viewer("feed_officer"), problem_id=flag.id, reason="no")
