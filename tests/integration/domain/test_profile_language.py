"""What a profile may say beyond a plain table: times, severities, attributes and their faults."""

import copy
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from integration.domain import formats
from integration.domain.profile_document import check
from tests.integration.domain.samples import CALLS, CATEGORIES, lines, one, profile, sheets, told

_BANDS = {
    "scale": "gas",
    "value": "v",
    "unit": "u",
    "bands": {"ppm": [[5000, 4], [20000, 1]], "%": [[10, 3]]},
}


def _faults(**changes: Any) -> set[tuple[str, str]]:
    document = {**copy.deepcopy(CALLS), **changes}
    _, faults = check(document, categories=CATEGORIES, organisations=("PSB",))
    return {(fault.path, fault.code) for fault in faults}


@pytest.mark.parametrize(
    ("v", "u", "severity", "reasons"),
    [
        (20000, "ppm", 1, []),
        (19999.5, "ppm", 4, []),
        ("5000", "ppm", 4, []),
        (4999, "ppm", None, []),
        (11, "%", 3, []),
        (None, "ppm", None, []),
        (11, "bar", None, [("bad_code", "u", False)]),
        ("NaN", "ppm", None, [("bad_number", "v", True)]),
        ("much", "ppm", None, [("bad_number", "v", True)]),
    ],
)
def test_a_measured_severity_is_the_highest_band_reached(v, u, severity, reasons):
    sheet = one({"v": v, "u": u}, severity=_BANDS)
    assert told(sheet) == reasons
    assert sheet.record["severity"] == [severity]


def test_the_original_of_a_measured_severity_has_its_unit():
    assert one({"v": 7000, "u": "ppm"}, severity=_BANDS).record["severity_original"] == ["7000 ppm"]


@pytest.mark.parametrize(
    ("form", "zone", "text", "instant", "span"),
    [
        ("epoch_s", None, 1795147200.5, datetime(2026, 11, 20, 4, 0, 0, 500_000, UTC), 0),
        ("epoch_ms", None, "1795147200500", datetime(2026, 11, 20, 4, 0, 0, 500_000, UTC), 0),
        ("iso8601", None, "2026-11-20T12:00:00+08:00", datetime(2026, 11, 20, 4, tzinfo=UTC), 0),
        ("iso8601", None, "2026-11-20T12:00+08:00", datetime(2026, 11, 20, 4, tzinfo=UTC), 60),
        ("iso8601", "UTC", "2026-11-20", datetime(2026, 11, 20, tzinfo=UTC), 86400),
        ("%Y/%m/%d %H:%M", "UTC", "2026/11/20 04:00", datetime(2026, 11, 20, 4, tzinfo=UTC), 60),
        ("%Y%m%d", "Asia/Shanghai", "20261120", datetime(2026, 11, 19, 16, tzinfo=UTC), 86400),
    ],
)
def test_every_form_of_time_has_its_instant_and_its_span(form, zone, text, instant, span):
    when = {"path": "at", "form": form} | ({"zone": zone} if zone else {})
    sheet = one({"at": text}, occurred_at=when)
    assert told(sheet) == []
    assert sheet.record["occurred_at"] == [instant.timestamp()]
    assert sheet.record["occurred_span"] == [span]
    assert sheet.record["occurred_original"] == [str(text)]


@pytest.mark.parametrize("text", ["2026-11-20T12:00:00", "12:00", "yesterday", "2026-11-20T25:00Z"])
def test_an_iso_time_without_offset_or_zone_is_none(text):
    sheet = one({"at": text}, occurred_at={"path": "at", "form": "iso8601"})
    assert told(sheet) == [("bad_time", "at", True)]


def test_a_report_of_the_same_minute_is_not_early():
    reported = {"path": "said", "form": "%Y%m%d%H%M", "zone": "Asia/Shanghai"}
    row = {"at": "20261120120030", "said": "202611201200"}
    assert told(one(row, reported_at=reported)) == []
    early = told(one({**row, "said": "202611201159"}, reported_at=reported))
    assert early == [("time_order", "said", False)]


