import json
import time
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BadInput
from integration.domain import formats
from integration.domain.formats.json_rows import repeated
from integration.domain.profile import Format
from tests.integration.domain.samples import ROW, lines, profile, sheets, told

_FILE_CODES = {"empty_file", "bad_encoding", "unsupported_type", "malformed_file"}


def _chunks(body: bytes, rows: str | None = None, encoding: str = "auto", **changes: Any):
    layout = {"name": "json", "encoding": encoding, "rows": rows}
    return list(formats.read(body, profile(format=layout, **changes)))


def _refused(body: bytes, **how: Any) -> str:
    with pytest.raises(BadInput) as caught:
        _chunks(body, **how)
    return caught.value.code


def _list(*elements: bytes) -> bytes:
    return b"[" + b", ".join(elements) + b"]"


_GOOD = '{"id": "好的"}'.encode()


@pytest.mark.parametrize(
    ("element", "code"),
    [
        (b'{"id": NaN}', "not_finite"),
        (b'{"id": [-Infinity, "NaN"]}', "not_finite"),
        (b'{"z": 1e999}', None),  # a field that is not read
        (b'{"id": 1e999}', "not_finite"),
        (b'{"id": "\\ud83d"}', "malformed_row"),
        (b'{"id": "\xff"}', "malformed_row"),
        (b'{"x": "a\\u0000b"}', "control_characters"),
        (b"[1]", "wrong_type"),
        (b"7", "wrong_type"),
        (b"null", "wrong_type"),
        (b'"a, ]"', "wrong_type"),
    ],
)
def test_a_bad_element_costs_only_itself(element, code):
    (chunk,) = _chunks(_list(_GOOD, element, _GOOD, _GOOD))
    found = [(one.line, one.code, one.raw) for one in chunk.broken]
    assert found == ([(1, code, element)] if code else [])
    assert list(chunk.lines) == ([0, 2, 3] if code else [0, 1, 2, 3])
    assert chunk.raw(0) == _GOOD


@pytest.mark.parametrize(
    "body",
    [
        b"[",
        b'[{"id": 1}',
        b'[{"id": 1},]',
        b'[,{"id": 1}]',
        b'[{"id": 1} {"id": 2}]',
        b'[{"id": 1}] x',
        b'[{"id": 1}][]',
        b'[/* c */ {"id": 1}]',
        b'[{"id": 1 /* c */}]',
        b"[{'id': 1}]",
        b'[{"id": 01}]',
        b'[{"id": 1,}]',
        b'[{"id": NaN, }]',
        b'[{"id": tru}]',
        b'[{"id": "\x01"}]',
        b'[{"id": ' + b"9" * 4301 + b"}]",
        b'[{"x": ' + b"9" * 4301 + b"}]",
        b'[{"x": ' + b"[" * 2000 + b"]" * 2000 + b"}]",
        b"[" * 1_000_000,
        b'{"id":' * 1_000_000,
        b"7",
        b'"text"',
        b"null",
        b'{"id": 1}{"id": 2}',
        b'[7, null, {"id": 1}]',
    ],
    ids=lambda body: str(body[:30]),
)
def test_what_is_no_list_of_objects_in_valid_json_is_refused_whole(body):
    began = time.perf_counter()
    assert _refused(body) == "malformed_file"
    assert time.perf_counter() - began < 2


def test_elements_may_be_a_hundred_deep():
    inside = b"[" * 99 + b"]" * 99
    (chunk,) = _chunks(_list(b'{"id":' + inside + b"}"))
    assert len(chunk.lines) == 1
    assert _refused(_list(b'{"id":[' + inside + b"]}")) == "malformed_file"


def test_long_digits_in_a_text_are_no_number():
    (chunk,) = _chunks(b'[{"id": "' + b"9" * 5000 + b'"}]')
    assert len(chunk.lines) == 1


