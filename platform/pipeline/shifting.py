"""Moving a recorded delivery in time: the time fields of each row, and nothing else.

Byte for byte the same for the same arguments, so that the same play is the same delivery. A row
whose time cannot be read stays as it is: a defect stays that defect.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.shifted_times import Move, Shift, calendar_date, iso, mover

__all__ = ["BODIES", "Move", "shifted"]

Document = Mapping[str, Any]
Span = tuple[int, int]
_BOM = "\ufeff"


def shifted(body: bytes, profile: Document, move: Move) -> bytes:
    """The delivery with the times moved that the profile's document names.

    Occurrence and report times move; an attribute of type `date` moves as `calendar_date` says.
    In CAP messages the times of the standard move (OASIS CAP 1.2: sent, effective, onset,
    expires, and the times inside references).
    """
    return BODIES[profile["format"]["name"]](body, profile, move)


def _fields(profile: Document, move: Move) -> dict[str, Shift]:
    """What moves the field of each path."""
    parts = [profile.get("occurred_at"), profile.get("reported_at")]
    fields = {str(one["path"]): mover(str(one["form"]), move) for one in parts if one}
    for one in profile.get("attributes", ()):
        if one.get("type") == "date":
            fields.setdefault(str(one["path"]), calendar_date(one.get("form"), move))
    return fields


# ------------------------------------------------------------------------------- lines of JSON
_STEP = re.compile(r"([^.\[\]]+)|\[(\d*)\]")
_EVERY = -1
_decoder = json.JSONDecoder()


def _ndjson(body: bytes, profile: Document, move: Move) -> bytes:
    fields = [(_steps(path), shift) for path, shift in _fields(profile, move).items()]
    return b"\n".join(_json_line(line, fields) for line in body.split(b"\n"))


def _json_line(line: bytes, fields: Sequence[tuple[list[str | int], Shift]]) -> bytes:
    try:
        text = line.decode()
        json.loads(text.removeprefix(_BOM))
    except (ValueError, RecursionError):
        return line
    for steps, shift in fields:
        text = _put(text, list(_places(text, len(_BOM) if text[0] == _BOM else 0, steps)), shift)
    return text.encode()


def _steps(path: str) -> list[str | int]:
    return [name or int(place or _EVERY) for name, place in _STEP.findall(path)]


def _put(text: str, places: Sequence[Span], shift: Shift) -> str:
    for start, end in reversed(places):  # from the end: the places before it stay right
        value = json.loads(text[start:end])
        moved = shift(value)
        if moved != value:
            text = text[:start] + json.dumps(moved, ensure_ascii=False) + text[end:]
    return text


def _places(text: str, at: int, steps: Sequence[str | int]) -> Iterator[Span]:
    """Where in a JSON text the values at the end of the steps stand; the text is sound."""
    at = _solid(text, at)
    if not steps:
        yield at, _decoder.raw_decode(text, at)[1]
    elif text[at] == ("{" if isinstance(steps[0], str) else "["):
        for name, start in _members(text, at):
            if name == steps[0] or steps[0] == _EVERY:
                yield from _places(text, start, steps[1:])


def _members(text: str, at: int) -> Iterator[tuple[str | int, int]]:
    """The names or ordinals of an object's or list's members, and where their values begin."""
    is_object, ordinal = text[at] == "{", 0
    at = _solid(text, at + 1)
    while text[at] not in "]}":
        name: str | int = ordinal
        if is_object:
            name, at = _decoder.raw_decode(text, at)
            at = _solid(text, _solid(text, at) + 1)  # past the colon
        yield name, at
        at = _solid(text, _decoder.raw_decode(text, at)[1])
        at = _solid(text, at + (text[at] == ","))
        ordinal += 1


def _solid(text: str, at: int) -> int:
    """The first place from `at` on that is no white space."""
    while text[at : at + 1] in (" ", "\t", "\n", "\r"):
        at += 1
    return at


# ----------------------------------------------------------------------------------------- CSV
def _csv(body: bytes, profile: Document, move: Move) -> bytes:
    form = profile["format"]
    # Not utf-8-sig, which would lose a BOM or add one.
    encoding = str(form.get("encoding", "utf-8")).lower().removesuffix("-sig")
    text = body.decode(encoding, "surrogateescape")
    shifts = {_name(path): shift for path, shift in _fields(profile, move).items()}
    pieces: list[str] = []
    header: list[str] | None = None
    for row in _rows(text, str(form.get("delimiter", ","))):
        if header is None:
            header = [_name(_unquoted(cell)) for cell, _ in row]
        else:
            names = [*header, *[""] * len(row)]
            row = [
                (_cell(cell, shifts[name]) if name in shifts else cell, end)
                for (cell, end), name in zip(row, names, strict=False)
            ]
        pieces += [part for pair in row for part in pair]
    return "".join(pieces).encode(encoding, "surrogateescape")


def _rows(text: str, delimiter: str) -> Iterator[list[tuple[str, str]]]:
    """The rows of a table: each cell as it is written, and what ends it."""
    mark = re.escape(delimiter)
    ends = rf"{mark}|\r\n|\n|\r|\Z"
    cell = re.compile(rf'("(?:[^"]|"")*"(?={ends})|[^{mark}\r\n]*)({ends})')
    row: list[tuple[str, str]] = []
    for found in cell.finditer(text):
        row.append((found[1], found[2]))
        if found[2] != delimiter:
            yield row
            row = []


def _cell(cell: str, shift: Shift) -> str:
    value = _unquoted(cell)
    moved = str(shift(value))
    if moved == value:
        return cell
    return f'"{moved}"' if cell.startswith('"') else moved


def _unquoted(cell: str) -> str:
    text = cell.lstrip(_BOM)
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1].replace('""', '"')
    return text


def _name(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip(f"{_BOM} \t\r\n").casefold()


# ----------------------------------------------------------------------------------------- CAP
_TIME = re.compile(rb"(<(?:[\w.-]+:)?(?:sent|effective|onset|expires)\s*>\s*)([^<\s]*)")
_REFERENCES = re.compile(rb"(<(?:[\w.-]+:)?references\s*>)([^<]*)")
_SENT = re.compile(rb"(?<=,)[^\s,<]+(?=\s|\Z)")


def _cap(body: bytes, profile: Document, move: Move) -> bytes:
    """Elements by name in any encoding that holds ASCII as it is."""

    def time(found: re.Match[bytes]) -> bytes:
        return found[1] + _bytes(found[2], move)

    def references(found: re.Match[bytes]) -> bytes:
        return found[1] + _SENT.sub(lambda one: _bytes(one[0], move), found[2])

    return _REFERENCES.sub(references, _TIME.sub(time, body))


def _bytes(value: bytes, move: Move) -> bytes:
    text = value.decode("latin-1")
    return str(iso(text, move)).encode("latin-1")


BODIES: Mapping[str, Callable[[bytes, Document, Move], bytes]] = {
    "ndjson": _ndjson,
    "csv": _csv,
    "cap": _cap,
}
