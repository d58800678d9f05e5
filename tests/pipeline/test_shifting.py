"""A recorded delivery moves in time and in nothing else, in every form a profile may name."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from integration.domain import formats
from pipeline import shifting
from pipeline.shifting import Move, shifted
from tests.conftest import BINHAI

SHANGHAI = ZoneInfo("Asia/Shanghai")
BASE = datetime(2026, 1, 5, tzinfo=SHANGHAI)
MOVE = Move(BASE, (BASE + timedelta(days=30)).astimezone(UTC))
STAY = Move(BASE, BASE)


def _profile(form: str, path: str = "at", name: str = "ndjson", **more: Any) -> dict[str, Any]:
    return {"format": {"name": name}, "occurred_at": {"path": path, "form": form}, **more}


def _moved(value: object, form: str, move: Move = MOVE) -> object:
    line = json.dumps({"at": value}).encode()
    return json.loads(shifted(line, _profile(form), move))["at"]


@pytest.mark.parametrize(
    ("form", "value", "moved"),
    [
        ("%Y%m%d%H%M%S", "20260105102030", "20260204102030"),
        ("%Y-%m-%d %H:%M:%S", "2026-01-05 10:20:30", "2026-02-04 10:20:30"),
        ("%Y年%m月%d日 %H时%M分", "2026年01月05日 10时20分", "2026年02月04日 10时20分"),
        ("%Y%m%d", "20260105", "20260204"),
        ("epoch_s", 1767579630, 1770171630),
        ("epoch_s", 1767579630.123, 1770171630.123),
        ("epoch_s", "1767579630.120", "1770171630.120"),
        ("epoch_ms", 1767579630123, 1770171630123),
        ("epoch_ms", "1767579630123", "1770171630123"),
        ("iso8601", "2026-01-05T10:20:30+08:00", "2026-02-04T10:20:30+08:00"),
        ("iso8601", "2026-01-05T10:20+08:00", "2026-02-04T10:20+08:00"),
        ("iso8601", "2026-01-05T02:20:30.500Z", "2026-02-04T02:20:30.500Z"),
        ("iso8601", "20260105T022030Z", "20260204T022030Z"),
        ("iso8601", "2026-01-05 10:20:30", "2026-02-04 10:20:30"),
        ("iso8601", "2026-01-05", "2026-02-04"),
        # A time of the future stays as far in the future.
        ("%Y%m%d%H%M%S", "20270209102030", "20270311102030"),
        ("epoch_ms", 1802139630123, 1804731630123),
    ],
)
def test_every_form_moves_and_keeps_its_writing(form: str, value: object, moved: object) -> None:
    assert _moved(value, form) == moved
    assert _moved(value, form, STAY) == value


@pytest.mark.parametrize("form", ["%Y%m%d%H%M%S", "%Y%m%d", "epoch_s", "epoch_ms", "iso8601"])
@pytest.mark.parametrize(
    "value", ["2025-13-45 99:99", "", "x", "NaN", None, True, [], {"at": 1}, float("inf")]
)
def test_what_is_no_time_stays(form: str, value: object) -> None:
    line = json.dumps({"at": value, "b": 1}).encode()
    assert shifted(line, _profile(form), MOVE) == line


def test_a_change_of_the_clocks_in_between_moves_no_clock_reading() -> None:
    chicago = ZoneInfo("America/Chicago")
    move = Move(datetime(2026, 1, 5, tzinfo=chicago), datetime(2026, 7, 5, tzinfo=chicago))
    assert _moved("2026-01-05 10:00", "%Y-%m-%d %H:%M", move) == "2026-07-05 10:00"
    instant = datetime(2026, 1, 5, 10, tzinfo=chicago).timestamp()
    moved = _moved(instant, "epoch_s", move)
    assert moved == datetime(2026, 7, 5, 10, tzinfo=chicago).timestamp()
    # The offset is written in the row and stays: the same instant, an hour earlier on its clock.
    assert _moved("2026-01-05T10:00:00-06:00", "iso8601", move) == "2026-07-05T09:00:00-06:00"


def test_rows_that_are_no_rows_stay_and_others_lose_no_byte() -> None:
    profile = _profile("%Y-%m-%d %H:%M:%S", "when.at")
    rows = [
        '{ "id" : "甲\\u0000", "n":1.50, "when" : {"x":[1,{}],"at":"2026-01-05 10:00:00" }, "m":0}',
        '{"id":"b","when":{"at":"2025-13-45 99:99"}}',
        '{"id": truncated',
        '{"id":"c"}',
        '{"id":"d","when":null}',
        "[1]",
        "",
    ]
    body = "\n".join(rows).encode() + b'\n{"id":"\xff","when":{"at":"2026-01-05 10:00:00"}}'
    moved = shifted(body, profile, MOVE)
    assert moved == body.replace(b"2026-01-05 10:00:00", b"2026-02-04 10:00:00", 1)
    assert shifted(body, profile, MOVE) == moved
    assert shifted(body, profile, STAY) == body


def test_times_lie_as_deep_as_their_paths_say() -> None:
    profile = _profile("epoch_s", "a.b[1].t", reported_at={"path": "list[].at", "form": "epoch_s"})
    row = '\ufeff{"list":[{"at":1},{},{"at":2}],"a":{"b":[0,{"t":5,"u":6}]},"t":7}'
    moved = shifted(row.encode(), profile, MOVE).decode()
    month = 30 * 86400
    assert moved == (
        f'\ufeff{{"list":[{{"at":{1 + month}}},{{}},{{"at":{2 + month}}}],'
        f'"a":{{"b":[0,{{"t":{5 + month},"u":6}}]}},"t":7}}'
    )


def test_the_report_of_an_occurrence_moves_with_it() -> None:
    profile = _profile("iso8601", reported_at={"path": "told", "form": "%Y%m%d"})
    row = b'{"at":"2026-01-05T10:00:00Z","told":"20260106"}'
    assert shifted(row, profile, MOVE) == b'{"at":"2026-02-04T10:00:00Z","told":"20260205"}'


@pytest.mark.parametrize("form", [None, "%Y-%m-%d"])
def test_a_founding_date_is_a_fact_unless_it_lay_in_the_future(form: str | None) -> None:
    attribute = {"path": "founded", "name": "founded", "type": "date"}
    if form:
        attribute["form"] = form
    other = {"path": "note", "name": "note", "type": "text"}
    profile = {"format": {"name": "ndjson"}, "attributes": [attribute, other]}
    body = b"\n".join(
        b'{"founded":"%s","note":"2027-02-09"}' % date
        for date in (b"1998-03-01", b"2026-01-05", b"2027-02-09", b"2025-13-45", b"")
    )
    moved = shifted(body, profile, MOVE)
    assert moved == body.replace(b'd":"2027-02-09', b'd":"2027-03-11')


TABLE = (
    '\ufeff编号,"检查 时间",说明,Day\r\n'
    '1,2026/01/05 10:00,"火,""灾""\n二",20260105\n'
    '2,坏,  "x" ,"20260105"\r\n'
    "3,2026/01/05 10:00\r\n"
    '4,2026/01/05 10:00,"never closed,20260105\r\n'
    "\r\n5,2026/01/05 10:00,,20260105"
)


@pytest.mark.parametrize(
    ("encoding", "bom"),
    [("gb18030", False), ("utf-8", True), ("utf-8-sig", True), ("utf-8", False), ("utf-8-sig", 0)],
)
def test_a_table_moves_in_its_own_encoding_and_quoting(encoding: str, bom: bool) -> None:
    profile = _profile("%Y/%m/%d %H:%M", "检查 时间", "csv")
    profile["reported_at"] = {"path": "day", "form": "%Y%m%d"}
    profile["format"]["encoding"] = encoding
    text = TABLE if bom else TABLE.lstrip("\ufeff")
    body = text.encode(encoding.removesuffix("-sig")) + b"\r\n6,2026/01/05 10:00,\xff\x30,\r\n"
    moved = shifted(body, profile, MOVE)
    expected = body.replace(b"2026/01/05 10:00", b"2026/02/04 10:00")
    # The row with the open quote is no sound row: only its first cells could be told apart.
    assert moved == expected.replace(b"20260105", b"20260204")
    assert shifted(body, profile, STAY) == body


def test_other_delimiters_and_a_register_without_times() -> None:
    profile = _profile("%Y%m%d", "when", "csv")
    profile["format"]["delimiter"] = "|"
    assert shifted(b"id|when\n1|20260105|", profile, MOVE) == b"id|when\n1|20260204|"
    assert shifted(b"id,when\n1,20260105", {"format": {"name": "csv"}}, MOVE) == (
        b"id,when\n1,20260105"
    )


CAP = """<?xml version="1.0" encoding="UTF-8"?>
<cap:alert xmlns:cap="urn:oasis:names:tc:emergency:cap:1.2">
  <cap:identifier>99010041600000_20260105060000</cap:identifier>
  <cap:sender>met@binhai.example</cap:sender><cap:sent> 2026-01-05T06:00:00+08:00
  </cap:sent><cap:references>a@b,x_20260105,2026-01-04T23:00:00+08:00
    c@d,y,2026-01-05T02:00:00-00:00</cap:references>
  <cap:info><cap:effective>2026-01-05T06:00:00+08:00</cap:effective><cap:onset>soon</cap:onset>
  <cap:expires>2026-01-07T00:00:00+08:00</cap:expires>
  <cap:description>自2026-01-05T06:00:00+08:00起</cap:description></cap:info></cap:alert>
"""


def test_a_cap_message_moves_in_its_times_and_references() -> None:
    moved = shifted(CAP.encode(), {"format": {"name": "cap"}}, MOVE).decode()
    expected = CAP
    for before, after in (
        ("> 2026-01-05T06", "> 2026-02-04T06"),
        (",2026-01-04T23", ",2026-02-03T23"),
        (",2026-01-05T02", ",2026-02-04T02"),
        ("effective>2026-01-05", "effective>2026-02-04"),
        ("2026-01-07T00", "2026-02-06T00"),
    ):
        assert before in expected
        expected = expected.replace(before, after)
    assert moved == expected
    plain = CAP.replace("cap:", "")
    assert shifted(plain.encode(), {"format": {"name": "cap"}}, MOVE).decode() == (
        expected.replace("cap:", "")
    )


def test_every_format_of_the_demo_city_can_be_played() -> None:
    documents = [json.loads(one.read_text("utf-8")) for one in (BINHAI / "feeds").glob("*.json")]
    assert {one["format"]["name"] for one in documents} <= set(shifting.BODIES)
    assert set(shifting.BODIES) <= set(formats.known())
