"""A CAP message over the REST door: its own media type, and refusals that tell nothing else."""

import pytest
from rest_framework.test import APIClient

from accounts.models import Officer
from accounts.services import issue_token
from audit.domain import SYSTEM
from tests.integration.domain.cap.alerts import alert, info

pytestmark = pytest.mark.django_db

_URL = "/api/v1/feeds/weather_cap/deliveries"


@pytest.fixture
def forecaster() -> APIClient:
    """An officer of the organisation whose feed it is."""
    officer = Officer.objects.get(username="mengyunfan")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {issue_token(officer=officer, actor=SYSTEM)}")
    return client


def _post(client: APIClient, body: bytes, **headers: str):
    return client.post(_URL, body, content_type="application/cap+xml", **headers)


def test_a_message_is_received_and_the_same_again_changes_nothing(forecaster):
    body = alert().encode()
    first = _post(forecaster, body)
    assert first.status_code == 201, first.content
    assert (first.json()["accepted"], first.json()["problems"]) == (1, [])
    again = _post(forecaster, body)
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["Idempotent-Replay"] == "true"
    key = "met@binhai.example,A1,2026-01-05T20:00:00+08:00"
    (record,) = forecaster.get("/api/v1/records", {"source_id": key}).json()["results"]
    assert record["geometry"]["type"] == "Polygon"
    assert record["kind"] == "warning"


def test_an_entity_is_refused_and_nothing_of_its_file_is_told(forecaster):
    body = '<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + alert(
        info(description="&x;")
    )
    answer = _post(forecaster, body.encode())
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "forbidden_xml"
    assert b"root:" not in answer.content


def test_a_refusal_speaks_the_callers_language(forecaster):
    answer = _post(
        forecaster, alert(status="actual").encode(), HTTP_ACCEPT_LANGUAGE="zh-hans"
    ).json()
    assert answer["error"]["code"] == "malformed_file"
    told = "alert/status 的值有误。允许的值：Actual, Exercise, System, Test, Draft。"
    assert answer["error"]["message"] == f"不是有效的 CAP 1.2：{told}"