def _attribute(value: object, **part: Any) -> tuple[object, list[tuple[str, bool]]]:
    """The attribute that a value becomes, and the reasons told."""
    used = profile(attributes=[{"path": "a", "name": "note", **part}])
    (sheet,) = sheets(
        lines(
            [
                {
                    "id": "1",
                    "code": "1",
                    "level": "A",
                    "at": "20261120120000",
                    "x": "120.1234",
                    "y": "30.2345",
                    "a": value,
                }
            ]
        ),
        used,
    )
    found = msgspec.json.decode(sheet.record["attributes"][0]).get("note")
    return found, [(code, kept_out) for code, _, kept_out in told(sheet)]


_USCC = "92990102MA0000000"
_ATTRIBUTES = [
    ("Red", {"codes": {"Red": "red"}}, "red", []),
    ("Puce", {"codes": {"Red": "red"}}, "Puce", [("bad_code", False)]),
    ("", {"codes": {"Red": "red"}}, None, []),
    ("91350200MA2XYZ1234", {"check": "uscc"}, "91350200MA2XYZ1234", [("bad_identifier", False)]),
    ("91350100M000100Y43", {"check": "uscc"}, "91350100M000100Y43", []),
    ("2026-11-20", {"type": "date"}, "2026-11-20", []),
    ("20.11.2026", {"type": "date", "form": "%d.%m.%Y"}, "2026-11-20", []),
    ("2026-11-21", {"type": "date"}, "2026-11-21", []),  # has begun east of here
    ("2026-11-22", {"type": "date"}, "2026-11-22", [("future_time", True)]),
    ("1849-05-01", {"type": "date"}, "1849-05-01", []),
    ("2025-13-45", {"type": "date"}, None, [("bad_time", True)]),
    ("", {"type": "date"}, None, []),
    (["a", " b ", "", None, 7], {"type": "texts"}, ["a", "b", "7"], []),
    ("a", {"type": "texts"}, ["a"], []),
    ([], {"type": "texts"}, None, []),
    (["x", "y"], {"type": "texts", "codes": {"x": "1"}}, ["1", "y"], [("bad_code", False)]),
    ([["a"]], {"type": "texts"}, None, [("wrong_type", True)]),
    (["a\u202eb"], {"type": "texts"}, ["ab"], [("cleaned_characters", False)]),
    (["x" * 2001], {"type": "texts"}, None, [("too_long", True)]),
    (["x"] * 1001, {"type": "texts"}, None, [("too_long", True)]),
    (
        {"a": [1, None, "b\u200b"]},
        {"type": "json"},
        {"a": [1, None, "b"]},
        [("cleaned_characters", False)],
    ),
    ("", {"type": "json"}, None, []),
    (["x" * 1000] * 200, {"type": "json"}, None, [("too_long", True)]),
    (msgspec.json.decode("[" * 25 + "]" * 25), {"type": "json"}, None, [("wrong_type", True)]),
]


@pytest.mark.parametrize(
    ("value", "part", "found", "reasons"), _ATTRIBUTES, ids=lambda value: str(value)[:30]
)
def test_each_type_of_attribute_keeps_what_it_can(value, part, found, reasons):
    kept, codes = _attribute(value, **part)
    assert codes == reasons
    if not any(kept_out for _, kept_out in reasons):
        assert kept == found


@pytest.mark.parametrize(("said", "meant"), [("Actual", True), ("Test", False), (None, False)])
def test_only_rows_that_say_so_are_meant_in_earnest(said, meant):
    sheet = one({"status": said}, operational={"path": "status", "values": ["Actual"]})
    assert sheet.record["operational"] == [meant]
    assert one().record["operational"] == [True]


def test_a_bad_identifier_is_flagged_and_kept():
    used = {"rule": "path", "path": "id", "check": "uscc"}
    sheet = one({"id": "91350200MA2XYZ1234"}, identity=used)
    assert told(sheet) == [("bad_identifier", "id", False)]
    assert sheet.record["source_id"] == ["91350200MA2XYZ1234"]
    assert told(one({"id": "91350100M000100Y43"}, identity=used)) == []


