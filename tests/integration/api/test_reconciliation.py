"""A day of a feed, counted and digested as its sender can do it."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.domain import SYSTEM
from core import clock
from integration.models import Problem
from integration.services import load_profile, release
from tests.integration.services.conftest import DOCUMENT, call, push

pytestmark = pytest.mark.django_db
_URL = "/api/v1/feeds/police110/reconciliation"
NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def _digest(ids: Iterable[str]) -> str:
    """As the schema describes it, in the sender's own words."""
    text = "".join(one + "\n" for one in sorted(set(ids)))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _day(cast, query: str = "", who: str = "partner"):
    answer = cast.client(who).get(f"{_URL}{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_by_occurrence_in_the_days_of_the_city(cast):
    push(
        call("first", BJSJ="20261101000000"),
        call("last", BJSJ="20261101235959"),
        call("before", BJSJ="20261031235959"),
        call("after", BJSJ="20261102000000"),
        call("wrong", BJSJ="20261101120000", XZB="N/A"),
    )
    push(call("last", BJSJ="20261101235959", JQDJ="1"))
    push(call("drill", BJSJ="20261101120000"), exercise=True)
    day = _day(cast, "?date=2026-11-01")
    assert (day["feed"], day["date"], day["by"]) == ("police110", "2026-11-01", "occurred")
    assert (day["since"], day["until"]) == ("2026-10-31T16:00:00Z", "2026-11-01T16:00:00Z")
    assert (day["count"], day["digest"]) == (2, _digest(["first", "last"]))
    assert _day(cast, "?date=2020-02-30".replace("30", "28"))["digest"] == NOTHING == _digest([])


def test_ids_are_sorted_by_code_point_whatever_the_database_does(cast):
    ids = ["b", "B", "a", "Z", "é", "火", "𠮷", "￥", "_", "-1", "10", "9", "a-b", "aB", "ab"]
    push(*(call(one, BJSJ="20261101120000") for one in reversed(ids)))
    assert _day(cast, "?date=2026-11-01")["digest"] == _digest(ids)


def test_by_receipt_it_is_what_came_and_is_stored(cast):
    with clock.fixed(datetime(2026, 11, 10, 3, tzinfo=UTC)):
        push(call("A"), call("B"), call("C", XZB="N/A"))
    with clock.fixed(datetime(2026, 11, 10, 20, tzinfo=UTC)):  # the 11th already
        push(call("A", JQDJ="1"), call("D"))
    with clock.fixed(datetime(2026, 11, 11, 3, tzinfo=UTC)):
        push(call("B"), call("E"))
        push(call("X"), exercise=True)
    tenth = _day(cast, "?date=2026-11-10&by=received")
    # What A said on the 10th is history by now, and still came on the 10th.
    assert (tenth["count"], tenth["digest"]) == (2, _digest(["A", "B"]))
    assert (tenth["deliveries"], tenth["received"], tenth["quarantined"]) == (1, 3, 1)
    eleventh = _day(cast, "?date=2026-11-11&by=received")
    # B came again and changed nothing: the sender has sent it all the same.
    assert eleventh["digest"] == _digest(["A", "B", "D", "E"])
    assert (eleventh["deliveries"], eleventh["received"]) == (2, 4)


def test_rows_that_wait_are_told_apart(cast):
    at = datetime(2026, 11, 10, 3, tzinfo=UTC)
    with clock.fixed(at):
        push(call("A", XZB="N/A"), call("B", XZB="N/A"))
        problem = Problem.objects.get(source_id="A")
        release(viewer=cast.viewer("feed_officer"), problem_id=problem.id, row=call("A"))
    day = _day(cast, "?date=2026-11-10&by=received")
    assert (day["deliveries"], day["quarantined"], day["waiting"]) == (1, 2, 1)
    # The sender did not send what the officer made of A; but it is a record of its day.
    assert day["digest"] == NOTHING
    assert _day(cast, "?date=2026-11-01")["digest"] == _digest(["A"])


def test_without_a_day_it_is_today_in_the_city(cast):
    with clock.fixed(datetime(2026, 11, 10, 17, tzinfo=UTC)):
        assert _day(cast)["date"] == "2026-11-11"


@pytest.mark.parametrize(
    "query",
    [
        "date=2026-11-31",
        "date=20261101",
        "date=2026-11-01T00:00:00Z",
        "date=9999-12-31",
        "date=0001-01-01",
        "date=today",
        "date=2026-11-01&by=seen",
        "day=2026-11-01",
        "limit=1",
    ],
)
def test_other_days_and_filters_are_refused(cast, query):
    answer = cast.client("partner").get(f"{_URL}?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] in ("bad_filter", "unknown_filter")


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("partner", 200),
        ("feed_officer", 200),
        ("city_supervisor", 200),
        ("other_officer", 404),
        ("system_admin", 404),
        ("stranger", 401),
    ],
)
def test_the_feeds_own_may_see_it(cast, who, status):
    assert cast.client(who).get(_URL).status_code == status


def test_a_key_opens_its_own_feed_alone(cast):
    load_profile(document={**DOCUMENT, "key": "other"}, actor=SYSTEM)
    answer = cast.client("partner").get("/api/v1/feeds/other/reconciliation")
    assert answer.status_code == 404


@pytest.mark.parametrize("by", ["occurred", "received"])
def test_the_day_is_found_by_an_index(cast, by):
    push(*(call(f"I{n}") for n in range(20)))
    with CaptureQueriesContext(connection) as queries:
        _day(cast, f"?date=2026-11-01&by={by}")
    (walk,) = (
        one["sql"] for one in queries.captured_queries if 'source_id COLLATE "C"' in one["sql"]
    )
    statement = walk[walk.index("SELECT" if by == "occurred" else "WITH came") :]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + statement)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan" not in plan
    names = {
        "occurred": ["record_newest_feed"],
        "received": ["record_by_delivery", "record_version_by_delivery", "problem_by_delivery"],
    }
    assert [name for name in names[by] if name not in plan] == []
