"""Whatever bytes come, a table is read, or refused for a reason; and no row is lost on the way."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import BadInput
from integration.domain import formats
from integration.domain.profile import Profile
from tests.integration.domain.samples import HOUSTON, profile
from tests.integration.domain.workbook import sheet_of, zipped

_FILE_CODES = {
    "malformed_file",
    "empty_file",
    "bad_encoding",
    "unsupported_type",
    "too_large",
    "too_many_rows",
    "header_mismatch",
    "forbidden_xml",
    "bomb_suspected",
}
_HEADER = ["category", "time", "lon", "lat"]
_QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _profile(name: str) -> Profile:
    layout = {"name": name, "encoding": "auto", "delimiter": "auto"}
    return profile({**HOUSTON, "format": layout})


def _read(body: bytes, name: str) -> tuple[list[list[object]], list[str]] | None:
    """The rows and the codes of the broken ones; None for a file that is refused."""
    rows: list[list[object]] = []
    codes: list[str] = []
    seen: list[int] = []
    try:
        for chunk in formats.read(body, _profile(name)):
            columns = [chunk.columns[path] for path in _HEADER]
            rows += [list(row) for row in zip(*columns, strict=True)]
            codes += [one.code for one in chunk.broken]
            seen += [*chunk.lines, *(one.line for one in chunk.broken)]
            kept = [chunk.raw(place) for place in range(len(chunk.lines))]
            assert all(isinstance(one, bytes) for one in kept)
    except BadInput as error:
        assert error.code in _FILE_CODES
        return None
    # Every row the delivery has is told once, good or broken.
    assert sorted(seen) == list(range(len(rows) + len(codes)))
    return rows, codes


def _tried(body: bytes) -> None:
    """The proposal for unknown bytes raises nothing, its sample nothing but BadInput."""
    for layout in formats.recognised(body):
        try:
            assert len(formats.sample(body, layout, 3)) <= 3
        except BadInput as error:
            assert error.code in _FILE_CODES


def _csv(rows: list[list[str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([_HEADER, *rows])
    return text.getvalue()


_cell = st.text(st.sampled_from("ab1,;\t|\"'\n 　火灾中文é\x07"), max_size=6)
_rows = st.lists(st.lists(_cell, min_size=4, max_size=4), max_size=8)
_change = st.tuples(st.integers(0, 4000), st.integers(0, 8), st.binary(max_size=8))


def _changed(body: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    for at, out, new in changes:
        place = at % (len(body) + 1)
        body = body[:place] + new + body[place + out :]
    return body


@_QUIET
@given(st.binary(max_size=300))
def test_no_bytes_do_more_to_a_text_than_be_refused(body):
    _read(body, "csv")
    _tried(body)


@_QUIET
@given(
    _rows,
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    st.lists(_change, min_size=1, max_size=4),
)
def test_a_damaged_text_is_read_as_far_as_it_goes_or_refused(rows, delimiter, encoding, changes):
    body = _csv(rows, delimiter).encode(encoding)
    _read(_changed(body, changes), "csv")
    _tried(_changed(body, changes))


@_QUIET
@given(st.lists(st.sampled_from(["good", "short", "long", "nul", "quote"]), max_size=30))
def test_every_row_of_a_text_is_read_or_told_as_broken(kinds):
    made = {"good": "火灾,t,1,2", "short": "a,t,1", "long": "a,t,1,2,3", "nul": "\x00,t,1,2",
            "quote": 'a,"t,1,2'}  # fmt: skip
    body = "\n".join([",".join(_HEADER), *(made[kind] for kind in kinds)]).encode()
    rows, codes = _read(body, "csv")
    assert len(rows) == kinds.count("good")
    assert len(codes) == len(kinds) - kinds.count("good")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found_out_and_stated(encoding, delimiter):
    bom = "\ufeff" if encoding.startswith("utf-16") else ""
    body = (bom + _csv([["火灾，浓烟𠮷", "t", "1", "2"]], delimiter)).encode(encoding)
    (chunk,) = formats.read(body, _profile("csv"))
    assert chunk.columns["category"] == ["火灾，浓烟𠮷"]
    name = "utf-8" if encoding == "utf-8-sig" else encoding
    assert chunk.reading == {"encoding": name, "delimiter": delimiter}
    (layout,) = formats.recognised(body)
    assert (layout.encoding, layout.delimiter) == (name, delimiter)
    assert formats.sample(body, layout, 1)[0]["category"] == "火灾，浓烟𠮷"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("big5", "臺灣發生嚴重災難，請儘速處理並聯絡消防隊"),
        ("cp1252", "Gemütliche Häuser fürs Völkchen"),
    ],
)
def test_what_only_looks_like_chinese_is_refused_and_not_guessed(encoding, text):
    body = _csv([[text, "t", "1", "2"]] * 3).encode(encoding)
    with pytest.raises(BadInput) as caught:
        list(formats.read(body, _profile("csv")))
    assert caught.value.code == "bad_encoding"


def test_utf8_in_a_feed_of_gb18030_is_refused_and_not_garbled():
    body = _csv([["火灾现场浓烟", "t", "1", "2"]] * 3).encode()
    agreed = profile({**HOUSTON, "format": {"name": "csv", "encoding": "gb18030"}})
    with pytest.raises(BadInput) as caught:
        list(formats.read(body, agreed))
    assert caught.value.code == "bad_encoding"


def test_the_encoding_that_a_delivery_declares_counts_where_none_was_agreed():
    body = _csv([["Straße", "t", "1", "2"]]).encode("latin-1")
    declared = formats.with_encoding(_profile("csv"), "iso-8859-1")
    assert next(formats.read(body, declared)).columns["category"] == ["Straße"]
    agreed = profile({**HOUSTON, "format": {"name": "csv"}})
    assert formats.with_encoding(agreed, "gbk") is agreed


def _workbook(rows: list[list[str]]) -> bytes:
    return zipped(sheet_of([_HEADER, *rows]))


@_QUIET
@given(st.binary(max_size=200), st.booleans())
def test_no_bytes_do_more_to_a_workbook_than_be_refused(tail, whole):
    body = _workbook([["a", "t", "1", "2"]]) + tail if whole else b"PK\x03\x04" + tail
    _read(body, "xlsx")
    _tried(body)


@_QUIET
@given(_rows, st.lists(_change, min_size=1, max_size=3))
def test_a_damaged_workbook_is_read_or_refused(rows, changes):
    body = _changed(_workbook(rows), changes)
    _read(body, "xlsx")
    _tried(body)


_ODD = (
    b"", b"<row/>", b'<row r="7">', b"</row>", b'<c r="XFD9"/>', b'<c t="s"><v>9</v></c>',
    b"<f>1</f>", b'<c t="d"><v>x</v></c>', b"<c><v>1e999</v></c>", b"&#0;", b"\xff", b'r="0"',
    b"<!DOCTYPE x>",
)  # fmt: skip
_oddity = st.tuples(st.integers(0, 2000), st.integers(0, 20), st.sampled_from(_ODD))


@_QUIET
@given(_rows, st.lists(_oddity, min_size=1, max_size=3))
def test_a_sheet_with_odd_content_is_read_or_refused(rows, changes):
    sheet = sheet_of([_HEADER, *rows]).encode()
    _read(zipped(_changed(sheet, changes)), "xlsx")


@_QUIET
@given(_rows)
def test_every_filled_row_of_a_workbook_is_read(rows):
    texts = [["".join(one for one in cell if one >= " ") for cell in row] for row in rows]
    read, codes = _read(_workbook(rows), "xlsx")
    assert (read, codes) == ([row for row in texts if any(row)], [])
