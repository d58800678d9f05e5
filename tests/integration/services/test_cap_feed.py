"""CAP messages of the demo city's feed as records: kept, changed, cancelled, corrected."""

from datetime import UTC, datetime

import pytest

from accounts.models import Officer
from accounts.selectors import viewer_of
from audit.domain import SYSTEM
from core import clock
from core.errors import BadInput
from integration.models import DeliveryBody, Problem, Record, RecordVersion
from integration.services import receive, release
from integration.services.bodies import Safe
from integration.services.quarantine import raw_row
from tests.conftest import BINHAI
from tests.integration.domain.cap.alerts import alert, area, bare, element, info, pair, samples

pytestmark = pytest.mark.django_db

_NOW = datetime(2026, 1, 6, tzinfo=UTC)
_FIRST = "met@binhai.example,A1,2026-01-05T20:00:00+08:00"


def _push(text: str | bytes, *, exercise: bool = False):
    body = text if isinstance(text, bytes) else text.encode()
    with clock.fixed(_NOW):
        return receive(feed_key="weather_cap", body=body, sender=SYSTEM, exercise=exercise)


def _codes(answer) -> list[tuple[str, str, str]]:
    return [(one["code"], one["field"], one["outcome"]) for one in answer.body["problems"]]


def test_a_warning_becomes_one_record_in_the_citys_terms():
    answer = _push(alert(info(area=area() + area(pair("geocode", "GB/T 2260", "990103")))))
    assert _codes(answer) == []
    record = Record.objects.get(source_id=_FIRST)
    assert (record.kind, record.category, record.category_original) == (
        "warning",
        "weather.rain",
        "10203",
    )
    assert (record.severity, record.severity_original, record.severity_scale) == (
        2,
        "Severe",
        "cap.severity",
    )
    assert record.occurred_at == datetime(2026, 1, 5, 12, tzinfo=UTC)
    assert record.geometry["type"] == "Polygon"
    assert 120.2 < record.lon < 120.3
    assert 30.2 < record.lat < 30.3
    assert record.operational
    assert record.summary == "暴雨橙色预警"
    assert record.attributes["level"] == "orange"
    assert record.attributes["issuer"] == "滨海市气象台"
    assert record.attributes["message_type"] == "Alert"
    assert record.attributes["districts"] == ["990103"]
    assert record.attributes["starts_at"] == "2026-01-05T20:00:00+08:00"
    assert record.attributes["ends_at"] == "2026-01-07T08:00:00+08:00"
    assert [one["language"] for one in record.attributes["texts"]] == ["zh-CN"]


def test_unknown_severity_and_a_message_without_info_are_no_faults():
    _push(alert())
    assert _codes(_push(alert(info(severity="Unknown"), identifier="A2"))) == []
    assert Record.objects.get(attributes__identifier="A2").severity is None
    answer = _push(bare(identifier="A3", msgType="Ack", references=_FIRST))
    assert _codes(answer) == []
    record = Record.objects.get(attributes__identifier="A3")
    assert (record.category, record.geometry, record.lon) == ("unmapped", None, None)


def test_an_unknown_event_and_an_unknown_colour_are_flagged_and_kept():
    odd = info(
        eventCode=pair("eventCode", "SAME", "SVA"),
        parameter=pair("parameter", "warningColor", "Purple"),
    )
    assert sorted(_codes(_push(alert(odd)))) == [
        ("bad_code", "event_code", "flagged"),
        ("bad_code", "level", "flagged"),
    ]
    assert Record.objects.get(source_id=_FIRST).attributes["level"] == "Purple"


@pytest.mark.parametrize("status", ["Exercise", "System", "Test", "Draft"])
def test_only_an_actual_message_is_operational(status):
    _push(alert(status=status))
    assert not Record.objects.get(source_id=_FIRST).operational


