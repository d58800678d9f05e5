"""Rows of JSON documents: what JSON and GeoJSON have in common with newline-delimited JSON.

A row that is valid JSON and cannot be used is quarantined alone, and so is one whose only fault
are NaN, Infinity or half a character, which some programs write. Anything else that is no JSON
refuses the document: where its elements begin and end is then a guess.
"""

import codecs
import dataclasses
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from core.errors import BadInput
from core.words import N_
from integration.domain.formats import ndjson
from integration.domain.formats.encoding import AUTO, reading_of
from integration.domain.profile import Format, Profile
from integration.domain.rows import Broken, Chunk, Reason

__all__ = ["chunk_of", "decoded", "object_of", "recoded", "repeated"]

_STEP = 1 << 20
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LONGEST_ROW = 2 << 20
_NO_ROW = b"\x00"
_LONGEST_NUMBER = 4300  # digits; what Python turns into a number at all
_DIGITS = re.compile(rb"[0-9]{%d}" % (_LONGEST_NUMBER + 1))
_TEXT = rb'"(?:[^"\\]++|\\.)*+"'
_TEXTS = re.compile(_TEXT, re.DOTALL)
_NO_NUMBERS = re.compile(rb"(" + _TEXT + rb")|-?(?:NaN|Infinity)\b", re.DOTALL)
_HALVES = re.compile(rb"(?<!\\)((?:\\\\)*)\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_COORDINATES = re.compile(rb"\[[-+0-9.eE,\s\[\]]*\]")
_MANY = 10_000  # bytes
_SPACED = (b" :", b"\t:", b"\n:", b"\r:")


def decoded(body: bytes, layout: Format) -> tuple[bytes, bool, Mapping[str, str]]:
    """The document in UTF-8 without a byte order mark, whether all of it reads, and what was found.

    Raises BadInput ``empty_file``, ``unsupported_type`` or ``bad_encoding``.
    """
    found = reading_of(_in_lines(body), layout.encoding)
    reading = {"encoding": found.name} if layout.encoding == AUTO else {}
    if found.encoding in ("utf-8", "utf-8-sig"):
        return body.removeprefix(codecs.BOM_UTF8), found.clean, reading
    if not found.clean:
        message = N_("The delivery is not encoded in %(encoding)s, as agreed for this feed.")
        raise BadInput("bad_encoding", message, encoding=found.name)
    return b"".join(_pieces(body, found.encoding)), True, reading


def _in_lines(body: bytes) -> bytes:
    """A body with damaged characters, each object on a line: a damaged line costs only itself."""
    if body.startswith(_WIDE) or _reads(body):
        return body
    return body.replace(b"}", b"}\n")  # in GB 18030, too, it is the last byte of its character


def _reads(body: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(body), _STEP):
            decoder.decode(body[start : start + _STEP], final=start + _STEP >= len(body))
    except UnicodeDecodeError:
        return False
    return True


def recoded(document: bytes, layout: Format) -> bytes:
    """A document of ours as ``decoded`` takes it."""
    if layout.encoding == AUTO:
        return document
    return document.decode().encode(layout.encoding, "replace")


def _pieces(body: bytes, encoding: str) -> Iterator[bytes]:
    """The body in UTF-8, a piece at a time: the text as a whole would take four times the room."""
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(body), _STEP):
        piece = decoder.decode(body[start : start + _STEP], final=start + _STEP >= len(body))
        yield piece.encode()


