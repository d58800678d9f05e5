"""What a row is in conflict with, under the version rules that know conflicts."""

import pytest

from integration.models import Problem, Record, RecordVersion
from tests.integration.services.conftest import call, push

pytestmark = pytest.mark.django_db


@pytest.fixture
def marked(feed) -> str:
    return feed("marked", version={"rule": "path", "path": "VER"})


@pytest.fixture
def fixed(feed) -> str:
    return feed("fixed", version={"rule": "immutable"})


def _detail(stored: Record | RecordVersion) -> dict[str, object]:
    return {
        "record": str(stored.key_id),
        "version": stored.version,
        "delivery": str(stored.delivery_id),
        "line": stored.line,
        "received_at": stored.received_at.isoformat().replace("+00:00", "Z"),
    }


def test_a_conflict_tells_what_is_stored(fixed):
    push(call("A"), call("J1"), feed_key=fixed)
    answer = push(call("J1", JQDJ="1"), feed_key=fixed)
    (told,) = answer.body["problems"]
    assert told["detail"] == _detail(Record.objects.get(source_id="J1"))
    assert told["detail"]["line"] == 1
    assert Problem.objects.get(code="conflict").detail == told["detail"]


def test_a_conflict_of_marks_names_the_version_with_the_mark(marked):
    push(call(VER=5, JQDJ="4"), feed_key=marked)
    push(call(VER=6, JQDJ="3"), feed_key=marked)
    answer = push(call(VER=5, JQDJ="1"), feed_key=marked)
    (told,) = answer.body["problems"]
    assert told["detail"] == _detail(RecordVersion.objects.get(source_id="J1"))
    answer = push(call(VER=6, JQDJ="1"), feed_key=marked)
    assert answer.body["problems"][0]["detail"] == _detail(Record.objects.get(source_id="J1"))


def test_conflicts_inside_one_delivery_name_the_row_before_them(marked):
    answer = push(call(VER=1, JQDJ="4"), call(VER=1, JQDJ="3"), feed_key=marked)
    (told,) = answer.body["problems"]
    assert (told["line"], told["detail"]["line"]) == (1, 0)
    assert told["detail"]["delivery"] == answer.body["id"]


def test_a_conflict_that_is_sent_again_tells_both(fixed):
    push(call(), feed_key=fixed)
    first = push(call(JQDJ="1"), feed_key=fixed)
    again = push(call(JQDJ="1"), call("new"), feed_key=fixed)
    told = again.body["problems"][0]["detail"]
    assert told.pop("first") == str(Problem.objects.get(settlement="open").id)
    assert told == first.body["problems"][0]["detail"]


def test_a_record_that_had_versions_before_the_rule_conflicts_with_the_current_one(feed):
    key = feed("later")
    push(call(JQDJ="4"), feed_key=key)
    push(call(JQDJ="3"), feed_key=key)
    feed("later", version={"rule": "immutable"})
    answer = push(call(JQDJ="1"), feed_key=key)
    assert answer.body["problems"][0]["detail"] == _detail(Record.objects.get(source_id="J1"))


def test_an_exercise_conflicts_with_exercises_alone(fixed):
    push(call(), feed_key=fixed)
    assert push(call(JQDJ="1"), feed_key=fixed, exercise=True).body["accepted"] == 1


def test_over_rest_a_conflict_comes_with_its_detail(cast, feed):
    feed("police110", version={"rule": "immutable"})
    push(call())
    client = cast.client("partner")
    push(call(JQDJ="1"))
    delivery = Problem.objects.get(code="conflict").delivery_id
    (told,) = client.get(f"/api/v1/deliveries/{delivery}/problems").json()["results"]
    assert told["detail"] == _detail(Record.objects.get(source_id="J1"))
    assert told["settlement"] == "open"