def test_other_content_under_the_same_key_is_a_conflict_and_the_first_stays():
    _push(alert(info(), info(language="en", headline="Rain")))
    answer = _push(alert(info(), info(language="en", headline="Rain!")))
    assert _codes(answer) == [("conflict", "", "quarantined")]
    record = Record.objects.get(source_id=_FIRST)
    assert record.attributes["texts"][1]["headline"] == "Rain"
    assert RecordVersion.objects.count() == 0


def test_the_same_message_in_other_bytes_is_a_duplicate():
    _push(alert())
    again = f'<?xml version="1.0" encoding="GBK"?>\n{alert()}\n'.encode("gbk")
    assert _codes(_push(again)) == [("duplicate", "", "duplicate")]
    assert Record.objects.count() == 1


def test_what_a_change_names_is_looked_for_among_what_has_come():
    update = alert(identifier="A2", msgType="Update", references=_FIRST)
    early = _push(update)
    assert _codes(early) == [("unknown_reference", "references", "flagged")]
    assert early.body["accepted"] == 1
    _push(alert())
    assert _codes(_push(alert(identifier="A3", msgType="Cancel", references=_FIRST))) == []
    both = f"{_FIRST} met@binhai.example,A9,2026-01-05T20:00:00+08:00"
    answer = _push(alert(identifier="A4", msgType="Cancel", references=both))
    assert _codes(answer) == [("unknown_reference", "references", "flagged")]
    # An exercise does not know what came in earnest.
    answer = _push(alert(identifier="A5", msgType="Cancel", references=_FIRST), exercise=True)
    assert _codes(answer) == [("unknown_reference", "references", "flagged")]
    answer = _push(bare(identifier="A6", msgType="Ack", references=_FIRST.replace("A1", "A9")))
    assert _codes(answer) == []


def test_a_quarantined_message_is_kept_whole_and_released_when_corrected():
    bad = alert(info(area=area(element("polygon", "30.2,120.2 30.3,120.3 30.3,120.2"))))
    body = f'<?xml version="1.0" encoding="GBK"?>{bad}'.encode("gbk")
    answer = _push(body)
    assert _codes(answer) == [("bad_geometry", "polygon", "quarantined")]
    problem = Problem.objects.get(delivery_id=answer.body["id"])
    assert problem.source_id == _FIRST
    kept = Safe.of(DeliveryBody.objects.get(delivery_id=answer.body["id"]))
    assert kept.open_row(0, bytes(problem.sealed_row)) == body
    viewer = viewer_of(Officer.objects.get(username="mengyunfan"))
    assert raw_row(viewer=viewer, problem_id=problem.id).text == bad
    with clock.fixed(_NOW):
        wrong = release(viewer=viewer, problem_id=problem.id, row={"xml": bad})
        assert wrong.body["quarantined"] == 1
        with pytest.raises(BadInput):
            release(viewer=viewer, problem_id=problem.id, row={"headline": "x"})
        released = release(viewer=viewer, problem_id=problem.id, row={"xml": alert()})
    assert released.body["accepted"] == 1
    assert Record.objects.get(source_id=_FIRST).geometry is not None
    problem.refresh_from_db()
    assert problem.settlement == "released"


@pytest.mark.reference
@pytest.mark.parametrize("file", samples(), ids=lambda file: file.stem)
def test_the_real_messages_are_accepted(file):
    body = file.read_bytes()
    answer = _push(body)
    assert answer.body["accepted"] == 1
    record = Record.objects.get(delivery_id=answer.body["id"])
    assert (record.geometry is not None) == (b"<polygon>" in body or b"<circle>" in body)
    assert (record.lon is not None) == (record.geometry is not None)


def test_the_messages_of_the_demo_day_come_without_a_flag():
    files = sorted((BINHAI / "day" / "weather_cap").glob("*.xml"))
    assert len(files) == 7
    for file in files:
        answer = _push(file.read_bytes())
        assert (answer.body["accepted"], _codes(answer)) == (1, []), file.name
    records = Record.objects.filter(feed__key="weather_cap")
    assert records.filter(operational=True).count() == 5
    assert set(records.values_list("attributes__level", flat=True)) == {
        "blue",
        "yellow",
        "orange",
        "red",
    }