@pytest.mark.parametrize(
    ("rows", "body"),
    [
        ("rows", b'{"total": 1, "rows": [%s]}'),
        ("data.items", b'{"data": {"n": [], "items" : [%s ] }, "code": 0}'),
        ("a.b.c", b' {"x":[{}],"a":{"b":{"c":[%s]}}}\n'),
    ],
)
def test_the_list_may_stand_at_a_path(rows, body):
    (chunk,) = _chunks(body % _GOOD, rows=rows)
    assert chunk.columns["id"] == ["好的"]
    assert _refused(body.replace(b"rows", b"tables") % _GOOD, rows="nowhere") == "malformed_file"


@pytest.mark.parametrize(
    "body",
    [
        b'{"rows": [{"id": 1}], "rows": []}',
        b'{"rows": [], "rows": [{"id": 1}]}',
        b'{"x": 1, "x": 2, "rows": []}',
        b'{"rows": 7}',
        b'{"rows": [{"id": 1}], "x": }',
        b'{"rows": [{"id": 1}], "x": "\xff"}',
        b'{"rows": [{"id": 1}]} x',
        b'{"rows": [{"id": 1}]',
        b'[{"id": 1}]',
    ],
)
def test_nothing_around_the_list_may_hide_rows(body):
    assert _refused(body, rows="rows", encoding="utf-8") in ("malformed_file", "bad_encoding")


def test_an_object_without_a_path_is_one_row():
    (chunk,) = _chunks(_GOOD)
    assert (list(chunk.lines), chunk.columns["id"], chunk.raw(0)) == ([0], ["好的"], _GOOD)


def test_an_empty_list_has_no_rows():
    assert _chunks(b" [ ] ") == []
    assert _chunks(b'{"rows": []}', rows="rows") == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030", "utf-8"])
def test_the_encoding_is_found_out_and_stated(encoding):
    (chunk,) = _chunks('[{"id": "好的编号"}]'.encode(encoding))
    assert chunk.columns["id"] == ["好的编号"]
    assert chunk.reading["encoding"].startswith(encoding.removesuffix("-sig"))
    assert "好的编号" in chunk.raw(0).decode()


def test_an_agreed_encoding_is_not_stated_and_no_other_is_read():
    (chunk,) = _chunks('[{"id": "好"}]'.encode("gb18030"), encoding="gb18030")
    assert (chunk.columns["id"], chunk.reading) == (["好"], {})
    assert _refused('[{"id": "好"}]'.encode("utf-16"), encoding="utf-8") == "bad_encoding"


@pytest.mark.parametrize(
    ("row", "names"),
    [
        (b'{"id": 1, "what": "a"}', []),
        (b'{"id": 1, "id": 1}', ["id"]),
        (b'{"id":1,"id" :2}', ["id"]),
        (b'{"what": {"a": 1, "a": 2}}', [""]),
        (b'{"id": "a\\":b", "what": "c\\":"}', []),
        (b'{"id": 1, "\\u0069d": 2}', ["id"]),
        (b'{"secret": 1, "secret": 2}', [""]),
        (b'{"id": 1e999, "z": 1, "z": 2}', None),
        (b'{"z": 1e999, "z": 2}', [""]),
    ],
)
def test_a_field_named_twice_is_flagged_and_the_last_one_counts(row, names):
    (chunk,) = _chunks(_list(_GOOD, row))
    flags = [(one.position, one.field, one.quarantined) for one in chunk.reasons]
    if names is None:
        assert [one.code for one in chunk.broken] == ["not_finite"]
    else:
        assert flags == [(1, name, False) for name in names]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text('a":\\,{}', max_size=4),
    lambda inside: (
        st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from("abc"), inside, max_size=3)
    ),
    max_leaves=8,
)


@given(st.lists(_JSON, max_size=6), st.sampled_from([None, 1]), st.sampled_from([(",", ":"), None]))
def test_the_elements_of_any_list_are_cut_out_whole(values, indent, separators):
    body = json.dumps([{"id": one} for one in values], indent=indent, separators=separators)
    chunks = _chunks(body.encode())
    assert [one for chunk in chunks for one in chunk.columns["id"]] == values
    assert not any(chunk.reasons for chunk in chunks)