def test_a_path_may_name_every_element_of_a_list():
    used = profile(attributes=[{"path": "cars[].plate.kind", "name": "kinds", "type": "texts"}])
    body = b'{"id":"1","cars":[{"plate":{"kind":"K1"}},{},{"plate":{"kind":"K2"}}]}\n{"cars":{}}'
    (chunk,) = formats.read(body, used)
    assert chunk.columns["cars[].plate.kind"] == [["K1", None, "K2"], None]


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"occurred_at": {"path": "at", "form": "%Y%m%d"}}, {("occurred_at.zone", "missing")}),
        ({"occurred_at": {"path": "at", "form": "epoch_s", "zone": "UTC"}},
         {("occurred_at.zone", "not_allowed")}),
        ({"occurred_at": {"path": "at", "form": "iso8601", "zone": "Mars"}},
         {("occurred_at.zone", "unknown_zone")}),
        ({"occurred_at": {"path": "at", "form": "iso8601"}}, set()),
        ({"position": {"form": "circle"}}, {("position.form", "not_allowed")}),
        ({"position": {"lon": "x"}}, {("position.form", "not_allowed")}),
        ({"position": 7}, {("position", "wrong_type")}),
        ({"position": {"form": "pair", "lon": "x", "lat": "y"}}, {("position.crs", "missing")}),
        ({"position": {"form": "array", "path": "p", "crs": "WGS-84"}},
         {("position.order", "missing")}),
        ({"position": {"form": "geojson", "path": "g", "crs": "MARS"}},
         {("position.crs", "crs_unknown")}),
        ({"position": {"form": "geojson", "path": "g", "shown_decimals": 7}, "address": None},
         {("position.shown_decimals", "out_of_range")}),
        ({"position": {"form": "geojson", "path": "g", "shown_decimals": 3}},
         {("address", "not_allowed")}),
        ({"position": {"form": "pair", "lon": "x", "lat": "y", "crs_path": "c",
                       "crs_codes": {"m": "MARS"}, "scale": 0}},
         {("position.crs_codes.m", "crs_unknown"), ("position.scale", "out_of_range")}),
        ({"position": {"form": "pair", "lon": "x", "lat": "y", "crs": "WGS-84",
                       "crs_codes": {}, "scale": 10, "notation": "dms"}},
         {("position.crs_codes", "not_allowed"), ("position.scale", "not_allowed")}),
        ({"position": {"form": "text", "path": "p", "order": "lon_lat", "crs": "WGS-84",
                       "separator": ""}}, {("position.separator", "missing")}),
        ({"severity": {"scale": "s"}}, {("severity", "not_allowed")}),
        ({"severity": {"scale": "s", "fixed": 1, "value": "v", "bands": {"": [[1, 1]]}}},
         {("severity", "not_allowed")}),
        ({"severity": {"scale": "s", "value": "v"}}, {("severity.bands", "missing")}),
        ({"severity": {"scale": "s", "value": "v", "bands": {"u": [[1, 1], [1, 5]]}}},
         {("severity.bands.u", "not_allowed"), ("severity.bands.u", "out_of_range")}),
        ({"severity": {"scale": "s", "fixed": 1, "unit": "u"}}, {("severity.unit", "not_allowed")}),
        ({"attributes": [{"path": "a", "name": "aa", "type": "date", "form": "%H"}]},
         {("attributes[0].form", "bad_form")}),
        ({"attributes": [{"path": "a", "name": "aa", "type": "number", "codes": {}, "form": "%Y",
                          "check": "uscc"}]},
         {("attributes[0].codes", "not_allowed"), ("attributes[0].form", "not_allowed"),
          ("attributes[0].form", "bad_form"), ("attributes[0].check", "not_allowed")}),
        ({"upstream_state": {"path": "s", "codes": {"1": "lost"}}},
         {("upstream_state.codes.1", "not_allowed")}),
        ({"operational": {"path": "s", "values": []}}, {("operational.values", "missing")}),
        ({"identity": {"rule": "content", "check": "uscc"}}, {("identity.check", "not_allowed")}),
        ({"summary": {"path": "a..b"}}, {("", "bad_path")}),
        ({"personal": [{"path": "man", "kind": "name"}], "summary": {"path": "man.words"}},
         {("personal", "personal_in_record")}),
        ({"personal": [{"path": "man.name", "kind": "name"}],
          "attributes": [{"path": "man", "name": "man", "type": "json"}]},
         {("personal", "personal_in_record")}),
        ({"personal": [{"path": "cars[].plate", "kind": "plate"}],
          "attributes": [{"path": "cars", "name": "cars", "type": "json"}]},
         {("personal", "personal_in_record")}),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_a_fault(changes, faults):
    assert _faults(**changes) == faults
