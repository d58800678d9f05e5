"""Tasks at the REST door, to the letter of the contract."""

from typing import Any

import pytest

from core.ids import uuid7
from departments.services import dispatch_alert
from tests.cast import Cast
from tests.departments.office import Office
from tests.departments.refusals import unchanged

pytestmark = pytest.mark.django_db
URL = "/api/v1/tasks"


def _act(cast: Cast, who: str, task_id: object, **body: Any) -> Any:
    return cast.client(who).post(f"{URL}/{task_id}/transitions", body, format="json")


def test_a_task_has_the_shape_of_the_contract(cast: Cast, office: Office) -> None:
    task_id = dispatch_alert(alert=office.alert())
    body = cast.client("lead_officer").get(f"{URL}/{task_id}").json()
    assert body["origin"]["kind"] == "alert"
    assert body["state"] == "dispatched"
    assert body["allowed"] == ["sign_for", "assign", "return"]
    assert body["version"] == 4
    assert [entry["name"] for entry in body["timeline"]] == ["report", "accept", "file", "dispatch"]
    lead = body["parts"][0]
    assert {key: lead[key] for key in ("organisation", "role", "state", "officer", "version")} == {
        "organisation": "BH-FIRE-990102",
        "role": "lead",
        "state": "to_sign",
        "officer": None,
        "version": 4,
    }
    assert lead["limit"] == {"amount": 2.0, "unit": "hour"}
    assert lead["due"] == body["due"]
    assert body["due"].endswith("Z")


def test_reporting_and_acting(cast: Cast) -> None:
    made = cast.client("dispatcher").post(
        URL, {"title": "商铺冒烟", "category": "fire", "district": "990102"}, format="json"
    )
    assert made.status_code == 201
    task_id = made.json()["id"]
    assert made.json()["state"] == "reported"
    answer = _act(cast, "dispatcher", task_id, name="accept", version=1)
    assert (answer.status_code, answer.json()["state"], answer.json()["version"]) == (
        200, "accepted", 2,
    )  # fmt: skip


def test_refusals_name_the_reason_in_the_callers_language(cast: Cast, office: Office) -> None:
    task_id = office.dispatched()
    with unchanged():
        answer = cast.client("lead_officer").post(
            f"{URL}/{task_id}/transitions",
            {"name": "start"},
            format="json",
            headers={"accept-language": "en"},
        )
    assert answer.status_code == 409
    error = answer.json()["error"]
    assert error["code"] == "transition_refused"
    assert error["message"] == error["detail"]["reason"] != ""
    assert error["detail"]["reason_code"] == "wrong_state"
    assert error["detail"]["allowed"] == ["sign_for", "assign", "return"]
    assert error["detail"]["state"] == "dispatched"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": "sign_for", "version": 3}, 412, "stale_version"),
        ({"name": "sign_for", "version": 0}, 422, "invalid_input"),
        ({"name": "sign_for", "version": 2**40}, 422, "invalid_input"),
        ({"name": "sign_for", "note": 7}, 200, None),
        ({"name": "sign_for", "note": ["x"]}, 422, "invalid_input"),
        ({"note": "x"}, 422, "invalid_input"),
        ({"name": "assign"}, 422, "field_missing"),
        ({"name": "assign", "officer": "nobody"}, 422, "unknown_officer"),
        ({"name": "sign_for", "outcome": "real"}, 422, "unknown_field"),
        ({"name": "teleport"}, 409, "transition_refused"),
        ({"name": "parts_started"}, 409, "transition_refused"),
    ],
)
def test_bodies(cast: Cast, office: Office, body: Any, status: int, code: str | None) -> None:
    task_id = office.dispatched()
    answer = _act(cast, "lead_officer", task_id, **body)
    assert answer.status_code == status, answer.json()
    if code:
        assert answer.json()["error"]["code"] == code


def test_foreign_and_missing_tasks_are_the_same(cast: Cast, office: Office) -> None:
    task_id, missing = office.dispatched(), uuid7()
    for who in ("other_officer", "district_supervisor", "system_admin", "audit_admin"):
        client = cast.client(who)
        for method, tail, body in (
            ("get", "", None),
            ("post", "/transitions", {"name": "sign_for"}),
            ("post", "/transitions", {"name": "accept", "version": 1}),
        ):
            send = getattr(client, method)
            with unchanged():
                seen = send(f"{URL}/{task_id}{tail}", body, format="json")
            gone = send(f"{URL}/{missing}{tail}", body, format="json")
            assert seen.status_code == gone.status_code == 404
            assert seen.json() == gone.json()


def test_partners_and_strangers_have_no_business_here(cast: Cast, office: Office) -> None:
    task_id = office.dispatched()
    assert cast.client("stranger").get(URL).status_code == 401
    assert cast.client("stranger").get(f"{URL}/{task_id}").status_code == 401
    assert cast.client("partner").get(f"{URL}/{task_id}").status_code == 403
    assert cast.client("partner").post(URL, {"title": "x"}, format="json").status_code == 403
    reported = cast.client("system_admin").post(
        URL, {"title": "x", "category": "fire"}, format="json"
    )
    assert reported.status_code == 403


def test_lists_filter_and_page(cast: Cast, office: Office) -> None:
    for _ in range(3):
        dispatch_alert(alert=office.alert())
    dispatch_alert(alert=office.alert(district="990103"))
    client = cast.client("dispatcher")
    first = client.get(f"{URL}?limit=2&origin_kind=alert").json()
    assert len(first["results"]) == 2
    assert "origin_kind=alert" in first["next"]
    second = client.get(first["next"]).json()
    assert (len(second["results"]), second["next"]) == (2, None)
    ids = [row["id"] for row in first["results"] + second["results"]]
    assert len(set(ids)) == 4
    assert len(client.get(f"{URL}?district=990103").json()["results"]) == 1
    assert len(cast.client("lead_officer").get(URL).json()["results"]) == 3


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("state=nowhere", "bad_filter"),
        ("overdue=perhaps", "bad_filter"),
        ("limit=0", "bad_limit"),
        ("limit=201", "bad_limit"),
        ("cursor=xx", "bad_cursor"),
        ("ordering=title", "unknown_filter"),
    ],
)
def test_bad_queries(cast: Cast, query: str, code: str) -> None:
    answer = cast.client("dispatcher").get(f"{URL}?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid_input"),
        ({"title": "x", "category": "nothing"}, "unknown_category"),
        ({"title": "x", "category": "fire", "lon": 2.35, "lat": 48.85}, "coordinates_out_of_area"),
        ({"title": "x", "category": "fire", "lon": 200, "lat": 0}, "invalid_input"),
        ({"title": "x", "category": "fire", "lon": "NaN", "lat": "NaN"}, "invalid_input"),
        ({"title": "x", "category": "fire", "origin_kind": "alert"}, "invalid_input"),
        ({"title": "x\x00", "category": "fire"}, "invalid_input"),
    ],
)
def test_bad_reports(cast: Cast, body: Any, code: str) -> None:
    with unchanged():
        answer = cast.client("dispatcher").post(URL, body, format="json")
    assert answer.status_code == 422, answer.json()
    assert answer.json()["error"]["code"] == code
