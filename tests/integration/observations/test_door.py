"""The SensorThings door: observations in by the feed's key, out to whom they concern."""

import gzip
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from rest_framework.test import APIClient

from accounts.services import issue_partner_key
from audit.domain import SYSTEM
from core import clock
from integration.models import Datastream, Delivery, Feed, Observation, Problem
from tests.cast import Cast
from tests.integration.observations.stations import STATIONS, feed, push, seen

pytestmark = pytest.mark.django_db
_URL = "/sta/v1.1"
_TIME = "2026-11-01T08:00:00Z"


def _client(feed_key: str = "stations") -> APIClient:
    client = APIClient()
    secret = issue_partner_key(feed_key=feed_key, actor=SYSTEM)
    client.credentials(HTTP_AUTHORIZATION=f"Api-Key {secret}")
    return client


@pytest.fixture
def client(db: None) -> APIClient:
    feed()
    return _client()


def _post(client: APIClient, path: str, body: Any, **headers: Any) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(f"{_URL}/{path}", data, content_type="application/json", **headers)


def test_an_observation_is_stored_and_found_where_the_answer_says(client):
    answer = _post(client, "Observations", seen(resultQuality="good", parameters={"battery": 3}))
    assert answer.status_code == 201
    found = client.get(answer["Location"])
    assert found.status_code == 200
    told = found.json()
    assert told == answer.json()
    assert (told["phenomenonTime"], told["result"]) == (_TIME, 1.5)
    assert (told["resultQuality"], told["parameters"]) == ("good", {"battery": 3})
    assert told["@iot.selfLink"] == answer["Location"]
    stream = client.get(told["Datastream@iot.navigationLink"]).json()
    assert (stream["@iot.id"], stream["properties"]["registered"]) == ("s1", False)
    listed = client.get(stream["Observations@iot.navigationLink"]).json()
    assert listed == {"value": [told]}
    delivery = Delivery.objects.get()
    assert (delivery.sender_kind, delivery.accepted) == ("partner", 1)


def test_the_same_observation_again_is_201_with_the_same_place(client):
    first = _post(client, "Observations", seen())
    again = _post(client, "Observations", seen())
    assert (again.status_code, again["Location"]) == (201, first["Location"])
    assert again["Idempotent-Replay"] == "true"
    other = _post(client, "Observations", seen(resultTime=None))
    assert (other.status_code, other["Location"]) == (201, first["Location"])
    assert Observation.objects.count() == 1


@pytest.mark.parametrize("key", ["s1", "a/b c", "it's", "监测-1", "x)/Observations", "100%"])
def test_the_address_may_name_the_datastream(client, key):
    path = quote("'" + key.replace("'", "''") + "'", safe="")
    answer = _post(client, f"Datastreams({path})/Observations", {"result": 2})
    assert answer.status_code == 201
    assert Datastream.objects.get().key == key
    stream = client.get(answer.json()["Datastream@iot.navigationLink"])
    assert stream.json()["@iot.id"] == key
    page = client.get(stream.json()["Observations@iot.navigationLink"]).json()
    assert [one["result"] for one in page["value"]] == [2.0]


def test_a_number_stays_one(client):
    answer = _post(client, "Datastreams(42)/Observations", seen(stream="another"))
    assert answer.status_code == 201
    assert client.get(f"{_URL}/Datastreams(42)").json()["@iot.id"] == 42
    assert client.get(f"{_URL}/Datastreams('42')").status_code == 200
    assert Datastream.objects.get().key == "42"


def test_observations_without_a_time_are_of_the_present_and_never_the_same(client):
    told = {"result": 20, "Datastream": {"@iot.id": "s1"}}
    for minute in (0, 1):
        with clock.fixed(datetime(2026, 11, 20, 12, minute, tzinfo=UTC)):
            assert _post(client, "Observations", told).status_code == 201
    times = Observation.objects.order_by("phenomenon_time").values_list("phenomenon_time__minute")
    assert [row[0] for row in times] == [0, 1]


def test_what_waits_is_told_at_once_and_again_to_who_repeats_it(client):
    for _ in range(2):
        answer = _post(client, "Observations", seen(result=None))
        assert answer.status_code == 422
        error = answer.json()["error"]
        assert (error["code"], error["detail"]["field"]) == ("missing_field", "result")
        assert error["detail"]["delivery"] == str(Delivery.objects.get().id)
    assert Problem.objects.filter(settlement="open").count() == 1
    _post(client, "Observations", seen())
    conflict = _post(client, "Observations", seen(result=9))
    assert (conflict.status_code, conflict.json()["error"]["code"]) == (409, "conflict")


def test_an_unknown_datastream_waits_where_the_feed_says_so(client):
    feed(observed={**STATIONS["observed"], "unknown": "quarantine"})
    answer = _post(client, "Observations", seen())
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "unknown_datastream")


def test_data_arrays_are_answered_row_by_row(client):
    push(seen("07:59"))
    array = {
        "Datastream": {"@iot.id": "s1"},
        "components": ["phenomenonTime", "result"],
        "dataArray": [
            [_TIME, 1],
            ["2026-11-01T08:01:00Z", None],
            ["2026-11-01T07:59:00Z", 1.5],
            ["2026-11-01T07:59:00Z", 7],
            ["short"],
        ],
    }
    for _ in range(2):
        answer = _post(client, "CreateObservations", [array])
        assert answer.status_code == 201
        links = answer.json()
        assert [one == "error" for one in links] == [False, True, False, True, True]
        assert [client.get(links[n]).json()["result"] for n in (0, 2)] == [1.0, 1.5]
    assert Observation.objects.count() == 2


