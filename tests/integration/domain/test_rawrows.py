"""A quarantined row as people see and correct it: no personal field, nothing undeclared."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput, RuleBroken
from integration.domain import formats
from integration.domain.profile import Profile
from integration.domain.rawrows import changed, shown
from tests.integration.domain.samples import CALLS, HOUSTON, ROW, profile

NESTED = profile(
    category={"path": "kind[1]", "codes": None},
    position={"form": "pair", "lon": "place.lng", "lat": "place.lat", "crs": "WGS-84"},
    summary={"path": "what"},
    personal=[{"path": "citizen.name", "kind": "name"}, {"path": "citizen.phone", "kind": "phone"}],
    attributes=[],
)
NESTED_ROW = {
    "id": "n1",
    "kind": ["a", "fire"],
    "level": "A",
    "at": "20261120120000",
    "place": {"lng": "120.1", "lat": None},
    "where": "Harbour Road 1",
    "what": "call 13800138000",
    "citizen": {"name": "张三丰", "phone": "13800138000", "age": 40},
    "cars": [{"plate": "闽D12345"}],
}
COLUMNS = profile({**HOUSTON, "personal": [{"path": "Owner", "kind": "name"}], "ignored": ["age"]})
HEADER = ["ID", "ＣＡＴＥＧＯＲＹ", "time", "lon", "lat", "owner", "age"]


def _json(row: object) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode()


def _csv(*rows: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def test_declared_fields_are_shown_by_path_and_personal_ones_masked():
    row = shown(_json(NESTED_ROW), NESTED)
    assert row.fields == {
        "id": "n1",
        "kind[1]": "fire",
        "level": "A",
        "at": "20261120120000",
        "place.lng": "120.1",
        "place.lat": None,
        "where": "Harbour Road 1",
        "what": "call 138****8000",
        "citizen.name": "张**",
        "citizen.phone": "138****8000",
    }
    assert row.masked == {"what", "citizen.name", "citizen.phone"}
    assert set(row.withheld) == {"kind[0]", "citizen.age", "cars[0].plate"}
    assert row.text == ""


def test_an_id_that_looks_like_a_number_is_told():
    row = shown(_json({**ROW, "id": "13800138000"}), profile())
    assert row.fields is not None
    assert row.fields["id"] == "13800138000"


def test_a_place_that_people_see_only_roughly_is_not_told_here_either():
    coarse = profile(position={**CALLS["position"], "shown_decimals": 3}, address=None)
    row = shown(_json({**ROW, "y": "N/A"}), coarse)
    assert row.fields is not None
    assert (row.fields["x"], row.fields["y"]) == ("***", "N/A")
    assert "where" in row.withheld
    assert "120.12" not in shown(b'{"id": "c1", "x": "120.123456', coarse).text


def test_lists_of_any_length_are_declared_by_one_path():
    several = profile(attributes=[{"path": "cars[].plate", "name": "plates", "type": "texts"}])
    row = shown(_json({**ROW, "cars": [{"plate": "a", "owner": "o"}, {"plate": "b"}]}), several)
    assert row.fields is not None
    assert row.fields["cars[1].plate"] == "b"
    assert list(row.withheld) == ["people", "cars[0].owner"]


def test_what_can_be_no_number_stays_a_text_when_it_is_sent_on():
    raw = b'{"id": "c1", "x": NaN, "y": -Infinity, "people": ' + b"9" * 40 + b"}"
    again = json.loads(formats.alone(changed(raw, {}, profile()), profile()))
    assert again == {"id": "c1", "x": "NaN", "y": "-Infinity", "people": "9" * 40}


def test_a_nul_is_visible():
    row = shown(b'{"id": "c1", "what": "a\\u0000b"}', profile())
    assert row.fields is not None
    assert row.fields["what"] == "a\u2400b"


@pytest.mark.parametrize(
    "raw",
    [
        b'{"what": "smoke 13800138000", "who": "\xe5\xbc\xa0\xe4\xb8\x89", "secret": ["x", "y"',
        b'{"id": "c1", "phone": "138001380',
        b'{"who": "\xe5\xbc\xa0\xe4\xb8\x89\xe4\xb8\xb0", "secret": {"deep": "x"}, \xff',
        b'["\xe5\xbc\xa0\xe4\xb8\x89\xe4\xb8\xb0"]',
        b'"\xe5\xbc\xa0\xe4\xb8\x89"',
        b"[" * 50_000,
        b'{"what": "5" pipe", "who": "\xe5\xbc\xa0\xe4\xb8\x89"}',
        b'{"what": "5", pipe", "who": "\xe5\xbc\xa0\xe4\xb8\x89"}',
        b'{"what": "C:\\", "who": "\xe5\xbc\xa0\xe4\xb8\x89", "code": "1"}',
        b'{"what":smoke","who":"\xe5\xbc\xa0\xe4\xb8\x89","code":"1"}',
    ],
)
def test_a_row_that_cannot_be_read_is_text_without_what_may_be_personal(raw):
    row = shown(raw, profile())
    assert row.fields is None
    for secret in ("张三", "138001380", '"x"', '"y"'):
        assert secret not in row.text


def test_open_fields_of_a_broken_row_stay_readable():
    row = shown(b'{"id": "c1", "who": "x", "what": "smoke in the yard', profile())
    assert row.text == '{"id": "c1", "who": ***, "what": "smoke in the yard'


def test_columns_are_named_by_their_header_and_as_the_profile_calls_them():
    row = shown(_csv(HEADER, ["7", "fire", "t", "1", "2", "张三", "40"]), COLUMNS)
    assert row.fields == {
        "category": "fire",
        "time": "t",
        "lon": "1",
        "lat": "2",
        "Owner": "张*",
    }
    assert set(row.withheld) == {"ID", "age"}


@pytest.mark.parametrize(
    "raw",
    [
        _csv(HEADER, ["7", "fire", "张三"]),
        _csv(HEADER) + b'7,"fire,t,1,2,\xe5\xbc\xa0\xe4\xb8\x89,40',
        _csv(HEADER) + b"7,\xff,t,1,2,\xe5\xbc\xa0\xe4\xb8\x89,40",
        b"7,fire,t",
    ],
)
def test_a_broken_row_of_columns_with_personal_ones_is_not_shown(raw):
    row = shown(raw, COLUMNS)
    assert (row.fields, row.text) == (None, "")


def test_without_personal_columns_it_is():
    row = shown(_csv(["category", "time", "lon", "lat"], ["fire", "13800138000"]), profile(HOUSTON))
    assert row.text.endswith("fire,138****8000\r\n")


def test_a_broken_row_with_a_column_that_nobody_declared_is_not_shown():
    body = "category,time,lon,lat,caller\nfire,2026-11-01 10:00,120.1,30.1,张三,\n".encode()
    (chunk,) = formats.read(body, profile(HOUSTON))
    assert shown(chunk.broken[0].raw, profile(HOUSTON)).text == ""


def test_changes_go_into_the_row_and_the_rest_stays_as_it_was():
    row = changed(_json(NESTED_ROW), {"place.lat": 30.2, "kind[1]": "noise"}, NESTED)
    assert row["place"] == {"lng": "120.1", "lat": 30.2}
    assert row["kind"] == ["a", "noise"]
    assert row["citizen"] == NESTED_ROW["citizen"]
    assert row["cars"] == NESTED_ROW["cars"]


def test_a_missing_object_is_made_for_a_declared_field():
    row = changed(_json({"id": "n1", "place": None}), {"place.lat": 30.2}, NESTED)
    assert row["place"] == {"lat": 30.2}


@pytest.mark.parametrize("path", ["nothing", "cars[0].plate", "kind[7]", "", "a..b"])
def test_a_field_that_is_not_there_or_not_declared_cannot_be_changed(path):
    with pytest.raises(RuleBroken) as caught:
        changed(_json(NESTED_ROW), {path: 1}, NESTED)
    assert caught.value.code == "no_such_field"


def test_a_row_that_cannot_be_read_cannot_be_changed():
    with pytest.raises(RuleBroken) as caught:
        changed(b"{", {}, profile())
    assert caught.value.code == "row_unreadable"


def _raw(body: bytes, used: Profile) -> list[bytes]:
    (chunk,) = formats.read(body, used)
    return [chunk.raw(place) for place in range(len(chunk.lines))]


_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)


@given(st.lists(_TEXTS, min_size=4, max_size=4).filter(any))
def test_a_kept_row_sent_on_unchanged_is_read_as_it_was(values):
    used = profile({**HOUSTON, "format": {"name": "csv", "encoding": "gb18030"}})
    header = ["category", "time", "lon", "lat"]
    text = io.StringIO()
    csv.writer(text).writerows([header, values])
    (raw,) = _raw(text.getvalue().encode("gb18030"), used)
    (chunk,) = formats.read(formats.alone(changed(raw, {}, used), used), used)
    assert [chunk.columns[name][0] for name in header] == values


@pytest.mark.parametrize("row", [{"what": "\ud800"}, {"\ud800": "x"}])
def test_half_a_character_cannot_be_sent_on(row):
    with pytest.raises(BadInput) as refused:
        formats.alone({**ROW, **row}, profile())
    assert (refused.value.code, refused.value.status) == ("malformed_row", 422)
