"""Open311 service requests as rows, in XML and in JSON."""

import json
from typing import Any
from xml.sax.saxutils import escape

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BadInput
from integration.domain import formats
from integration.domain.profile import Format
from integration.domain.rows import Sheet
from tests.integration.domain.samples import CALLS, Square, lines, profile, sheets, told
from tests.shared import shared_path

REQUESTS: dict[str, Any] = {
    **{name: CALLS[name] for name in ("organisation", "kind", "origin", "header")},
    "key": "requests",
    "name_zh": "市政服务请求",
    "name_en": "Service requests",
    "format": {"name": "open311"},
    "identity": {"rule": "path", "path": "service_request_id"},
    "version": {"rule": "arrival"},
    "category": {"path": "service_code", "codes": {"001": "noise", "CSROWR-12": "fire"}},
    "upstream_state": {"path": "status", "codes": {"open": "received", "closed": "closed"}},
    "occurred_at": {"path": "requested_datetime", "form": "iso8601"},
    "reported_at": {"path": "updated_datetime", "form": "iso8601"},
    "position": {"form": "pair", "lon": "long", "lat": "lat", "crs": "WGS-84", "area": "any"},
    "address": {"path": "address"},
    "summary": {"path": "description"},
    "attributes": [
        {"path": "service_name", "name": "service"},
        {"path": "status_notes", "name": "notes"},
        {"path": "expected_datetime", "name": "expected"},
        {"path": "address_id", "name": "address_id"},
        {"path": "zipcode", "name": "zipcode"},
        {"path": "agency_responsible", "name": "agency"},
        {"path": "service_notice", "name": "notice"},
        {"path": "media_url", "name": "media_url"},
    ],
}
_ROW: dict[str, Any] = {
    "service_request_id": "A-17/x",
    "status": "open",
    "service_code": "001",
    "description": "noise at night",
    "requested_datetime": "2026-11-18T22:00:00+08:00",
    "lat": "30.5123",
    "long": "120.5123",
}


def _xml(*rows: dict[str, Any]) -> bytes:
    def told(row: dict[str, Any]) -> str:
        return "".join(
            f"<{name}>{escape(str(value))}</{name}>" if value is not None else f"<{name}/>"
            for name, value in row.items()
        )

    requests = "".join(f"<request>{told(row)}</request>" for row in rows)
    return f"<service_requests>{requests}</service_requests>".encode()


def _wrapped(inside: bytes) -> bytes:
    return b"<service_requests>" + inside + b"</service_requests>"


def _sheet(body: bytes) -> Sheet:
    (sheet,) = sheets(body, profile(REQUESTS), Square())
    return sheet


@pytest.mark.reference
def test_the_sample_of_a_real_city_is_read():
    sheet = _sheet(shared_path("reference", "feeds", "open311_requests_toronto.xml").read_bytes())
    assert told(sheet) == []
    assert sheet.record["source_id"] == ["101005420892", "101005420894"]
    assert sheet.record["category"] == ["fire", "fire"]
    assert sheet.record["upstream_state"] == ["received", "received"]
    assert (sheet.record["lon"][0], sheet.record["lat"][0]) == (-79.272306875, 43.691104288)
    assert sheet.record["reported_at"][0] != sheet.record["reported_at"][0]  # told empty: none
    assert sheet.record["summary"] == ["", ""]
    kept = json.loads(str(sheet.record["attributes"][0]))
    assert kept == {
        "service": "Road - Pot hole",
        "notes": "In progress - The request has been scheduled.",
        "expected": "2018-08-03T00:01:00-04:00",
        "address_id": "13459430",
        "agency": "311 Toronto",
    }


@pytest.mark.parametrize(
    "body",
    [
        _xml(_ROW),
        _xml(_ROW | {"updated_datetime": None, "zipcode": " "}),
        json.dumps([_ROW], indent=2).encode(),
        json.dumps([_ROW | {"updated_datetime": None, "zipcode": ""}]).encode(),
        json.dumps({"service_requests": [_ROW | {"lat": 30.5123, "long": 120.5123}]}).encode(),
        json.dumps(_ROW).encode(),
        b"\xef\xbb\xbf" + json.dumps([_ROW]).encode(),
        b'<?xml version="1.0" encoding="utf-16"?>'.decode().encode("utf-16")
        + _xml(_ROW).decode().encode("utf-16-le"),
    ],
)
def test_xml_and_json_say_the_same(body):
    sheet = _sheet(body)
    assert told(sheet) == []
    assert sheet.record["source_id"] == ["A-17/x"]
    assert (sheet.record["category"], sheet.record["category_original"]) == (["noise"], ["001"])
    assert (sheet.record["lon"], sheet.record["lat"]) == ([120.5123], [30.5123])


