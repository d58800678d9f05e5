"""The quality of a feed and of one delivery, as sender and supervision read it."""

from datetime import UTC, datetime

import pytest

from core import clock
from integration.models import Problem
from integration.services import release
from tests.integration.services.conftest import call, push

pytestmark = pytest.mark.django_db
_URL = "/api/v1/feeds/police110/quality"


def _told(cast, url: str, who: str = "partner"):
    answer = cast.client(who).get(url)
    assert answer.status_code == 200, answer.content
    return answer.json()


def _indicators(told) -> dict[str, dict]:
    return {one["code"]: one for part in told["dimensions"] for one in part["indicators"]}


def _two_days() -> str:
    with clock.fixed(datetime(2026, 11, 10, 3, tzinfo=UTC)):
        first = push(
            call("A"),
            call("B", XZB="N/A", BJSJ="nonsense"),
            call("C", BJLBDM="999999"),
            call("D", XZB="", YZB=""),
        )
    with clock.fixed(datetime(2026, 11, 10, 17, tzinfo=UTC)):  # the 11th of the city
        push(call("A"), call("E"))
        push(call("X", XZB="N/A"), exercise=True)
    return first.body["id"]


def test_a_feed_is_graded_over_its_days(cast):
    _two_days()
    told = _told(cast, f"{_URL}?from=2026-11-10&to=2026-11-11")
    assert (told["deliveries"], told["received"], told["quarantined"]) == (2, 6, 1)
    found = _indicators(told)
    pairs = {code: (one["satisfied"], one["assessed"]) for code, one in found.items()}
    assert pairs["0101"] == (5, 6)  # C's code
    assert pairs["0302"] == (5, 6)  # B, once for both faults
    assert pairs["0201"] == (17, 18)  # id, time and place of six rows; D has no place
    assert pairs["0202"] == (5, 6)
    assert pairs["0303"] == (1, 6)  # A came twice
    assert pairs["0305"] == (1, 6)
    assert pairs["0502"] == (0, 0)
    assert found["0502"]["rate"] is None
    assert (found["0303"]["rate"], found["0303"]["lower_is_better"]) == (16.67, True)
    assert [one["source_id"] for one in found["0101"]["samples"]] == ["C"]
    assert {one["code"] for one in found["0302"]["samples"]} == {"bad_time", "bad_number"}
    assert [one["day"] for one in told["days"]] == ["2026-11-10", "2026-11-11"]
    assert [one["received"] for one in told["days"]] == [4, 2]
    assert 0 < told["score"] < 100


def test_what_an_officer_corrected_was_not_sent_so(cast):
    _two_days()
    problem = Problem.objects.filter(source_id="B", delivery__exercise=False).first()
    release(viewer=cast.viewer("feed_officer"), problem_id=problem.id, row=call("B"))
    told = _told(cast, f"{_URL}?from=2026-11-01&to=2026-12-01")
    assert told["received"] == 6


def test_a_delivery_is_graded_alone(cast):
    told = _told(cast, f"/api/v1/deliveries/{_two_days()}/quality")
    assert told["received"] == 4
    assert _indicators(told)["0101"]["rate"] == 75.0


def test_days_without_deliveries_have_no_rates(cast):
    told = _told(cast, f"{_URL}?from=2020-01-01&to=2020-01-31")
    assert (told["received"], told["score"], told["days"]) == (0, None, [])


@pytest.mark.parametrize(
    "query", ["from=2026-11-11&to=2026-11-10", "from=2020-01-01&to=2026-01-01", "from=x"]
)
def test_a_period_must_make_sense(cast, query):
    answer = cast.client("partner").get(f"{_URL}?{query}")
    assert answer.status_code == 400


def test_the_report_has_every_feed_the_viewer_may_know(cast):
    _two_days()
    told = _told(cast, "/api/v1/reports/quality?from=2026-11-10&to=2026-11-11", "city_supervisor")
    rows = {one["feed"]: one for one in told["feeds"]}
    assert rows["police110"]["received"] == 6
    assert rows["traffic"]["score"] is None
    assert set(rows["police110"]["dimensions"]) == {"01", "02", "03", "04", "05"}
    own = _told(cast, "/api/v1/reports/quality", "feed_officer")
    assert {one["feed"] for one in own["feeds"]} == {"police110", "traffic"}
    assert cast.client("partner").get("/api/v1/reports/quality").status_code == 403