def test_a_packed_body_is_understood(client):
    packed = gzip.compress(json.dumps(seen()).encode())
    answer = _post(client, "Observations", packed, HTTP_CONTENT_ENCODING="gzip")
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("Observations", b"", 400, "empty_file"),
        ("Observations", b"[]", 400, "malformed_file"),
        ("Observations", b"{", 400, "malformed_file"),
        ("Observations", b"\xff\xfe{", 400, "bad_encoding"),
        ("CreateObservations", b"7", 400, "malformed_file"),
        ("CreateObservations", b'[{"dataArray": 1}]', 422, "malformed_file"),
        ("Observations?limit=1", b"{}", 400, "unknown_filter"),
    ],
)
def test_what_cannot_be_read_is_refused_and_leaves_nothing(client, path, body, status, code):
    answer = _post(client, path, body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert Delivery.objects.count() == 0


def test_pages_walk_from_the_newest_to_the_oldest(client):
    push(*[seen(f"08:{minute:02}", minute) for minute in range(7)])
    url: str | None = f"{_URL}/Datastreams('s1')/Observations?$top=3"
    found: list[float] = []
    pages = 0
    while url:
        page = client.get(url).json()
        found += [one["result"] for one in page["value"]]
        url, pages = page.get("@iot.nextLink"), pages + 1
    assert (found, pages) == ([6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.0], 3)


def test_datastreams_come_in_pages_too(client):
    push(*[seen(stream=f"s{n}") for n in range(5)])
    url: str | None = f"{_URL}/Datastreams?$top=2"
    found: list[str] = []
    while url:
        page = client.get(url).json()
        found += [one["@iot.id"] for one in page["value"]]
        url = page.get("@iot.nextLink")
    assert sorted(found) == [f"s{n}" for n in range(5)]


@pytest.mark.parametrize("query", ["$top=0", "$top=1001", "$top=x", "$skiptoken=x", "$filter=a"])
def test_pages_refuse_what_they_do_not_know(client, query):
    push(seen())
    for path in ("Datastreams", "Datastreams('s1')/Observations"):
        assert client.get(f"{_URL}/{path}?{query}").status_code == 400


def test_an_interval_and_a_truth_are_shown_as_they_came(client):
    key = "door"
    Datastream.objects.create(
        feed=Feed.objects.get(key="stations"),
        key=key,
        observation_type="OM_TruthObservation",
        lon=120.3,
        lat=30.2,
    )
    told = seen(stream=key, result=True) | {"phenomenonTime": f"{_TIME}/2026-11-01T09:00:00Z"}
    shown = _post(client, "Observations", told).json()
    assert (shown["result"], shown["phenomenonTime"]) == (True, told["phenomenonTime"])
    stream = client.get(f"{_URL}/Datastreams('{key}')").json()
    assert stream["observedArea"] == {"type": "Point", "coordinates": [120.3, 30.2]}


def test_exercises_are_not_shown(client):
    push(seen(), exercise=True)
    assert client.get(f"{_URL}/Datastreams").json() == {"value": []}
    assert client.get(f"{_URL}/Datastreams('s1')").status_code == 404


def test_officers_of_the_body_and_supervision_see_and_nobody_else(client, cast: Cast):
    push(seen())
    for who in ("feed_officer", "city_supervisor"):
        officer = cast.client(who)
        page = officer.get(f"{_URL}/Datastreams").json()
        assert [one["@iot.id"] for one in page["value"]] == ["s1"]
        assert officer.get(f"{_URL}/Datastreams('s1')/Observations").status_code == 200
        refused = _post(officer, "Observations", seen())
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_allowed")
    for who in ("other_officer", "system_admin", "partner"):
        other = cast.client(who)
        assert other.get(f"{_URL}/Datastreams").json() == {"value": []}
        assert other.get(f"{_URL}/Datastreams('s1')").status_code == 404
    assert APIClient().get(f"{_URL}/Datastreams").status_code == 401


def test_the_key_of_a_feed_of_records_sends_no_observations(client, cast: Cast):
    answer = _post(cast.client("partner"), "Observations", seen())
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_sensorthings")


def test_of_feeds_with_the_same_ids_the_caller_names_one(client, cast: Cast):
    feed(key="others")
    push(seen(result=1))
    push(seen(result=2), feed_key="others")
    officer = cast.client("feed_officer")
    assert officer.get(f"{_URL}/Datastreams('s1')").status_code == 422
    page = officer.get(f"{_URL}/Datastreams('s1')/Observations?feed=others").json()
    assert [one["result"] for one in page["value"]] == [2.0]
    own = _client().get(f"{_URL}/Datastreams").json()["value"]
    assert [one["@iot.id"] for one in own] == ["s1"]


def test_observations_have_no_ids_to_compare(client):
    answer = client.get("/api/v1/feeds/stations/reconciliation")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_records")
