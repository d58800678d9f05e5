"""The quarantine over REST: reading what waits, and settling many rows at once."""

import json

import pytest

from integration.models import Problem, Record
from tests.integration.services.conftest import call, push

pytestmark = pytest.mark.django_db
_URL = "/api/v1/quarantine"


@pytest.fixture
def waiting() -> list[str]:
    """The ids of three rows that wait, by line."""
    push(call("A", XZB="N/A", BJSJ="x"), call("B", XZB="N/A"), call("C", JQDJ={"a": 1}))
    problems = Problem.objects.filter(settlement="open").order_by("line")
    return [str(one) for one in problems.values_list("id", flat=True)]


def test_waiting_rows_are_listed_with_their_reasons(waiting, cast):
    client = cast.client("partner")
    rows = client.get(_URL).json()["results"]
    assert {row["id"] for row in rows} == set(waiting)
    by_id = {row["source_id"]: row for row in rows}
    assert by_id["A"]["feed"] == "police110"
    assert [one["code"] for one in by_id["A"]["reasons"]] == ["bad_time", "bad_number"]
    assert by_id["A"]["reasons"][1]["message"]
    found = client.get(f"{_URL}?code=bad_time").json()["results"]
    assert [row["source_id"] for row in found] == ["A"]
    assert client.get(f"{_URL}?feed=nobody").json()["results"] == []
    assert client.get(f"{_URL}?exercise=1").json()["results"] == []


def test_pages_follow_each_other_without_gap_or_repeat(waiting, cast):
    client, url, seen = cast.client("feed_officer"), f"{_URL}?limit=2", []
    for number in range(3):
        push(call(f"P{number}", XZB="N/A"))
    while url:
        page = client.get(url).json()
        seen += [row["source_id"] for row in page["results"]]
        url = page["next"]
    assert sorted(seen) == ["A", "B", "C", "P0", "P1", "P2"]
    assert seen[:3] == ["P2", "P1", "P0"]


def test_a_row_is_read_with_its_personal_fields_masked(waiting, cast):
    for who in ("partner", "feed_officer", "city_supervisor"):
        answer = cast.client(who).get(f"{_URL}/{waiting[1]}")
        assert answer.status_code == 200
        assert "赵某某" not in json.dumps(answer.json(), ensure_ascii=False)
        body = answer.json()
        assert (body["fields"]["XZB"], body["fields"]["BJRXM"]) == ("N/A", "赵**")
        assert body["masked"] == ["BJRDH", "BJRXM"]
        assert body["withheld"] == ["SJLY"]
    assert cast.client("other_officer").get(f"{_URL}/{waiting[1]}").status_code == 404


def test_one_is_released_by_changes(waiting, cast):
    client = cast.client("feed_officer")
    url = f"{_URL}/{waiting[1]}/release"
    wrong = client.post(url, {"changes": {"XZB": "x"}}, format="json")
    assert (wrong.status_code, wrong.json()["id"], wrong.json()["quarantined"]) == (200, None, 1)
    done = client.post(url, {"changes": {"XZB": "120.304700"}}, format="json")
    assert (done.status_code, done.json()["accepted"]) == (201, 1)
    assert done.json()["released_from"] == waiting[1]
    shown = client.get(f"/api/v1/deliveries/{done.json()['id']}").json()
    assert shown["released_from"] == waiting[1]
    assert client.post(url, {}, format="json").json()["error"]["code"] == "already_settled"


def test_many_are_released_and_discarded(waiting, cast):
    client = cast.client("feed_officer")
    given = {"ids": waiting, "changes": {"XZB": "120.304700"}}
    told = client.post(f"{_URL}/release", given, format="json").json()["results"]
    assert [one["outcome"] for one in told] == ["still_wrong", "released", "still_wrong"]
    assert told[0]["problems"][0]["code"] == "bad_time"
    assert told[1]["delivery"] == str(Record.objects.get().delivery_id)
    given = {"ids": waiting, "reason": "a test"}
    told = client.post(f"{_URL}/discard", given, format="json").json()["results"]
    assert [one["outcome"] for one in told] == ["discarded", "refused", "discarded"]
    assert told[1]["error"]["code"] == "already_settled"
    assert not Problem.objects.filter(settlement="open").exists()


@pytest.mark.parametrize(
    "body", [{}, {"ids": []}, {"ids": ["x"]}, {"ids": "x"}, {"ids": ["0" * 32] * 201}]
)
def test_bad_lists_of_rows_are_refused_whole(waiting, cast, body):
    client = cast.client("feed_officer")
    for act, more in (("release", {}), ("discard", {"reason": "x"})):
        answer = client.post(f"{_URL}/{act}", body | more, format="json")
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_input")
    assert Problem.objects.filter(settlement="open").count() == 3


def test_partners_read_and_do_not_settle(waiting, cast):
    client = cast.client("partner")
    given = {"ids": waiting, "reason": "x", "changes": {}}
    for act in ("release", "discard"):
        # These doors are the officers'.
        assert client.post(f"{_URL}/{act}", given, format="json").status_code == 403
    assert Problem.objects.filter(settlement="open").count() == 3
