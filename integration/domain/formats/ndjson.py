"""Newline-delimited JSON: one object a line.

Blank lines are not rows and are not counted; a BOM is skipped. Paths name a field, or a field
inside a field (``location.lng``), an element of a list (``pos[0]``), or every element of it
(``cars[].kind``: a list).
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from msgspec.structs import astuple

from core.errors import BadInput
from integration.domain import formats, reasons
from integration.domain.formats.elements import DEEPEST, is_shallow
from integration.domain.formats.encoding import check_no_page, check_text
from integration.domain.profile import Format, Profile
from integration.domain.rows import Broken, Chunk

__all__ = ["NAME", "RANK", "alone", "read", "recognise", "row_of", "rows_of", "sample"]

NAME = "ndjson"
RANK = 60

_BOM = b"\xef\xbb\xbf"
_LONGEST_WHOLE = 19  # digits of a whole number of 64 bits
_PROBED = 1 << 20  # bytes within which the first lines must stand
_PIECE = 4 << 20  # bytes cut off the body at a time
# U+0000 as an escape: its backslash is not itself escaped.
_NUL_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_STEP = re.compile(r"([^.\[\]]+)|\[(\d*)\]")

Step = str | int | None
Column = list[object]


def alone(row: Mapping[str, object], profile: Profile) -> bytes:
    """The row as one line."""
    try:
        return msgspec.json.encode(row)
    except (UnicodeEncodeError, RecursionError):  # half a character, or nested too deep
        raise BadInput("malformed_row", reasons.MESSAGES["malformed_row"], status=422) from None


def row_of(raw: bytes, profile: Profile) -> dict[str, object] | None:
    """The object of a line; numbers that JSON does not know stay texts, and so bad numbers."""
    try:
        row = json.loads(raw.decode("utf-8-sig"), parse_constant=str, parse_int=_whole)
        msgspec.json.encode(row)  # a lone surrogate, or nested too deep, is nothing to send on
    except (ValueError, TypeError, RecursionError, msgspec.MsgspecError):
        return None
    return row if isinstance(row, dict) else None


def _whole(text: str) -> int | str:
    return int(text) if len(text) <= _LONGEST_WHOLE else text


def read(body: bytes, profile: Profile) -> Iterator[Chunk]:
    """Chunks of at most ``CHUNK_ROWS`` lines; see ``formats.read`` for what it raises."""
    clean = check_text(body, "utf-8")
    check_no_page(body)
    reader = _reader(profile.paths, profile.strict)
    known = frozenset(_root(path) for path in (*profile.paths, *profile.ignored))
    first = 0
    for lines in _pieces(body):
        yield reader(lines, first, clean, known)
        first += len(lines)


def rows_of(elements: list[bytes], first: int, profile: Profile, *, clean: bool) -> Chunk:
    """The chunk of objects that other documents hold, as if each stood on a line of its own."""
    known = frozenset(_root(path) for path in (*profile.paths, *profile.ignored))
    return _reader(profile.paths, profile.strict)(elements, first, clean, known)


def recognise(body: bytes) -> Format | None:
    """A text whose first two lines are an object each."""
    lines = body.removeprefix(_BOM)[:_PROBED].split(b"\n", 64)
    first = [line for line in lines if line.strip()][:2]
    objects = [line for line in first if is_shallow(line) and _is_object(line)]
    return Format(name=NAME) if objects and objects == first else None


def sample(body: bytes, layout: Format, most: int) -> list[dict[str, object]]:
    """The objects of the first lines that can be read."""
    check_text(body, "utf-8")
    found: list[dict[str, object]] = []
    for lines in _pieces(body[: _PROBED * 16]):
        for line in lines:
            if len(found) < most and _is_object(line):
                found.append(msgspec.json.decode(line))
    return found


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(msgspec.json.decode(line.strip()), dict)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return False


def _pieces(body: bytes) -> Iterator[list[bytes]]:
    """The lines that are not blank, at most ``CHUNK_ROWS`` at a time."""
    start = len(_BOM) if body.startswith(_BOM) else 0
    while start < len(body):
        end = body.find(b"\n", start + _PIECE)
        end = len(body) if end < 0 else end
        lines = [line for line in body[start:end].split(b"\n") if line and not line.isspace()]
        for at in range(0, len(lines), formats.CHUNK_ROWS):
            yield lines[at : at + formats.CHUNK_ROWS]
        start = end + 1


Reader = Callable[[list[bytes], int, bool, frozenset[str]], Chunk]


@lru_cache(maxsize=64)
def _reader(paths: tuple[str, ...], strict: bool) -> Reader:
    """A reader of lines into columns; making its decoder costs more than a small delivery."""
    roots = list(dict.fromkeys(_root(path) for path in paths))
    decode: Callable[[bytes], Any]
    if strict:
        decode = msgspec.json.Decoder(dict[str, Any]).decode
    else:
        fields = [(f"f{place}", Any, None) for place in range(len(roots))]
        names = {f"f{place}": root for place, root in enumerate(roots)}
        kind = msgspec.defstruct("Row", fields, rename=names, gc=False)
        decode = msgspec.json.Decoder(kind).decode

    def run(lines: list[bytes], first: int, clean: bool, known: frozenset[str]) -> Chunk:
        rows, kept, broken = _decoded(lines, decode, clean)
        unknown = [at for at, row in enumerate(rows) if row.keys() - known] if strict else []
        return Chunk(
            lines=range(first, first + len(rows)) if not broken else [first + at for at in kept],
            columns=_columns(rows, paths, roots),
            raw=lambda position: lines[kept[position]],
            broken=[Broken(first + at, code, lines[at]) for at, code in broken],
            unknown=unknown,
        )

    return run


def _decoded(
    lines: list[bytes], decode: Callable[[bytes], Any], clean: bool
) -> tuple[list[Any], Sequence[int], list[tuple[int, str]]]:
    """Decoded rows, their places among the lines, and the places and codes of the others."""
    suspects = _suspects(lines) if clean else range(len(lines))
    codes = {at: code for at in suspects if (code := _fault(lines[at]))}
    rows, kept = [], []
    for at, line in enumerate(lines):
        if at in codes:
            continue
        try:
            rows.append(decode(line))
        except msgspec.ValidationError:
            # It is JSON: a number too large for any type, or no object at all.
            codes[at] = "not_finite" if line.lstrip().startswith(b"{") else "wrong_type"
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            codes[at] = "malformed_row"
        else:
            kept.append(at)
    return rows, kept if codes else range(len(lines)), sorted(codes.items())


def _suspects(lines: list[bytes]) -> list[int]:
    """The places of lines that may hold U+0000 or be nested too deep."""
    whole = b"\n".join(lines)
    found: set[int] = set()
    # A line of rows begins with one bracket; only what goes beyond that can be nested.
    if _brackets(whole) > len(lines) + DEEPEST - 1:
        found.update(at for at, line in enumerate(lines) if _brackets(line) > DEEPEST)
    if b"\x00" in whole or b"\\u0000" in whole:
        found.update(at for at, line in enumerate(lines) if b"\x00" in line or b"\\u0000" in line)
    return sorted(found)


def _brackets(line: bytes) -> int:
    return line.count(b"{") + line.count(b"[")


def _fault(line: bytes) -> str:
    """Why a line is not even decoded; empty if it may be."""
    # The plain search goes first: it is many times faster, and nearly every line ends there.
    if b"\x00" in line or (b"\\u0000" in line and _NUL_ESCAPE.search(line)):
        return "control_characters"
    if line.count(b"{") + line.count(b"[") > DEEPEST and not is_shallow(line):
        return "malformed_row"
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return "malformed_row"
    return ""


def _root(path: str) -> str:
    return path.split(".", 1)[0].split("[", 1)[0]


def _steps(path: str) -> list[Step]:
    """The steps below the root; None stands for every element."""
    found = [name or (int(place) if place else None) for name, place in _STEP.findall(path)]
    return found[1:]


def _columns(rows: Sequence[Any], paths: Sequence[str], roots: Sequence[str]) -> dict[str, Column]:
    """The values at each path, one a row."""
    table: Iterable[Iterable[Any]]
    if rows and isinstance(rows[0], dict):
        table = [[row.get(root) for row in rows] for root in roots]
    else:
        table = zip(*map(astuple, rows), strict=True) if rows else [() for _ in roots]
    by_root = {root: list(column) for root, column in zip(roots, table, strict=True)}
    return {path: _walked(by_root[_root(path)], _steps(path)) for path in paths}


def _walked(column: Column, steps: Sequence[Step]) -> Column:
    return [_walk(value, steps) for value in column] if steps else column


def _walk(value: Any, steps: Sequence[Step]) -> object:
    """The value at the end of the steps, None where the row has no such place."""
    for at, step in enumerate(steps):
        if step is None:
            rest = steps[at + 1 :]
            return [_walk(one, rest) for one in value] if isinstance(value, list) else None
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        else:
            inside = isinstance(value, list) and step < len(value)
            value = value[step] if inside else None
    return value
