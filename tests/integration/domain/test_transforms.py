"""What each transform makes of a row, through the whole chain of transforms."""

import math
from datetime import UTC, datetime

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.coordinates import from_wgs84
from integration.domain.transforms import apply_all
from integration.domain.values import numbers
from tests.integration.domain.samples import (
    HOUSTON,
    ROW,
    Square,
    lines,
    one,
    profile,
    sheets,
    told,
)


def test_a_sound_row_becomes_a_record_without_remarks():
    sheet = one()
    row = {name: column[0] for name, column in sheet.record.items()}
    assert told(sheet) == []
    assert row["source_id"] == "c1"
    assert (row["category"], row["category_original"]) == ("fire", "1")
    assert (row["severity"], row["severity_original"]) == (1, "A")
    assert row["occurred_at"] == datetime(2026, 11, 20, 4, tzinfo=UTC).timestamp()
    assert (row["lon"], row["lat"]) == (120.123456, 30.234567)
    assert (row["x_original"], row["district"], row["grid"]) == ("120.123456", "D1", "G1")
    assert row["h3"] > 0
    assert msgspec.json.decode(row["attributes"]) == {"people": 3}


_REASONS = [
    ({"id": ""}, "missing_id", "id", True),
    ({"id": None}, "missing_id", "id", True),
    ({"id": "x" * 201}, "too_long", "id", True),
    ({"id": {"a": 1}}, "wrong_type", "id", True),
    ({"id": "c\u200b1"}, "cleaned_characters", "id", False),
    ({"at": ""}, "missing_field", "at", True),
    ({"at": "2025-13-45 99:99"}, "bad_time", "at", True),
    ({"at": 20261320000000}, "bad_time", "at", True),
    ({"at": "20261120211001"}, "future_time", "at", True),
    ({"at": "18991231000000"}, "too_old", "at", True),
    ({"x": "N/A"}, "bad_number", "x", True),
    ({"x": "118,089"}, "bad_number", "x", True),
    ({"x": "1_20"}, "bad_number", "x", True),
    ({"x": "0x76"}, "bad_number", "x", True),
    ({"x": True}, "bad_number", "x", True),
    ({"y": "NaN"}, "not_finite", "y", True),
    ({"y": "-Infinity"}, "not_finite", "y", True),
    ({"x": "1e308"}, "coordinates_out_of_range", "x", True),
    ({"x": "1e999"}, "not_finite", "x", True),
    ({"x": ""}, "missing_field", "x", True),
    ({"x": "", "y": ""}, "no_coordinates", "x", False),
    ({"x": None, "y": " "}, "no_coordinates", "x", False),
    ({"x": "30.2345", "y": "120.1234"}, "coordinates_swapped", "x", False),
    ({"x": "0", "y": "0"}, "null_island", "x", True),
    ({"x": "999", "y": "30.5"}, "coordinates_out_of_range", "x", True),
    ({"x": "120.5", "y": "-91"}, "coordinates_out_of_range", "x", True),
    ({"x": "116.404", "y": "39.915"}, "coordinates_out_of_area", "x", True),
    ({"x": "120.12", "y": "30.2"}, "low_precision", "x", False),
    ({"code": "ZZ99"}, "bad_code", "code", False),
    ({"code": None}, "bad_code", "code", False),
    ({"level": "Z"}, "bad_code", "level", False),
    ({"what": "a\u202eb"}, "cleaned_characters", "what", False),
    ({"what": "x" * 2001}, "too_long", "what", True),
    ({"where": "x" * 501}, "too_long", "where", True),
    ({"what": {"a": 1}}, "wrong_type", "what", True),
    ({"people": "many"}, "bad_number", "people", True),
    ({"people": 1.5}, "bad_number", "people", True),
    ({"people": "NaN"}, "not_finite", "people", True),
]


@pytest.mark.parametrize(("changes", "code", "field", "quarantined"), _REASONS)
def test_each_defect_has_its_code_and_field(changes, code, field, quarantined):
    sheet = one(changes)
    assert told(sheet) == [(code, field, quarantined)]
    assert sheet.alive.tolist() == [not quarantined]


def test_several_reasons_of_one_row_are_all_told_but_flags_only_of_living_rows():
    sheet = one({"at": "x", "x": "y", "code": "ZZ"})
    assert set(told(sheet)) == {("bad_time", "at", True), ("bad_number", "x", True)}


def test_an_unknown_code_keeps_its_text():
    sheet = one({"code": "ZZ99"})
    assert sheet.record["category"] == ["unmapped"]
    assert sheet.record["category_original"] == ["ZZ99"]


