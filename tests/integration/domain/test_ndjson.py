import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput
from integration.domain import formats
from tests.integration.domain.samples import lines, profile

_BAD = {
    b'{"id":"a"': "malformed_row",
    b'{"id":"a"} trailing': "malformed_row",
    b'{"id":NaN}': "malformed_row",
    b'{"id":"\xff"}': "malformed_row",
    b'{"other":"\xff"}': "malformed_row",
    b"[1]": "wrong_type",
    b"null": "wrong_type",
    b'{"x":1e999}': "not_finite",
    b'{"other":"a\\u0000b"}': "control_characters",
    b'{"other":"\x00"}': "control_characters",
    b'{"id":"\\ud800"}': "malformed_row",
    b'{"id":' + b"[" * 100 + b"]" * 100 + b"}": "malformed_row",
    b'{"id":' + b"[" * 100_000 + b"]" * 100_000 + b"}": "malformed_row",
}


def _chunks(body, **changes):
    return list(formats.read(body, profile(**changes)))


@pytest.mark.parametrize(("line", "code"), _BAD.items(), ids=lambda value: str(value)[:24])
def test_a_bad_line_costs_only_itself(line, code):
    good = '{"id":"好"}'.encode()
    (chunk,) = _chunks(b"\n".join([good, line, good, good]))
    assert [(one.line, one.code, one.raw) for one in chunk.broken] == [(1, code, line)]
    assert chunk.lines == [0, 2, 3]
    assert chunk.columns["id"] == ["好"] * 3
    assert chunk.raw(1) == good


def test_every_depth_is_read_or_refused_as_a_row():
    rows = [b'{"id":' + b"[" * depth + b"]" * depth + b"}" for depth in range(1, 1100)]
    (chunk,) = _chunks(b"\n".join(rows))
    assert len(chunk.lines) == 99
    assert {one.code for one in chunk.broken} == {"malformed_row"}


def test_brackets_inside_texts_are_not_nested():
    line = b'{"id":"' + b'[{\\"' * 5000 + b'"}'
    (chunk,) = _chunks(line)
    assert not chunk.broken
    (chunk,) = _chunks(line[:-2] + b"\\")  # never closed
    assert [one.code for one in chunk.broken] == ["malformed_row"]


def test_an_escaped_backslash_before_u0000_is_no_nul():
    (chunk,) = _chunks(b'{"id":"a\\\\u0000"}')
    assert chunk.columns["id"] == ["a\\u0000"]


def test_blank_lines_and_a_bom_are_not_rows():
    body = b'\xef\xbb\xbf\n{"id":"a"}\r\n \n\n{"id":"b"}\n'
    (chunk,) = _chunks(body)
    assert list(chunk.lines) == [0, 1]
    assert chunk.columns["id"] == ["a", "b"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty_file"),
        (b" \n\r\n", "empty_file"),
        ('{"id":"好"}'.encode("utf-16"), "bad_encoding"),
        ('{"id":"好"}\n{"id":"坏"}'.encode("gbk"), "bad_encoding"),
        (b"PK\x03\x04....", "unsupported_type"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(body, code):
    with pytest.raises(BadInput) as caught:
        _chunks(body)
    assert caught.value.code == code


def test_too_many_rows_are_refused():
    body = lines({"id": str(n)} for n in range(11))
    with pytest.raises(BadInput) as caught:
        _chunks(body, limits={"rows": 10})
    assert (caught.value.code, caught.value.status) == ("too_many_rows", 413)


def test_paths_reach_into_objects_and_lists():
    body = lines([{"id": "a", "loc": {"p": [1, {"lng": 5}]}}, {"id": "b", "loc": 3}, {"id": "c"}])
    place = {"form": "pair", "lon": "loc.p[1].lng", "lat": "loc.p[0]", "crs": "WGS-84"}
    (chunk,) = _chunks(body, position=place)
    assert chunk.columns["loc.p[1].lng"] == [5, None, None]
    assert chunk.columns["loc.p[0]"] == [1, None, None]


def test_fields_that_are_not_declared_are_told_only_under_a_strict_profile():
    body = lines([{"id": "a"}, {"id": "b", "colour": 1}, {"id": "c", "known": 1}])
    (loose,) = _chunks(body)
    (strict,) = _chunks(body, strict=True, ignored=["known"])
    assert list(loose.unknown) == []
    assert list(strict.unknown) == [1]


@given(st.lists(st.text(max_size=8), min_size=1, max_size=40), st.integers(1, 7))
def test_any_cutting_into_chunks_gives_the_same_rows(ids, most):
    body = lines({"id": one.replace("\x00", "")} for one in ids)
    kept = formats.CHUNK_ROWS
    formats.CHUNK_ROWS = most
    try:
        chunks = _chunks(body)
    finally:
        formats.CHUNK_ROWS = kept
    assert [one for chunk in chunks for one in chunk.columns["id"]] == [
        one.replace("\x00", "") for one in ids
    ]
    assert [line for chunk in chunks for line in chunk.lines] == list(range(len(ids)))
    assert all(chunk.size <= most for chunk in chunks)


@given(st.binary(max_size=200))
def test_no_bytes_can_do_more_than_be_refused(body):
    try:
        chunks = _chunks(body)
    except BadInput as error:
        assert error.code in {"empty_file", "bad_encoding", "unsupported_type"}
    else:
        rows = [line for line in body.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip()]
        assert sum(chunk.size for chunk in chunks) == len(rows)


def test_one_row_alone_is_a_delivery():
    row = {"id": "a", "what": "line\nbreak"}
    (chunk,) = _chunks(formats.alone(row, profile()))
    assert chunk.columns["what"] == ["line\nbreak"]
    assert msgspec.json.decode(chunk.raw(0)) == row