@given(st.lists(st.tuples(st.sampled_from("ab"), _JSON), max_size=4), st.sampled_from(["", " "]))
def test_repeated_names_are_found_however_they_are_written(pairs, space):
    text = ",".join(f"{json.dumps(name)}{space}:{json.dumps(value)}" for name, value in pairs)
    names = [name for name, _ in pairs]
    twice = {name for name in names if names.count(name) > 1}
    # json.dumps repeats no name inside a value.
    assert set(repeated(f"{{{text}}}".encode())) == twice


def test_a_chunk_has_no_more_rows_than_allowed_and_ordinals_go_on(monkeypatch):
    monkeypatch.setattr(formats, "CHUNK_ROWS", 3)
    chunks = _chunks(_list(*[b'{"id": %d}' % one for one in range(8)]))
    assert [list(one.lines) for one in chunks] == [[0, 1, 2], [3, 4, 5], [6, 7]]
    assert chunks[2].raw(1) == b'{"id": 7}'


def test_many_small_elements_stop_at_the_limit_of_rows():
    with pytest.raises(BadInput) as caught:
        _chunks(b"[" + b"{}," * 1_000_000 + b"{}]", limits={"rows": 1000})
    assert caught.value.code == "too_many_rows"


def test_a_very_long_row_is_kept_out_undecoded():
    long = b'{"id": [' + b"[]," * 2_000_000 + b"[]]}"
    chunks = _chunks(_list(_GOOD, long, _GOOD))
    broken = [one for chunk in chunks for one in chunk.broken]
    assert [(one.line, one.code, one.raw == long) for one in broken] == [(1, "too_long", True)]
    assert [line for chunk in chunks for line in chunk.lines] == [0, 2]


@pytest.mark.parametrize("rows", [None, "data.items"])
def test_one_row_alone_is_a_delivery(rows):
    used = profile(format={"name": "json", "rows": rows, "encoding": "gb18030"})
    (chunk,) = formats.read(formats.alone({"id": "好", "x": [1]}, used), used)
    assert formats.row_of(chunk.raw(0), used) == {"id": "好", "x": [1]}


def test_rows_become_the_same_records_as_lines_do():
    rows = [{**ROW, "id": f"r{place}"} for place in range(3)] + [{**ROW, "at": "never"}]
    (plain,) = sheets(lines(rows), profile())
    (sheet,) = sheets(msgspec.json.encode(rows), profile(format={"name": "json"}))
    assert repr(sheet.record) == repr(plain.record)  # NaN is no equal of itself
    assert told(sheet) == told(plain)


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        (b'[{"id": 1}]', None),
        (b'{"code": 0, "data": {"few": [{"a": 1}], "list": [{"id": 1}, {"id": 2}]}}', "data.list"),
        (b'{"id": 1}', "none"),
        (b"[1, 2]", "none"),
        (b"id,x", "none"),
        (b"", "none"),
    ],
)
def test_a_list_of_objects_is_recognised(body, rows):
    found = [one for one in formats.recognised(body) if one.name == "json"]
    expected = Format(name="json", encoding="utf-8", rows=rows)
    assert found == ([] if rows == "none" else [expected])
    if found:
        assert formats.sample(body, found[0], 1)[0]["id"] == 1


@given(st.binary(max_size=300) | st.text('[]{}",:1aeN\\ ', max_size=60).map(str.encode))
@settings(max_examples=300)
def test_no_bytes_can_do_more_than_be_refused(body):
    for rows in (None, "a"):
        try:
            chunks = _chunks(body, rows=rows)
        except BadInput as error:
            assert error.code in _FILE_CODES
        else:
            found = json.loads(body.decode("utf-8-sig", "replace"), strict=False)
            found = found["a"] if rows else found
            expected = 1 if isinstance(found, dict) else len(found)
            assert sum(chunk.size for chunk in chunks) == expected
    formats.recognised(body)


@given(st.data())
def test_a_damaged_document_is_refused_or_its_rows_add_up(data):
    body = bytearray(_list(*[msgspec.json.encode({**ROW, "id": f"r{n}"}) for n in range(3)]))
    for _ in range(data.draw(st.integers(1, 3))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    try:
        chunks = _chunks(bytes(body))
    except BadInput as error:
        assert error.code in _FILE_CODES
    else:
        assert sum(chunk.size for chunk in chunks) <= 4
