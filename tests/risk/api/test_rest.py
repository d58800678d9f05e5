"""The REST door of judging: shapes of the contract, and who sees what."""

from dataclasses import replace
from typing import Any

import pytest

from risk import services as risk
from risk.models import Incident, RiskCase, Subject
from risk.selectors import clusters, counts, subject_detail
from tests.cast import Cast
from tests.risk.calls import AT, GAS, LAT, LON, NOISE, Call, judge, push

pytestmark = pytest.mark.django_db

CALLS = [Call(f"g{n}", minutes=n * 3, category=GAS, severity=1) for n in range(5)]


def _results(cast: Cast, who: str, path: str) -> list[dict[str, Any]]:
    answer = cast.client(who).get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def test_a_case_shows_its_assessment_and_its_records(cast: Cast) -> None:
    judge(push(*CALLS))
    client = cast.client("city_supervisor")
    (case,) = _results(cast, "city_supervisor", "cases?family=gas&state=open")
    body = client.get(f"/api/v1/cases/{case['id']}").json()
    assessment = body["assessment"]
    total = sum(term["contribution"] for term in assessment["terms"])
    assert total == pytest.approx(assessment["score"], abs=1e-9)
    assert {"factor", "value", "weight", "contribution", "reason"} <= set(assessment["terms"][0])
    assert assessment["ruleset"] == "general v2"
    (incident,) = body["incidents"]
    assert {one["source_id"] for one in incident["records"]} == {call.source_id for call in CALLS}
    assert {one["feed"] for one in incident["records"]} == {"police110"}
    assert body["alerts"][0]["state"] == "open"
    found = client.get(f"/api/v1/incidents/{incident['id']}").json()
    assert {"id", "feed", "source_id"} <= set(found["records"][0])
    subject = client.get(f"/api/v1/subjects/{body['subject']['id']}").json()
    assert subject["cases"][0]["id"] == case["id"]


def test_lists_are_seen_by_who_may(cast: Cast) -> None:
    judge(push(*CALLS))
    seen = {
        "city_supervisor": (1, 1, 1, 2),  # a spot, and the house that the address names
        "feed_officer": (1, 1, 1, 2),  # their own records
        "other_officer": (0, 0, 0, 0),
        "district_supervisor": (0, 0, 0, 0),
        "system_admin": (0, 0, 0, 0),
        "audit_admin": (0, 0, 0, 0),
    }
    for who, lengths in seen.items():
        paths = ("incidents", "cases", "alerts", "subjects")
        assert tuple(len(_results(cast, who, path)) for path in paths) == lengths, who
    for who in ("stranger", "partner"):
        assert cast.client(who).get("/api/v1/cases").status_code in {401, 403}


def test_anothers_case_and_a_missing_one_are_the_same(cast: Cast) -> None:
    judge(push(*CALLS))
    client = cast.client("other_officer")
    foreign = client.get(f"/api/v1/cases/{RiskCase.objects.get().id}")
    missing = client.get("/api/v1/cases/01900000-0000-7000-8000-000000000000")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.json() == missing.json()


def test_a_party_sees_the_case(cast: Cast) -> None:
    judge(push(*CALLS))
    case = RiskCase.objects.get()
    officer = cast.officer("other_officer")
    risk.add_parties(case.id, [(officer.organisation_id, "supporting")])
    risk.add_parties(case.id, [(officer.organisation_id, "supporting")])
    body = cast.client("other_officer").get(f"/api/v1/cases/{case.id}").json()
    assert [one["organisation"] for one in body["parties"]] == [officer.organisation.code]
    assert _results(cast, "other_officer", "incidents") == []


def test_exercises_are_listed_only_when_asked_for(cast: Cast) -> None:
    judge(push(*CALLS, exercise=True))
    assert _results(cast, "city_supervisor", "cases") == []
    assert len(_results(cast, "city_supervisor", "cases?exercise=1")) == 1
    assert len(_results(cast, "city_supervisor", "cases?exercise=true")) == 1
    # A spot of which only an exercise knows is neither shown nor counted.
    assert _results(cast, "city_supervisor", "subjects") == []
    assert counts()["subjects"] == 0


def test_links_are_those_of_real_records() -> None:
    judge(push(*CALLS), push(*CALLS, exercise=True))
    for kind in ("incidents", "subjects"):
        rows = [(feed, source) for feed, source, _ in clusters(kind)]
        assert len(rows) == len(set(rows)) == len(CALLS)


def test_a_subject_shows_the_records_that_the_viewer_may_see(cast: Cast) -> None:
    judge(push(*CALLS, Call("loud", minutes=1, category=NOISE)), push(*CALLS, exercise=True))
    subject = Subject.objects.get(key__startswith="spot:")
    other = replace(cast.viewer("other_officer"), categories=frozenset({"noise"}))
    shown = subject_detail(other, subject.id).records
    assert [one.source_id for one in shown] == ["loud"]
    everything = subject_detail(cast.viewer("city_supervisor"), subject.id).records
    assert len(everything) == len(CALLS) + 1


def test_a_report_by_hand_is_of_our_days(cast: Cast) -> None:
    body = {"category": "fire", "occurred_at": "0001-01-01T00:00:00Z", "summary": "x"}
    answer = cast.client("lead_officer").post(
        "/api/v1/incidents", {**body, "district": "990102"}, format="json"
    )
    assert answer.status_code == 422
    assert answer.json()["error"]["detail"]["fields"] == {"occurred_at": "too_old"}


def test_filters_and_pages(cast: Cast) -> None:
    judge(push(*(Call(f"n{n}", minutes=n, east=n * 900, category=NOISE) for n in range(5))))
    client = cast.client("city_supervisor")
    first = client.get("/api/v1/incidents?limit=2&family=environment").json()
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()
    pages = [first, second, third]
    ids = [row["id"] for page in pages for row in page["results"]]
    assert len(ids) == len(set(ids)) == 5
    assert third["next"] is None
    times = [row["last_at"] for page in pages for row in page["results"]]
    assert times == sorted(times, reverse=True)
    assert _results(cast, "city_supervisor", "incidents?family=fire") == []
    since = "2026-03-02T04:03:00Z"
    assert len(_results(cast, "city_supervisor", f"incidents?since={since}")) == 2
    for query in ("colour=red", "since=yesterday", "limit=1000"):
        assert client.get(f"/api/v1/incidents?{query}").status_code == 400


def test_an_incident_by_hand(cast: Cast) -> None:
    client = cast.client("lead_officer")
    body = {
        "category": "fire",
        "occurred_at": AT.isoformat(),
        "lon": LON,
        "lat": LAT,
        "summary": "现场看到浓烟，联系13800138000",
    }
    answer = client.post("/api/v1/incidents", body, format="json")
    assert answer.status_code == 201, answer.json()
    assert answer.json()["district"] == "990102"
    assert "13800138000" not in Incident.objects.get().summary
    wrong = client.post("/api/v1/incidents", {**body, "category": "no"}, format="json")
    assert wrong.status_code == 422
    assert client.post("/api/v1/incidents", {}, format="json").status_code == 422
    assert cast.client("stranger").post("/api/v1/incidents", body).status_code == 401
