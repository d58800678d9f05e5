"""Flags and readings that a profile may ask for: identifiers, times, ids, damage, coarse places."""

from typing import Any

import pytest

from integration.domain.profile_document import check
from tests.integration.domain.samples import CALLS, CATEGORIES, ROW, lines, profile, sheets

_TIME = CALLS["occurred_at"]


def _sheet(*rows: dict[str, Any], **changes: object):
    body = lines([{**ROW, **row} for row in rows])
    (sheet,) = sheets(body, profile(**changes))
    return sheet


def _flags(sheet: Any, position: int = 0) -> list[str]:
    return list(sheet.quality()[position])


@pytest.mark.parametrize(
    ("kind", "value", "flags"),
    [
        ("resident_id", "350203190001010017", []),
        ("resident_id", "35020319020202102x", []),
        ("resident_id", "350203190001010018", ["bad_identifier"]),
        ("resident_id", "999999190001010015", ["bad_identifier"]),
        ("resident_id", "350203850101001", ["bad_identifier"]),
        ("resident_id", "3.50203E+17", ["spreadsheet_damage", "bad_identifier"]),
        ("phone", "+86 13800138000", []),
        ("phone", "12345678901", ["bad_identifier"]),
        ("plate", "闽D·12345", []),
        ("plate", "闽DI2345", ["bad_identifier"]),
        ("uscc", "91350200ma0000015a", []),
        ("uscc", "91350200MA0000015B", ["bad_identifier"]),
        (None, "12345678901", []),
        (None, "1.38001E+10", ["spreadsheet_damage"]),
    ],
)
def test_a_personal_identifier_that_fails_its_check_is_flagged_and_kept(kind, value, flags):
    personal = [{"path": "phone", "kind": "phone", "check": kind}, CALLS["personal"][0]]
    sheet = _sheet({"phone": value}, personal=personal)
    assert _flags(sheet) == flags
    assert sheet.alive.all()
    assert value in [one.value for one in sheet.private[0]]


def test_an_id_that_lost_its_digits_is_quarantined():
    sheet = _sheet({"id": "3.50203E+14"}, {"id": "E+14"}, {"id": "3E4"})
    assert sheet.alive.tolist() == [False, True, True]
    assert [one.code for one in sheet.live_reasons()] == ["spreadsheet_damage"]


@pytest.mark.parametrize(("case", "ids"), [("upper", ["C1", "C1"]), ("kept", ["c1", "C1"])])
def test_ids_in_small_and_capital_letters_are_one_where_the_profile_says_so(case, ids):
    identity = {"rule": "path", "path": "id", "case": case}
    assert list(_sheet({"id": "c1"}, {"id": "C1"}, identity=identity).record["source_id"]) == ids


def test_further_forms_read_what_the_first_does_not():
    when = {**_TIME, "form": "iso8601", "also": ["%Y/%m/%d %H:%M", "%Y%m%d"]}
    texts = ["2026-11-20T12:00:00+08:00", "2026/11/20 12:00", "20261120", "20.11.2026", ""]
    sheet = _sheet(*({"at": one} for one in texts), occurred_at=when)
    first, second, day, *_ = sheet.record["occurred_at"]
    assert first == second == day + 12 * 3600
    assert list(sheet.record["occurred_span"][:3]) == [0, 60, 86400]
    assert [one.code for one in sheet.live_reasons() if one.quarantined] == [
        "bad_time",
        "missing_field",
    ]


def test_a_zone_that_was_only_assumed_is_flagged_where_the_profile_wants_it():
    when = {**_TIME, "form": "iso8601", "assumed_zone": "flagged"}
    texts = ["2026-11-20T12:00:00Z", "2026-11-20 12:00+0800", "2026-11-20T12:00:00", "2026-11-20"]
    rows = [{"at": one} for one in texts]
    sheet = _sheet(*rows, occurred_at=when)
    assert [_flags(sheet, at) for at in range(4)] == [[], [], ["zone_assumed"], ["zone_assumed"]]
    assert _flags(_sheet(*rows, occurred_at={**when, "assumed_zone": "agreed"}), 2) == []


def test_a_report_long_after_the_occurrence_is_flagged_where_the_profile_wants_it():
    changes = {
        "reported_at": {**_TIME, "path": "told"},
        "window": {"future_minutes": 10, "past_days": None, "late_days": 30},
    }
    rows = [{"at": "20260101000000", "told": "20260131000000"}, {"at": "20260101000000",
            "told": "20260131000001"}]  # fmt: skip
    sheet = _sheet(*rows, **changes)
    assert [_flags(sheet, at) for at in range(2)] == [[], ["late_report"]]


@pytest.mark.parametrize(
    ("x", "y", "code"),
    [
        ("122", "30", "low_precision"),  # a point of the city may have been cut to it
        ("121.1", "30.5", "low_precision"),
        ("121.25", "30.55", "coordinates_out_of_area"),
        ("116", "39", "coordinates_out_of_area"),
        ("119.123", "31", "coordinates_out_of_area"),
    ],
)
def test_a_place_cut_to_few_decimals_is_told_as_that(x, y, code):
    sheet = _sheet({"x": x, "y": y})
    assert [one.code for one in sheet.live_reasons()] == [code]
    assert not sheet.alive.any()


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"occurred_at": {**_TIME, "also": ["epoch_s"]}}, ("occurred_at.also[0]", "bad_form")),
        (
            {"occurred_at": {"path": "at", "form": "iso8601", "assumed_zone": "flagged"}},
            ("occurred_at.zone", "missing"),
        ),
        ({"window": {"late_days": 0}}, ("window.late_days", "out_of_range")),
        ({"format": {"name": "csv", "encoding": "zip"}}, ("format.encoding", "unknown_encoding")),
        ({"format": {"name": "csv", "delimiter": "ab"}}, ("format.delimiter", "not_allowed")),
        ({"format": {"name": "xlsx", "sheet": ""}}, ("format.sheet", "missing")),
        ({"format": {"name": "csv", "encoding": "auto", "delimiter": "auto"}}, None),
    ],
)
def test_what_cannot_be_meant_is_a_fault_of_the_profile(changes, fault):
    _, faults = check({**CALLS, **changes}, categories=CATEGORIES, organisations=("PSB",))
    assert [(one.path, one.code) for one in faults] == ([] if fault is None else [fault])