def chunk_of(
    elements: list[bytes],
    first: int,
    profile: Profile,
    *,
    clean: bool,
    reading: Mapping[str, str],
    apart: bool = False,
    too_large: str = "too_long",
) -> Chunk:
    """The chunk of some elements, the first of which has the ordinal ``first``.

    Rows that name a field twice are flagged ``repeated_field``; the last value counts. Raises
    BadInput ``malformed_file`` for what is no JSON, unless the elements stood ``apart``, so that
    where each begins and ends is certain. ``too_large``: the code of a row that is longer than
    ``_LONGEST_ROW`` bytes: decoded it may take thirty times the room.
    """
    _check_numbers(elements, first)
    large = {place for place, raw in enumerate(elements) if len(raw) > _LONGEST_ROW}
    readable = [_NO_ROW if place in large else raw for place, raw in enumerate(elements)]
    chunk = ndjson.rows_of(readable if large else elements, first, profile, clean=clean)
    declared = profile.open_paths | {one.path for one in profile.personal}
    return dataclasses.replace(
        chunk,
        broken=[
            Broken(one.line, too_large, elements[one.line - first])
            if one.line - first in large
            else _judged(one, apart=apart)
            for one in chunk.broken
        ],
        reasons=[
            Reason(position, "repeated_field", name if name in declared else "", False)
            for position in range(len(chunk.lines))
            for name in repeated(chunk.raw(position))
        ],
        reading=reading,
    )


def _check_numbers(elements: Sequence[bytes], first: int) -> None:
    """Refuse numbers so long that turning them into one is an attack."""
    for place, raw in enumerate(elements):
        if len(raw) > _LONGEST_NUMBER and _DIGITS.search(_TEXTS.sub(b"", raw)):
            message = N_("Row %(row)s has a number of more than %(most)s digits.")
            raise BadInput("malformed_file", message, row=first + place, most=_LONGEST_NUMBER)


def _judged(row: Broken, *, apart: bool) -> Broken:
    """The row with a truer code, if it is valid but for one of the known faults of programs."""
    if row.code != "malformed_row":
        return row
    try:
        text = row.raw.decode("utf-8", "replace").encode()
        whole = _HALVES.sub(rb"\1\\ufffd", text)
        finite = _NO_NUMBERS.sub(lambda found: found[1] or b"0", whole)
        msgspec.json.decode(finite)
    except msgspec.ValidationError:
        pass  # valid, with a number too large for any type
    except (msgspec.DecodeError, RecursionError):
        if apart:
            return row
        message = N_("Row %(row)s is not valid JSON, so the delivery cannot be taken apart.")
        raise BadInput("malformed_file", message, row=row.line) from None
    return row if finite == whole else Broken(row.line, "not_finite", row.raw)


def repeated(raw: bytes) -> list[str]:
    """The names that stand twice in one object of a row, which is an object itself."""
    if not any(sign in raw for sign in _SPACED):
        try:
            # Every name stands before a colon; more colons than names need a closer look.
            # Coordinates hold none, and decoding them would be most of the work.
            few = _COORDINATES.sub(b"0", raw) if len(raw) > _MANY else raw
            row, colons = msgspec.json.decode(few), raw.count(b'":')
            if colons == len(row) or colons == _names(row, raw.count(b"{")):
                return []
        except (msgspec.MsgspecError, UnicodeDecodeError):
            pass
    found: dict[str, None] = {}

    def noted(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        row = dict(pairs)
        if len(row) < len(pairs):
            names = [name for name, _ in pairs]
            found.update(dict.fromkeys(name for name in row if names.count(name) > 1))
        return row

    json.loads(raw, object_pairs_hook=noted, parse_int=str)
    return list(found)


def _names(value: Any, objects: int) -> int:
    """How many names there are in a value that has at most so many objects, at any depth."""
    names = seen = 0
    found: list[Any] = [value]
    lists: list[Any] = []
    # Lists come last: those of coordinates are long and hold no objects.
    while found or (lists and seen < objects):
        one = found.pop() if found else lists.pop()
        if isinstance(one, dict):
            seen, names = seen + 1, names + len(one)
            one = one.values()
        found += [inside for inside in one if isinstance(inside, dict)]
        lists += [inside for inside in one if isinstance(inside, list)]
    return names


def object_of(raw: bytes) -> dict[str, Any] | None:
    """The object of an element, None where it is none."""
    try:
        row = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return row if isinstance(row, dict) else None
