import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput
from integration.domain import formats
from integration.domain.profile import Profile
from tests.integration.domain.samples import HOUSTON, profile
from tests.shared import shared_path

_HEADER = "category,time,lon,lat"


def _profile(**changes: object) -> Profile:
    layout = {"name": "csv", **changes}
    return profile({**HOUSTON, "format": layout})


def _chunk(body: bytes | str, **changes: object):
    raw = body.encode() if isinstance(body, str) else body
    (chunk,) = formats.read(raw, _profile(**changes))
    return chunk


def test_columns_are_found_by_name_in_any_order_and_extra_ones_are_left_out():
    chunk = _chunk("extra, LAT ,ｌｏｎ,Category,time\r\n9,30,120,fire,now\r\n")
    assert {path: column[0] for path, column in chunk.columns.items()} == {
        "category": "fire",
        "lat": "30",
        "lon": "120",
        "time": "now",
    }


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_and_line_breaks_inside_fields_are_read(end):
    chunk = _chunk(f'{_HEADER}{end}"a{end}b",t,1,2{end}{end}c,t,1,2{end}')
    assert chunk.columns["category"] == [f"a{end}b", "c"]
    assert chunk.lines == [0, 1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_declared_encodings_are_read(encoding):
    body = f"{_HEADER}\n火灾𠮷,t,1,2\n".encode(encoding)
    name = "gb18030" if encoding == "gb18030" else "utf-8"
    assert _chunk(body, encoding=name).columns["category"] == ["火灾𠮷"]


def test_a_ragged_row_costs_only_itself():
    chunk = _chunk(f"{_HEADER}\na,t,1,2\nb,t,1\nc,t,1,2,3\nd,t,1,2\n")
    assert chunk.columns["category"] == ["a", "d"]
    assert [(one.line, one.code) for one in chunk.broken] == [
        (1, "malformed_row"),
        (2, "malformed_row"),
    ]


@pytest.mark.parametrize("rest", [3, 500])
def test_an_open_quote_costs_only_its_own_row(rest):
    body = f'{_HEADER}\na,t,1,2\nb,"t,1,2\n' + "c,t,1,2\n" * rest
    chunk = _chunk(body)
    assert chunk.columns["category"] == ["a"] + ["c"] * rest
    assert [(one.line, one.raw) for one in chunk.broken] == [
        (1, b'category,time,lon,lat\r\nb,"t,1,2\n')
    ]


def test_undecodable_bytes_and_nul_cost_only_their_row():
    body = f"{_HEADER}\n好,t,1,2\n坏,t,1,2\n".encode() + b"\xff,t,1,2\n\x00,t,1,2\n"
    chunk = _chunk(body)
    assert chunk.columns["category"] == ["好", "坏"]
    assert [(one.line, one.code) for one in chunk.broken] == [
        (2, "malformed_row"),
        (3, "control_characters"),
    ]


@pytest.mark.parametrize(
    "header", ["category,time,lon", "category,time,lon,lat,lat", "a,b", "category;time;lon;lat"]
)
def test_a_header_without_each_column_once_refuses_the_file(header):
    with pytest.raises(BadInput) as caught:
        _chunk(f"{header}\nx,t,1,2\n")
    assert caught.value.code == "header_mismatch"


def test_a_header_alone_is_a_delivery_without_rows():
    assert list(formats.read(_HEADER.encode(), _profile())) == []


def test_a_field_of_a_quarter_of_a_million_characters_is_read():
    chunk = _chunk(f"{_HEADER}\n{'x' * 250_000},t,1,2\n")
    assert len(str(chunk.columns["category"][0])) == 250_000


@given(
    st.lists(
        st.lists(st.text(max_size=6), min_size=4, max_size=4).filter(any), min_size=1, max_size=20
    )
)
def test_what_a_csv_writer_wrote_is_what_is_read(rows):
    clean = [[field.replace("\x00", "") for field in row] for row in rows]
    text = io.StringIO()
    csv.writer(text).writerows([_HEADER.split(","), *clean])
    body = text.getvalue().encode("utf-8", "surrogatepass")
    try:
        (chunk,) = formats.read(body, _profile())
    except BadInput as error:
        assert error.code == "bad_encoding"
        return
    if not chunk.broken:
        read = [chunk.columns[name] for name in _HEADER.split(",")]
        assert [list(row) for row in zip(*read, strict=True)] == clean


@given(st.binary(max_size=120))
def test_no_bytes_can_do_more_than_be_refused(tail):
    body = f"{_HEADER}\na,t,1,2\n".encode() + tail
    try:
        chunks = list(formats.read(body, _profile()))
    except BadInput as error:
        assert error.code == "bad_encoding"
    else:
        assert sum(chunk.size for chunk in chunks) >= 1


def test_one_row_alone_is_a_delivery():
    row = {"category": 'a "quoted", one', "time": "t", "lon": 1.5, "lat": None}
    chunk = next(formats.read(formats.alone(row, _profile()), _profile()))
    assert chunk.columns["category"] == ['a "quoted", one']
    assert chunk.columns["lat"] == [""]


@pytest.mark.reference
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("csv_empty.csv", "empty_file"),
        ("csv_is_zip.csv", "unsupported_type"),
        ("csv_duplicate_header.csv", "header_mismatch"),
        ("csv_5000_columns.csv", "header_mismatch"),
        ("csv_utf16le_bom.csv", "bad_encoding"),
        ("csv_invalid_utf8.csv", "bad_encoding"),
    ],
)
def test_hostile_files_are_refused_with_their_code(name, code):
    body = shared_path("hostile", name).read_bytes()
    with pytest.raises(BadInput) as caught:
        list(formats.read(body, _hostile()))
    assert caught.value.code == code


@pytest.mark.reference
@pytest.mark.parametrize(
    ("name", "good", "broken"),
    [
        ("control_ok.csv", 3, 0),
        ("csv_ragged.csv", 2, 1),
        ("csv_unbalanced_quote.csv", 21, 1),
        ("csv_embedded_newlines.csv", 2, 0),
        ("csv_cr_only.csv", 2, 0),
        ("csv_header_noise.csv", 1, 0),
        ("csv_huge_field.csv", 2, 0),
        ("csv_nul_bytes.csv", 1, 1),
        ("csv_utf8_bom.csv", 2, 0),
    ],
)
def test_hostile_rows_cost_only_themselves(name, good, broken):
    body = shared_path("hostile", name).read_bytes()
    (chunk,) = formats.read(body, _hostile())
    assert (len(chunk.lines), len(chunk.broken)) == (good, broken)


def _hostile() -> Profile:
    return profile(
        {
            **HOUSTON,
            "identity": {"rule": "path", "path": "event_id"},
            "category": {"path": "category_code", "codes": None},
            "occurred_at": {**HOUSTON["occurred_at"], "path": "occurred_at"},
        }
    )
