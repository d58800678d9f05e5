"""A bad row that is sent again is counted again and waits for nobody twice."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integration.domain import formats
from integration.models import Problem
from integration.services import discard, release
from tests.integration.services.conftest import call, push

pytestmark = pytest.mark.django_db
BAD = call("B1", XZB="N/A")


def _settlements(answer) -> list[tuple[int, str]]:
    problems = Problem.objects.filter(delivery_id=answer.body["id"], outcome="quarantined")
    return list(problems.order_by("line", "id").values_list("line", "settlement"))


def _first() -> Problem:
    return Problem.objects.get(settlement="open")


def test_the_first_waits_and_every_further_one_names_it():
    push(BAD)
    first = _first()
    for number in range(2):
        again = push(BAD, call(f"new{number}"))
        assert (again.body["quarantined"], again.body["accepted"]) == (1, 1)
        assert again.body["codes"] == {"bad_number": 1}
        problem = Problem.objects.get(delivery_id=again.body["id"])
        assert (problem.settlement, problem.sealed_row) == ("repeated", None)
        assert problem.detail == {"first": str(first.id)}
        (told,) = again.body["problems"]
        assert told["detail"] == {"first": str(first.id)}
    assert _first().id == first.id


def test_nor_does_it_wait_again_inside_one_delivery_nor_over_its_chunks(monkeypatch):
    monkeypatch.setattr(formats, "CHUNK_ROWS", 2)
    other = call("B2", XZB="N/A")
    answer = push(BAD, BAD, call("good"), BAD, other)
    assert answer.body["quarantined"] == 4
    assert _settlements(answer) == [(0, "open"), (1, "repeated"), (3, "repeated"), (4, "open")]


def test_a_row_with_two_reasons_waits_once_and_is_repeated_once():
    row = call("B3", XZB="N/A", BJSJ="soon")
    first = push(row)
    again = push(row, call("new"))
    assert _settlements(first) == [(0, "open"), (0, "")]
    assert _settlements(again) == [(0, "repeated"), (0, "")]
    assert again.body["quarantined"] == 1


def test_another_row_of_the_same_id_waits_in_its_own_right():
    push(BAD)
    answer = push(call("B1", XZB="n/a"))
    assert _settlements(answer) == [(0, "open")]


@pytest.mark.parametrize("settled", ["released", "discarded"])
def test_a_settled_row_does_not_come_back(settled, cast):
    push(BAD)
    viewer, problem = cast.viewer("feed_officer"), _first()
    if settled == "released":
        release(viewer=viewer, problem_id=problem.id, row=call("B1"))
    else:
        discard(viewer=viewer, problem_id=problem.id, reason="a test")
    again = push(BAD, call("new"))
    assert _settlements(again) == [(0, "repeated")]
    assert not Problem.objects.filter(settlement="open").exists()


def test_an_exercise_and_another_feed_have_bad_rows_of_their_own(feed):
    push(BAD)
    assert _settlements(push(BAD, exercise=True)) == [(0, "open")]
    assert _settlements(push(BAD, feed_key=feed("other"))) == [(0, "open")]
    assert _settlements(push(BAD, call("new"), exercise=True)) == [(0, "repeated")]


def test_rows_that_cannot_be_read_are_known_again_too():
    body = b'{"JJDBH": "cut off'
    push(body=body)
    again = push(body=body + b"\n" + body)
    assert _settlements(again) == [(0, "repeated"), (1, "repeated")]


def test_a_dry_run_names_no_problem_that_will_not_be():
    dry = push(BAD, BAD, dry_run=True)
    assert [one["detail"] for one in dry.body["problems"]] == [{}, {"first": None}]
    push(BAD)
    dry = push(BAD, call("x"), dry_run=True)
    assert dry.body["problems"][0]["detail"] == {"first": str(_first().id)}


def test_the_digest_tells_nothing_of_the_row_and_is_asked_for_once_a_chunk():
    push(BAD)
    with CaptureQueriesContext(connection) as queries:
        push(*(call(f"Q{n}", XZB="N/A") for n in range(50)), call("good"))
    asked = [one for one in queries.captured_queries if '"row_digest" IN' in one["sql"]]
    assert len(asked) == 1
    digests = {bytes(one) for one in Problem.objects.values_list("row_digest", flat=True)}
    assert len(digests) == 51
    assert {len(one) for one in digests} == {16}


def test_a_sound_delivery_asks_nothing_more():
    push(call("warm"))
    with CaptureQueriesContext(connection) as queries:
        push(call("one"))
    # In a test the transaction's own two are a savepoint's.
    assert len(queries) <= 15
