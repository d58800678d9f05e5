import gzip
import json

import pytest

from audit.domain import SYSTEM
from integration.models import Delivery, Record
from integration.services import load_profile
from tests.conftest import BINHAI
from tests.integration.domain.samples import lines
from tests.integration.services.conftest import call

pytestmark = pytest.mark.django_db
_URL = "/api/v1/feeds/police110/deliveries"


def _send(client, *rows, url=_URL, body=None, **headers):
    return client.post(
        url,
        body if body is not None else lines(rows),
        content_type="application/x-ndjson",
        headers=headers,
    )


def test_a_partner_sends_and_reads_what_became_of_it(cast):
    client = cast.client("partner")
    sent = _send(client, call(), call("J2", XZB="N/A"), call("J3", BJLBDM="ZZ"))
    assert sent.status_code == 201
    body = sent.json()
    names = ("received", "accepted", "updated", "duplicates", "quarantined", "flagged")
    assert [body[name] for name in names] == [3, 2, 0, 0, 1, 1]
    assert client.get(f"/api/v1/deliveries/{body['id']}").json()["sha256"] == body["sha256"]
    problems = client.get(body["problems_url"]).json()
    assert [(one["line"], one["code"]) for one in problems["results"]] == [
        (1, "bad_number"),
        (2, "bad_code"),
    ]
    (listed,) = client.get(_URL).json()["results"]
    assert listed["id"] == body["id"]


def test_a_repeat_is_answered_as_a_replay(cast):
    client = cast.client("partner")
    first = _send(client, call(), **{"Idempotency-Key": "k1"})
    again = _send(client, call(), **{"Idempotency-Key": "k1"})
    other = _send(client, call("J2"), **{"Idempotency-Key": "k1"})
    assert "Idempotent-Replay" not in first
    assert (again.status_code, again["Idempotent-Replay"]) == (200, "true")
    assert again.json() == first.json()
    assert (other.status_code, other.json()["error"]["code"]) == (422, "idempotency_conflict")


def test_large_and_packed_bodies_are_not_cut_by_the_limit_for_forms(cast):
    # Unlike each other: what shrinks a hundredfold is taken for a bomb.
    texts = [
        "".join(chr(0x4E00 + (n * 37 + k * 101) % 9000) for k in range(1900)) for n in range(900)
    ]
    rows = [call(f"L{n}", BJNR=text) for n, text in enumerate(texts)]
    body = lines(rows)
    assert len(body) > 5_000_000
    client = cast.client("partner")
    assert _send(client, body=body).json()["accepted"] == 900
    packed = _send(client, body=gzip.compress(body), **{"Content-Encoding": "gzip"})
    assert packed.status_code == 200


def test_a_dry_run_stores_nothing(cast):
    answer = _send(cast.client("partner"), call(), url=f"{_URL}?dry_run=1")
    assert answer.json()["accepted"] == 1
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [(b"", 400, "empty_file"), (b"PK\x03\x04", 415, "unsupported_type")],
)
def test_an_unusable_file_has_its_own_status(cast, body, status, code):
    answer = _send(cast.client("partner"), body=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_messages_come_in_the_callers_language(cast):
    client = cast.client("partner")
    english = _send(client, call("E1", XZB="N/A"), **{"Accept-Language": "en"}).json()
    assert english["problems"][0]["message"].startswith("XZB is not a number")


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("partner", 201),
        ("feed_officer", 201),
        ("city_supervisor", 403),
        ("other_officer", 404),
        ("system_admin", 403),
        ("security_admin", 404),
        ("stranger", 401),
    ],
)
def test_only_the_feeds_own_may_send(cast, who, status):
    assert _send(cast.client(who), call()).status_code == status
    assert Record.objects.exists() is (status == 201)


def test_a_key_opens_its_own_feed_alone(cast):
    document = json.loads((BINHAI / "feeds" / "police110.json").read_text("utf-8"))
    load_profile(document={**document, "key": "other"}, actor=SYSTEM)
    client = cast.client("partner")
    elsewhere = _send(client, call(), url="/api/v1/feeds/other/deliveries")
    nowhere = _send(client, call(), url="/api/v1/feeds/nobody/deliveries")
    assert (elsewhere.status_code, nowhere.status_code) == (403, 404)
    assert client.get("/api/v1/feeds/other/deliveries").status_code == 404


def test_anothers_delivery_is_the_same_404_as_a_missing_one(cast):
    sent = _send(cast.client("partner"), call("X", XZB="N/A")).json()
    stranger = cast.client("other_officer")
    missing = stranger.get("/api/v1/deliveries/00000000-0000-7000-8000-000000000000")
    for url in (f"/api/v1/deliveries/{sent['id']}", sent["problems_url"], "/api/v1/deliveries/x"):
        hidden = stranger.get(url)
        assert (hidden.status_code, hidden.json()) == (404, missing.json())


def test_problems_are_paged_by_line_without_gap_or_repeat(cast):
    client = cast.client("partner")
    sent = _send(client, *(call(f"P{n}", XZB="N/A", BJSJ="x") for n in range(7))).json()
    url, seen = f"{sent['problems_url']}?limit=3", []
    while url:
        page = client.get(url).json()
        assert len(page["results"]) <= 3
        seen += [(one["line"], one["code"]) for one in page["results"]]
        url = page["next"]
    assert sorted(seen) == sorted(
        (line, code) for line in range(7) for code in ("bad_number", "bad_time")
    )
    assert [line for line, _ in seen] == sorted(line for line, _ in seen)


def test_deliveries_are_listed_by_time_and_other_filters_are_refused(cast):
    client = cast.client("feed_officer")
    _send(client, call())
    assert len(client.get(f"{_URL}?from=2000-01-01&to=2100-01-01").json()["results"]) == 1
    assert client.get(f"{_URL}?to=2000-01-01").json()["results"] == []
    assert client.get(f"{_URL}?from=yesterday").status_code == 400
    assert client.get(f"{_URL}?sender=x").json()["error"]["code"] == "unknown_filter"


def test_a_sign_of_life_moves_the_last_contact(cast):
    client = cast.client("partner")
    answer = client.post("/api/v1/feeds/police110/heartbeat")
    assert answer.status_code == 200
    assert answer.json()["last_contact_at"].endswith("Z")
    assert cast.client("other_officer").post("/api/v1/feeds/police110/heartbeat").status_code == 404


def test_a_quarantined_row_is_released_and_discarded_over_rest(cast):
    client = cast.client("feed_officer")
    sent = _send(client, call("Q1", XZB="N/A"), call("Q2", XZB="N/A")).json()
    first, second = client.get(sent["problems_url"]).json()["results"]
    released = client.post(
        f"/api/v1/quarantine/{first['id']}/release", {"row": call("Q1")}, format="json"
    )
    assert (released.status_code, released.json()["accepted"]) == (201, 1)
    url = f"/api/v1/quarantine/{second['id']}/discard"
    assert client.post(url, {"reason": "noise"}, format="json").status_code == 204
    assert client.post(url, {"reason": "noise"}, format="json").status_code == 409
    assert client.post(url, {}, format="json").status_code == 422


def test_a_feed_that_is_loaded_anew_keeps_its_deliveries_and_its_key(cast):
    document = json.loads((BINHAI / "feeds" / "police110.json").read_text("utf-8"))
    client = cast.client("partner")
    _send(client, call())
    load_profile(document={**document, "name_en": "Calls"}, actor=SYSTEM)
    assert _send(client, call("J2")).json()["profile_version"] == 2
    assert len(client.get(_URL).json()["results"]) == 2