def test_elements_inside_a_field_are_fields_of_it():
    body = _xml(_ROW).replace(
        b"</request>",
        b"<extended><a>1</a></extended><photo>x</photo><photo>y</photo></request>",
    )
    (row,) = formats.sample(body, Format(name="open311"), 5)
    assert row["extended"] == {"a": "1"}
    assert row["photo"] == ["x", "y"]


def test_a_bad_request_costs_only_itself():
    sheet = _sheet(_xml({**_ROW, "service_request_id": None}, {**_ROW, "lat": "north"}, _ROW))
    assert told(sheet) == [
        ("missing_id", "service_request_id", True),
        ("bad_number", "lat", True),
    ]
    assert sheet.alive.tolist() == [False, False, True]


def test_a_kept_row_is_corrected_in_the_form_it_is_kept():
    used = profile(REQUESTS)
    (chunk,) = formats.read(_xml(_ROW), used)
    row = formats.row_of(chunk.raw(0), used)
    assert row == _ROW
    (again,) = formats.read(formats.alone(row | {"lat": "31"}, used), used)
    assert again.columns["lat"] == ["31"]


@pytest.mark.parametrize("body", [_xml(), b"[]", b'{"service_requests": []}'])
def test_no_requests_are_no_rows(body):
    assert sum(chunk.size for chunk in formats.read(body, profile(REQUESTS))) == 0


@pytest.mark.parametrize(
    ("body", "code", "status"),
    [
        (b"", "empty_file", 400),
        (b"hello", "unsupported_type", 415),
        (b"<services><service/></services>", "unsupported_type", 422),
        (b"<service_requests><request>", "malformed_file", 400),
        (b"<!DOCTYPE a><service_requests/>", "forbidden_xml", 422),
        (
            b"<errors><error><code>404</code><description>x</description></error></errors>",
            "malformed_file",
            422,
        ),
        (b'[{"code": 400, "description": "api_key missing"}]', "malformed_file", 422),
        (b'{"errors": [{"code": 400, "description": "no"}]}', "malformed_file", 422),
        (b'[{"service_request_id": "a"', "malformed_file", 400),
        (
            b"<service_requests>" + b"<request/>" * 20_001 + b"</service_requests>",
            "too_many_rows",
            413,
        ),
        (
            b"<service_requests>" + b"<a>" * 9 + b"</a>" * 9 + b"</service_requests>",
            "too_large",
            413,
        ),
    ],
)
def test_what_is_no_list_of_requests_is_refused_whole(body, code, status):
    with pytest.raises(BadInput) as refused:
        list(formats.read(body, profile(REQUESTS)))
    assert (refused.value.code, refused.value.status) == (code, status)


def test_it_is_recognised():
    for body in (_xml(_ROW), json.dumps([_ROW]).encode()):
        assert formats.recognised(body)[0] == Format(name="open311")
    assert "open311" not in [one.name for one in formats.recognised(lines([{"a": 1}]))]


_texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
_values = st.one_of(st.none(), _texts, st.floats(), st.integers(), st.booleans())
_rows = st.dictionaries(st.sampled_from([*_ROW, "address", "x"]), _values, max_size=8)


@settings(deadline=None)
@given(st.lists(_rows, max_size=5), st.booleans())
def test_no_answer_breaks_the_reader(rows, as_xml):
    body = _xml(*rows) if as_xml else msgspec.json.encode(rows)
    used = profile(REQUESTS)
    try:
        found = sheets(body, used, Square())
    except BadInput as refused:
        assert refused.code in ("malformed_file", "unsupported_type", "forbidden_xml")
        return
    assert sum(sheet.chunk.size for sheet in found) == len(rows)