def test_codes_may_be_numbers_or_paths_of_codes():
    codes = {"7": "fire", "环境/噪声": "noise"}
    used = profile(category={"path": "code", "codes": codes})
    rows = [{**ROW, "code": 7}, {**ROW, "code": ["环境", "噪声"]}, {**ROW, "code": 7.5}]
    (sheet,) = sheets(lines(rows), used)
    assert sheet.record["category"] == ["fire", "noise", "unmapped"]


def test_the_future_window_is_the_profiles():
    late = {"at": "20261120202900"}  # 29 minutes ahead of now
    assert told(one(late)) == [("future_time", "at", True)]
    assert told(one(late, window={"future_minutes": 30})) == []


def test_the_past_window_is_the_profiles():
    old = {"at": "20261101000000"}
    assert told(one(old)) == []
    assert told(one(old, window={"past_days": 7})) == [("too_old", "at", True)]


def test_a_report_before_its_occurrence_is_flagged():
    reported = {"path": "said", "form": "%Y%m%d%H%M%S", "zone": "Asia/Shanghai"}
    sheet = one({"said": "20261120115959"}, reported_at=reported)
    assert told(sheet) == [("time_order", "said", False)]
    (missing,) = one({"said": ""}, reported_at=reported).record["reported_at"]
    assert math.isnan(missing)


@given(
    st.floats(120.01, 120.99),
    st.floats(30.01, 30.99),
    st.sampled_from(["WGS-84", "GCJ-02", "BD-09", "CGCS2000", "EPSG:3857", "EPSG:4549"]),
    st.booleans(),
)
def test_any_system_and_any_order_of_a_point_in_the_city_comes_out_within_a_metre(
    lon, lat, crs, swap
):
    x, y = (one.item() for one in from_wgs84(np.array([lon]), np.array([lat]), crs))
    if swap:
        x, y = y, x
    place = {"form": "pair", "lon": "x", "lat": "y", "crs": crs}
    sheet = one({"x": x, "y": f"{y:.8f}"}, position=place)
    found_lon, found_lat = sheet.record["lon"][0], sheet.record["lat"][0]
    assert math.hypot((found_lon - lon) * 96_000, (found_lat - lat) * 111_000) < 1
    codes = {code for code, _, _ in told(sheet)} - {"low_precision"}
    assert codes == ({"coordinates_swapped"} if swap else set())


def test_personal_identifiers_in_texts_are_masked_and_the_text_is_kept_private():
    sheet = one({"what": "call 13912345678 now"})
    (shown,) = sheet.record["summary"]
    assert "13912345678" not in shown
    kept = {field.name: (field.kind, field.value) for field in sheet.private[0]}
    assert kept["what"] == ("text", "call 13912345678 now")
    assert kept["who"] == ("name", "张三丰")


def test_personal_fields_are_in_no_column_of_the_record():
    sheet = one()
    assert "张三丰" not in repr(sheet.record)
    assert "13800138000" not in repr(sheet.record)


def test_a_strict_profile_flags_rows_with_unknown_fields():
    assert told(one({"colour": "red"}, strict=True)) == [("unknown_field", "", False)]
    assert told(one({"colour": "red"})) == []


@given(st.lists(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text())))
def test_numbers_never_fail_and_only_finite_ones_are_fine(values):
    found, states = numbers(values)
    assert np.isfinite(found).tolist() == [state == 0 for state in states]


def test_rows_without_ids_are_told_apart_by_content_and_ordinal():
    body = b"category,time,lon,lat\n" + b"fire,2026-11-01 10:00,120.1234,30.1234\n" * 2
    body += b"noise,2026-11-01 10:00,120.1234,30.1234\n"
    (sheet,) = sheets(body, profile(HOUSTON))
    first, second, other = sheet.record["source_id"]
    assert first[:-2] == second[:-2] != other[:-2]
    assert [one[-2:] for one in (first, second, other)] == ["-0", "-1", "-0"]
    assert sheet.record["severity"] == [3, 3, 3]


def test_the_digest_covers_declared_fields_alone_and_not_the_id():
    def digest(**changes: object) -> bytes:
        return one(changes).record["digest"][0]

    assert digest() == digest(id=" c1 ") == digest(undeclared="x")
    assert digest() != digest(phone="13800138001")
    assert digest() != digest(people=4)


def test_a_sheet_without_rows_passes():
    (sheet,) = sheets(b"broken", profile())
    assert (len(sheet), sheet.chunk.size) == (0, 1)
    apply_all(profile(), sheet, _around())


def _around():
    from integration.domain.rows import Surroundings  # noqa: PLC0415 - used once

    return Surroundings(0.0, Square(), ())
