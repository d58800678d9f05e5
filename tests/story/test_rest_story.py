"""The story by REST: a fire risk reported by the public, from phone call to report."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.cast import Cast

pytestmark = pytest.mark.django_db


class Teller:
    """Tells one task's story: who acts, what is answered."""

    def __init__(self, cast: Cast, task: str) -> None:
        self.cast = cast
        self.task = task
        self.clients: dict[str, APIClient] = {}

    def client(self, who: str) -> APIClient:
        if who not in self.clients:
            self.clients[who] = self.cast.client(who)
        return self.clients[who]

    def read(self, who: str) -> Any:
        return self.client(who).get(f"/api/v1/tasks/{self.task}")

    def act(self, who: str, name: str, note: str = "", **fields: Any) -> Any:
        version = self.read("city_supervisor").json()["version"]
        return self.client(who).post(
            f"/api/v1/tasks/{self.task}/transitions",
            {"name": name, "note": note, "version": version, **fields},
            format="json",
        )

    def must(self, who: str, name: str, note: str = "", **fields: Any) -> dict[str, Any]:
        answer = self.act(who, name, note, **fields)
        assert answer.status_code == 200, answer.json()
        body: dict[str, Any] = answer.json()
        return body


def _reported(cast: Cast) -> Teller:
    answer = cast.client("dispatcher").post(
        "/api/v1/tasks",
        {
            "origin_kind": "hand",
            "title": "市民来电：商铺冒烟",
            "description": "沿街商铺冒烟，店主称电线发热",
            "category": "fire",
            "district": "990102",
            "address": "滨江路12号",
        },
        format="json",
    )
    assert answer.status_code == 201, answer.json()
    return Teller(cast, answer.json()["id"])


def test_from_phone_call_to_report(cast: Cast) -> None:
    story = _reported(cast)
    story.must("dispatcher", "accept")
    story.must("dispatcher", "file")
    task = story.must(
        "dispatcher",
        "dispatch",
        lead=cast.code("lead_officer"),
        supporting=[cast.code("supporting_officer")],
    )
    assert task["state"] == "dispatched"
    roles = {part["organisation"]: part["role"] for part in task["parts"]}
    assert roles == {
        cast.code("lead_officer"): "lead",
        cast.code("supporting_officer"): "supporting",
    }

    story.must("lead_officer", "sign_for")
    story.must("lead_officer", "start")
    early = story.act("lead_officer", "merge_feedback", "想提前汇总")
    assert early.status_code == 409
    assert early.json()["error"]["code"] == "transition_refused"
    story.must("supporting_officer", "sign_for")
    story.must("supporting_officer", "start")
    story.must("supporting_officer", "submit_feedback", "已疏散并封控现场")
    merged = story.must("lead_officer", "merge_feedback", "明火已灭，线路已断电整改")
    assert merged["state"] == "verifying"

    own = story.act("lead_officer", "verify_pass", "自己核查")
    assert own.status_code == 409
    story.must("verifier", "verify_pass", "现场复核，隐患消除")
    closed = story.must("verifier", "close", "办结", outcome="real")
    assert closed["state"] == "closed"

    names = [entry["name"] for entry in closed["timeline"]]
    for name in ("accept", "file", "dispatch", "sign_for", "merge_feedback", "close"):
        assert name in names
    report = story.client("city_supervisor").get("/api/v1/reports/collaboration").json()
    rows = {row["organisation"]: row for row in report["organisations"]}
    assert rows[cast.code("lead_officer")]["led"] == 1
    assert rows[cast.code("lead_officer")]["closed"] == 1
    assert rows[cast.code("supporting_officer")]["supported"] == 1
    assert rows[cast.code("supporting_officer")]["fed_back"] == 1
    assert rows[cast.code("supporting_officer")]["fed_back_in_time"] == 1


def test_another_organisation_meets_a_missing_task(cast: Cast) -> None:
    story = _reported(cast)
    story.must("dispatcher", "accept")
    story.must("dispatcher", "file")
    story.must(
        "dispatcher",
        "dispatch",
        lead=cast.code("lead_officer"),
        supporting=[cast.code("supporting_officer")],
    )
    other = story.client("other_officer")
    missing = other.get("/api/v1/tasks/01900000-0000-7000-8000-000000000000")
    assert missing.status_code == 404
    for answer in (
        story.read("other_officer"),
        other.post(f"/api/v1/tasks/{story.task}/transitions", {"name": "sign_for"}, format="json"),
    ):
        assert answer.status_code == 404
        assert answer.json() == missing.json()
    assert other.get("/api/v1/tasks").json()["results"] == []
    assert cast.client("stranger").get(f"/api/v1/tasks/{story.task}").status_code == 401
    assert story.read("district_supervisor").status_code == 404
    assert story.read("system_admin").status_code == 404


def test_a_stale_version_is_412(cast: Cast) -> None:
    story = _reported(cast)
    story.must("dispatcher", "accept")
    answer = story.client("dispatcher").post(
        f"/api/v1/tasks/{story.task}/transitions",
        {"name": "file", "version": 1},
        format="json",
    )
    assert answer.status_code == 412
    assert answer.json()["error"]["code"] == "stale_version"


def test_an_unknown_transition_is_409_and_says_what_is_allowed(cast: Cast) -> None:
    story = _reported(cast)
    answer = story.act("dispatcher", "teleport")
    assert answer.status_code == 409
    assert "accept" in answer.json()["error"]["detail"]["allowed"]
