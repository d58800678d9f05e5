import pytest

from audit.models import AuditEntry
from core.errors import NotAllowed, NotFound, Refused, RuleBroken
from integration.models import Delivery, DeliveryBody, Feed, Problem, Record, RecordVersion
from integration.selectors import open_problems_visible_to, with_reasons
from integration.services import discard, discard_many, raw_row, release, release_many
from tests.integration.domain.samples import lines
from tests.integration.services.conftest import DOCUMENT, call, push
from work.models import WorkItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def problem() -> Problem:
    answer = push(call("Q1", XZB="N/A"))
    return Problem.objects.get(delivery_id=answer.body["id"])


@pytest.fixture
def officer(cast):
    return cast.viewer("feed_officer")


def test_a_corrected_row_comes_in_through_the_same_door(problem, officer):
    answer = release(viewer=officer, problem_id=problem.id, row=call("Q1"))
    assert (answer.status, answer.body["received"], answer.body["accepted"]) == (201, 1, 1)
    assert Record.objects.get(source_id="Q1").delivery_id != problem.delivery_id
    problem.refresh_from_db()
    assert (problem.settlement, problem.settled_by) == ("released", officer.label)
    assert problem.settled_reason == answer.body["id"]


def test_a_released_row_tells_where_it_came_from(problem, officer):
    answer = release(viewer=officer, problem_id=problem.id, row=call("Q1"))
    delivery = Delivery.objects.get(id=answer.body["id"])
    assert delivery.answer["released_from"] == str(problem.id)
    entry = AuditEntry.objects.get(act="receive", object_id=answer.body["id"])
    assert entry.detail["released_from"] == str(problem.id)
    problem.refresh_from_db()
    assert problem.detail == {"released_to": answer.body["id"]}
    assert WorkItem.objects.filter(step="associate", object_id=delivery.id).exists()


def test_a_row_that_is_still_wrong_stays_open_and_leaves_nothing(problem, officer):
    before = Delivery.objects.count(), Problem.objects.count(), AuditEntry.objects.count()
    row = call("Q1", YZB="N/A")
    answer = release(viewer=officer, problem_id=problem.id, row=row)
    assert (answer.status, answer.body["id"], answer.body["quarantined"]) == (200, None, 1)
    assert answer.body["problems"][0]["field"] == "YZB"
    problem.refresh_from_db()
    assert problem.settlement == "open"
    assert before == (Delivery.objects.count(), Problem.objects.count(), AuditEntry.objects.count())


def test_changes_are_put_into_the_sealed_row(problem, officer):
    answer = release(viewer=officer, problem_id=problem.id, changes={"XZB": "120.304700"})
    assert answer.body["accepted"] == 1
    record = Record.objects.get(source_id="Q1")
    assert record.lon is not None
    # The personal fields were never shown and are all there.
    sealed = raw_row(viewer=officer, problem_id=problem.id)
    assert sealed.fields is not None
    assert sealed.fields["BJRXM"] == "赵**"
    assert record.personal is not None


def test_a_row_is_released_as_it_was_once_the_profile_is_right(feed, officer):
    times = {**DOCUMENT["occurred_at"], "form": "%Y-%m-%d"}
    feed("police110", occurred_at=times)
    # Alone in its delivery: the very bytes were received before, and quarantined.
    answer = push(call("Q1"))
    problem = Problem.objects.get(delivery_id=answer.body["id"])
    again = release(viewer=officer, problem_id=problem.id, changes={})
    assert again.body["quarantined"] == 1
    feed("police110")
    again = release(viewer=officer, problem_id=problem.id, changes={})
    assert (again.status, again.replay, again.body["accepted"]) == (201, False, 1)


def test_two_rows_may_be_corrected_alike(officer):
    answer = push(call("Q1", XZB="N/A"), call("Q1", XZB="n/a"))
    first, second = Problem.objects.filter(delivery_id=answer.body["id"]).order_by("line")
    assert release(viewer=officer, problem_id=first.id, row=call("Q1")).body["accepted"] == 1
    assert release(viewer=officer, problem_id=second.id, row=call("Q1")).body["duplicates"] == 1
    assert not Problem.objects.filter(settlement="open").exists()


def test_a_released_row_never_replaces_what_came_after_it(problem, officer):
    push(call("Q1", JQDJ="1"))
    answer = release(viewer=officer, problem_id=problem.id, row=call("Q1", JQDJ="4"))
    assert answer.body["updated"] == 1
    assert Record.objects.get(source_id="Q1").severity == 1
    assert RecordVersion.objects.get(source_id="Q1").severity == 4


def test_it_does_replace_what_came_before_it(officer):
    push(call("Q1", JQDJ="4"))
    answer = push(call("Q1", JQDJ="1", XZB="N/A"))
    problem = Problem.objects.get(delivery_id=answer.body["id"])
    release(viewer=officer, problem_id=problem.id, changes={"XZB": "120.304700"})
    assert Record.objects.get(source_id="Q1").severity == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("together", [False, True])
