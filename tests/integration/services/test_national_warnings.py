"""Warnings of the national system as warnings of the city: in XML, and as JSON of providers."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from audit.domain import SYSTEM
from core import clock
from integration.models import Record
from integration.services import load_profile, receive
from pipeline.worker import Tally, drain
from risk.models import IssuedWarning
from tests.conftest import BINHAI
from tests.integration.domain.cap.test_national import block, national, profile_document

pytestmark = pytest.mark.django_db
_NOW = datetime(2026, 1, 6, tzinfo=UTC)
_CITY = "990100"
_DISTRICT = "990103"
_ID = "35020041600000_20260105195500"
_LATER = "35020041600000_20260105205500"


def _area(*codes: str) -> str:
    return f"<areaDesc>滨海市</areaDesc><geocode>{','.join(codes)}</geocode>"


def _push(key: str, body: Any):
    data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    with clock.fixed(_NOW):
        return receive(feed_key=key, body=data, sender=SYSTEM)


@pytest.fixture
def national_feed(db: None) -> str:
    load_profile(document=profile_document(key="national"), actor=SYSTEM)
    return "national"


def test_a_national_warning_stands_until_another_ends_it(national_feed: str):
    answer = _push(national_feed, national(block(area=_area(f"{_DISTRICT}000000"))).encode())
    assert (answer.body["accepted"], answer.body["problems"]) == (1, [])
    record = Record.objects.get(feed__key=national_feed)
    assert (record.source_id, record.category, record.severity) == (_ID, "weather.rain", 2)
    assert (record.severity_original, record.attributes["level"]) == ("Orange", "orange")
    cancel = national(
        block(area=_area(f"{_DISTRICT}000000")),
        identifier=_LATER,
        sendTime="2026-01-05 21:00:00+08:00",
        msgType="Cancel",
        references=_ID,
    )
    assert _push(national_feed, cancel.encode()).body["problems"] == []
    with clock.fixed(_NOW):
        drain(Tally())
    told = {one.identifier: one for one in IssuedWarning.objects.all()}
    assert (told[_ID].state, told[_ID].level) == ("cancelled", "orange")
    assert told[_ID].replaced_by_id == told[_LATER].id
    assert [one.district for one in told[_ID].districts.all()] == [_DISTRICT]


def test_the_same_message_is_a_duplicate_and_a_changed_one_a_conflict(national_feed: str):
    text = national(block(area=_area(_CITY)))
    _push(national_feed, text.encode())
    declared = '<?xml version="1.0" encoding="GBK"?>' + text
    assert _push(national_feed, declared.encode("gbk")).body["duplicates"] == 1
    changed = text.replace("6小时", "3小时")
    assert _push(national_feed, changed.encode()).body["codes"] == {"conflict": 1}


def test_an_update_of_what_has_not_come_is_kept_and_flagged(national_feed: str):
    text = national(block(area=_area(_CITY)), msgType="Update", references=_LATER)
    assert _push(national_feed, text.encode()).body["codes"] == {"unknown_reference": 1}


def test_a_test_of_the_sender_has_no_effect(national_feed: str):
    _push(national_feed, national(block(area=_area(_CITY)), status="Test").encode())
    assert not Record.objects.get(feed__key=national_feed).operational


# As providers of weather data pass national warnings on: a list of objects, times without
# seconds, empty texts for what they do not know.
PROVIDER: dict[str, Any] = {
    **{
        name: value
        for name, value in json.loads(
            (BINHAI / "feeds" / "weather_cap.json").read_text("utf-8")
        ).items()
        if name in ("organisation", "kind", "origin", "header", "window")
    },
    "key": "provider",
    "name_zh": "商业气象预警",
    "name_en": "Warnings of a provider",
    "format": {"name": "json", "rows": "warning"},
    "identity": {"rule": "path", "path": "id"},
    "version": {"rule": "immutable"},
    "category": {
        "path": "type",
        "codes": {"1001": "weather.typhoon", "1003": "weather.rain", "1006": "weather.wind"},
    },
    "severity": {
        "path": "severityColor",
        "scale": "provider.colour",
        "codes": {"Red": 1, "Orange": 2, "Yellow": 3, "Blue": 4, "": None},
    },
    "occurred_at": {"path": "pubTime", "form": "iso8601"},
    "summary": {"path": "title"},
    "attributes": [
        {"path": "id", "name": "identifier"},
        {"path": "sender", "name": "issuer"},
        {
            "path": "status",
            "name": "message_type",
            "codes": {"active": "Alert", "update": "Update", "cancel": "Cancel"},
        },
        {"path": "supersedes", "name": "references", "type": "texts"},
        {"path": "startTime", "name": "starts_at"},
        {"path": "endTime", "name": "ends_at"},
        {
            "path": "severityColor",
            "name": "level",
            "codes": {"Red": "red", "Orange": "orange", "Yellow": "yellow", "Blue": "blue"},
        },
        {"path": "urgency", "name": "urgency"},
        {"path": "certainty", "name": "certainty"},
        {"path": "text", "name": "text"},
        {"path": "districts", "name": "districts", "type": "texts"},
    ],
    "limits": {"text": 5000, "rows": 1000, "bytes": 1_000_000},
}
_ONE: dict[str, Any] = {
    "id": "10123020120210101",
    "sender": "滨海市气象局",
    "pubTime": "2026-01-05T11:08+08:00",
    "title": "滨海市气象局发布台风黄色预警[Ⅲ级/较重]",
    "startTime": "2026-01-05T11:08+08:00",
    "endTime": "2026-01-07T11:08+08:00",
    "status": "active",
    "severityColor": "Yellow",
    "type": "1001",
    "urgency": "",
    "certainty": "",
    "text": "预计24小时内有台风影响。",
    "supersedes": "",
    "districts": [_DISTRICT],
}


@pytest.fixture
def provider(db: None) -> str:
    load_profile(document=PROVIDER, actor=SYSTEM)
    return "provider"


def test_a_provider_of_national_warnings_is_a_profile(provider: str):
    rows = [_ONE, {**_ONE, "id": "2", "type": "1042", "severityColor": "", "urgency": "later"}]
    answer = _push(provider, {"code": "200", "updateTime": "x", "warning": rows})
    # An enumeration that grew breaks nothing.
    assert (answer.body["accepted"], answer.body["codes"]) == (2, {"bad_code": 1})
    record = Record.objects.get(source_id=_ONE["id"])
    assert (record.category, record.severity, record.occurred_span) == ("weather.typhoon", 3, 60)
    assert record.occurred_at == datetime(2026, 1, 5, 3, 8, tzinfo=UTC)
    assert record.attributes["level"] == "yellow"
    assert "urgency" not in record.attributes
    unknown = Record.objects.get(source_id="2")
    assert (unknown.category, unknown.category_original) == ("unmapped", "1042")


def test_what_a_provider_supersedes_is_replaced(provider: str):
    _push(provider, {"warning": [_ONE]})
    later = {
        **_ONE,
        "id": "3",
        "pubTime": "2026-01-05T12:00+08:00",
        "status": "cancel",
        "supersedes": _ONE["id"],
    }
    assert _push(provider, {"warning": [later]}).body["problems"] == []
    with clock.fixed(_NOW):
        drain(Tally())
    told = {one.identifier: one.state for one in IssuedWarning.objects.all()}
    assert told == {_ONE["id"]: "cancelled", "3": "cancelled"}