def test_rows_released_in_any_order_leave_current_what_came_last(officer, order, together):
    rows = [call("Q1", JQDJ="4", XZB="N/A"), call("Q1", JQDJ="1", XZB="n/a")]
    for part in [rows] if together else [[one] for one in rows]:
        push(*part)
    waiting = list(Problem.objects.filter(settlement="open").order_by("found_at", "line"))
    done = release_many(
        viewer=officer, problem_ids=[waiting[at].id for at in order], changes={"XZB": "120.304700"}
    )
    assert {one.outcome for one in done} == {"released"}
    assert Record.objects.get(source_id="Q1").severity == 1


def test_a_released_row_does_not_replace_a_later_line_of_its_own_delivery(officer):
    push(call("Q1", JQDJ="4", XZB="N/A"), call("Q1", JQDJ="1"))
    problem = Problem.objects.get(settlement="open")
    release(viewer=officer, problem_id=problem.id, changes={"XZB": "120.304700"})
    assert Record.objects.get(source_id="Q1").severity == 1


def test_a_correction_is_no_sign_of_the_senders_life(problem, officer):
    before = Feed.objects.get(key="police110").last_contact_at
    release(viewer=officer, problem_id=problem.id, row=call("Q1"))
    assert Feed.objects.get(key="police110").last_contact_at == before


def test_an_exercise_is_released_as_an_exercise(officer):
    answer = push(call("X", XZB="N/A"), exercise=True)
    problem = Problem.objects.get(delivery_id=answer.body["id"])
    release(viewer=officer, problem_id=problem.id, row=call("X"))
    assert Record.objects.get(source_id="X").exercise


def test_neither_a_row_nor_changes_and_a_field_that_is_none_are_refused(problem, officer):
    for given, code in (({}, "row_missing"), ({"changes": {"SJL": 1}}, "no_such_field")):
        with pytest.raises(RuleBroken) as caught:
            release(viewer=officer, problem_id=problem.id, **given)
        assert caught.value.code == code


def test_a_row_whose_body_was_erased_is_gone(problem, officer):
    DeliveryBody.objects.filter(delivery_id=problem.delivery_id).delete()
    for act in (
        lambda: raw_row(viewer=officer, problem_id=problem.id),
        lambda: release(viewer=officer, problem_id=problem.id, changes={}),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.code == "row_gone"
    assert release(viewer=officer, problem_id=problem.id, row=call("Q1")).status == 201


def test_a_discarded_row_needs_a_reason_and_is_settled_once(problem, officer):
    with pytest.raises(RuleBroken):
        discard(viewer=officer, problem_id=problem.id, reason="  ")
    discard(viewer=officer, problem_id=problem.id, reason="a test call")
    problem.refresh_from_db()
    assert (problem.settlement, problem.settled_reason) == ("discarded", "a test call")
    assert AuditEntry.objects.filter(object_id=str(problem.id)).count() == 1
    with pytest.raises(Refused):
        release(viewer=officer, problem_id=problem.id, row=call("Q1"))
    assert not Record.objects.exists()


def test_only_officers_of_the_feeds_organisation_settle(problem, cast):
    with pytest.raises(NotAllowed):
        discard(viewer=cast.viewer("city_supervisor"), problem_id=problem.id, reason="no")
    for name in ("other_officer", "system_admin", "audit_admin"):
        viewer = cast.viewer(name)
        for act in (
            lambda viewer=viewer: discard(viewer=viewer, problem_id=problem.id, reason="no"),
            lambda viewer=viewer: release(viewer=viewer, problem_id=problem.id, changes={}),
            lambda viewer=viewer: raw_row(viewer=viewer, problem_id=problem.id),
        ):
            with pytest.raises(NotFound):
                act()


def test_flags_and_repeated_rows_cannot_be_settled(officer):
    push(call("F1", BJLBDM="ZZ"), call("Q", XZB="N/A"), call("Q", XZB="N/A"))
    flag = Problem.objects.get(outcome="flagged")
    repeated = Problem.objects.get(settlement="repeated")
    for one in (flag, repeated):
        with pytest.raises(NotFound):
            discard(viewer=officer, problem_id=one.id, reason="no")


def test_many_are_released_with_one_change_each_for_itself(officer, cast):
    answer = push(
        call("A", SFDZ="x", BJLBDM=["020100"], JQDJ={"a": 1}),
        call("B", JQDJ={"a": 1}),
        call("C", JQDJ={"a": 1}, XZB="N/A"),
        call("D", JQDJ={"a": 1}),
    )
    assert answer.body["quarantined"] == 4
    waiting = Problem.objects.filter(settlement="open").order_by("line")
    a, b, c, d = (one.id for one in waiting)
    discard(viewer=officer, problem_id=d, reason="noise")
    flagged = push(call("F", BJLBDM="ZZ")).body["id"]
    flag = Problem.objects.get(delivery_id=flagged).id
    done = release_many(viewer=officer, problem_ids=[a, b, c, d, flag, a], changes={"JQDJ": "1"})
    told = {one.problem_id: (one.outcome, one.code) for one in done}
    assert told == {
        a: ("released", ""),
        b: ("released", ""),
        c: ("still_wrong", ""),
        d: ("refused", "already_settled"),
        flag: ("refused", "not_found"),
    }
    (wrong,) = next(one for one in done if one.problem_id == c).problems
    assert (wrong["code"], wrong["field"]) == ("bad_number", "XZB")
    assert set(Record.objects.values_list("source_id", flat=True)) == {"A", "B", "F"}
    stranger = cast.viewer("other_officer")
    (refused,) = release_many(viewer=stranger, problem_ids=[c])
    assert (refused.outcome, refused.code) == ("refused", "not_found")


def test_many_are_discarded_for_one_reason(officer, cast):
    push(*(call(f"Q{n}", XZB=f"x{n}") for n in range(5)))
    ids = list(Problem.objects.order_by("line").values_list("id", flat=True))
    discard(viewer=officer, problem_id=ids[0], reason="first")
    done = discard_many(viewer=officer, problem_ids=ids, reason=" a test ")
    assert [one.outcome for one in done] == ["refused"] + ["discarded"] * 4
    reasons = Problem.objects.order_by("line").values_list("settled_reason", flat=True)
    assert list(reasons) == ["first"] + ["a test"] * 4
    assert AuditEntry.objects.filter(act="quarantine_discarded").count() == 5
    with pytest.raises(RuleBroken):
        discard_many(viewer=officer, problem_ids=ids, reason=" ")
    for refused in discard_many(viewer=cast.viewer("city_supervisor"), problem_ids=ids, reason="x"):
        assert (refused.outcome, refused.code) == ("refused", "not_allowed")


def test_not_more_than_the_bound_at_once(officer, problem):
    many = [problem.id, *(Delivery().id for _ in range(200))]
    for act in (
        lambda: release_many(viewer=officer, problem_ids=many),
        lambda: discard_many(viewer=officer, problem_ids=many, reason="x"),
    ):
        with pytest.raises(RuleBroken) as caught:
            act()
        assert caught.value.code == "too_many_at_once"
    problem.refresh_from_db()
    assert problem.settlement == "open"


def _waiting(viewer, **filters: object) -> list[str]:
    rows = open_problems_visible_to(viewer, **filters).order_by("line")
    return [one.source_id for one in rows]


def test_one_line_for_each_waiting_row_with_all_its_reasons(officer):
    push(call("A", XZB="N/A", BJSJ="x"), call("ok"), call("B", XZB="N/A"), call("A2", BJLBDM="ZZ"))
    push(call("A", XZB="N/A", BJSJ="x"))  # known: waits no second time
    rows = with_reasons(list(open_problems_visible_to(officer).order_by("line")))
    assert [(row.problem.source_id, [one.code for one in row.reasons]) for row in rows] == [
        ("A", ["bad_time", "bad_number"]),
        ("B", ["bad_number"]),
    ]


def test_the_waiting_rows_by_feed_by_reason_and_by_exercise(feed, officer):
    push(call("A", XZB="N/A", BJSJ="x"), call("B", XZB="N/A"))
    push(call("C", XZB="N/A"), feed_key=feed("other"))
    push(call("X", XZB="N/A"), exercise=True)
    assert _waiting(officer, feed="police110") == ["A", "B"]
    assert sorted(_waiting(officer)) == ["A", "B", "C"]
    assert _waiting(officer, feed="police110", code="bad_time") == ["A"]
    # A further reason of a row counts as much as the one that stands for it.
    assert _waiting(officer, feed="police110", code="bad_number") == ["A", "B"]
    assert _waiting(officer, exercise=True) == ["X"]
    assert _waiting(officer, feed="nobody") == []


def test_who_sees_the_waiting_rows(problem, cast):
    for name, seen in (
        ("feed_officer", ["Q1"]),
        ("city_supervisor", ["Q1"]),
        ("other_officer", []),
        ("system_admin", []),
        ("security_admin", []),
        ("audit_admin", []),
    ):
        assert _waiting(cast.viewer(name)) == seen, name


def test_a_row_that_cannot_be_read_is_shown_as_text(officer):
    answer = push(
        body=lines([call("ok")])
        + b'\n{"JJDBH": "T", "BJRXM": "\xe8\xb5\xb5\xe5\x85\xad", "SFDZ": "x'
    )
    problem = Problem.objects.get(delivery_id=answer.body["id"])
    row = raw_row(viewer=officer, problem_id=problem.id)
    assert row.fields is None
    assert row.text == '{"JJDBH": "T", "BJRXM": ***, "SFDZ": "x'
