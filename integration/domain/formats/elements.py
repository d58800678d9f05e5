"""The elements of a list inside a JSON document (RFC 8259), cut out as they came.

Nothing is decoded on the way, so one element that cannot be used costs no other, and no number of
them costs memory. What is cut out is balanced and at most ``DEEPEST`` deep, whether it is JSON
its reader has to see.
"""

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec

from core.errors import BadInput
from core.words import N_
from integration.domain import formats

__all__ = [
    "DEEPEST",
    "Located",
    "batches",
    "has_list",
    "is_shallow",
    "lists_in",
    "located",
    "not_json",
    "value_end",
]

DEEPEST: Final = 100
"""Most objects and lists of an element inside each other."""

_BATCH_BYTES = 2 << 20  # decoded, lists of numbers take ten times the room
_LARGEST_FRAME = 1 << 20  # bytes of a document around its list
_MOST_STEPS = 20
_TEXT = rb'"(?:[^"\\]++|\\.)*+"'
_SCALAR = rb'[^\s,:\[\]{}"]++'


def _nested(depth: int) -> bytes:
    """A pattern of objects and lists, ``depth`` inside each other."""
    found = rb""
    for _ in range(depth):
        inside = rb'[^"\[\]{}]++|' + _TEXT + (rb"|" + found if found else b"")
        found = rb"[\[{](?:" + inside + rb")*+[\]}]"
    return found


_SPACE = rb"[ \t\r\n]*+"
_PLAIN = _TEXT + rb"|" + _SCALAR
_ELEMENT = re.compile(
    _SPACE + rb"(" + _nested(DEEPEST) + rb"|" + _PLAIN + rb")" + _SPACE + rb"([,\]])", re.DOTALL
)
_VALUE = re.compile(_nested(DEEPEST + _MOST_STEPS + 1) + rb"|" + _PLAIN, re.DOTALL)
_SHALLOW = re.compile(
    _SPACE + rb"(?:" + _nested(DEEPEST) + rb"|" + _PLAIN + rb")" + _SPACE + rb"\Z", re.DOTALL
)
_NAME = re.compile(_SPACE + rb"(" + _TEXT + rb")" + _SPACE + rb":" + _SPACE, re.DOTALL)
_NEXT = re.compile(_SPACE + rb"([,}])")
_BLANK = re.compile(_SPACE)


@dataclass(frozen=True, slots=True)
class Located:
    """Where in a document a list stands: from its bracket to behind the closing one.

    ``frame``: the document around it, decoded, the list left out.
    """

    start: int
    end: int
    frame: Mapping[str, object] = field(default_factory=dict)


def not_json(at: int) -> BadInput:
    """The refusal of a document that is no JSON from the byte ``at`` on."""
    message = N_(
        "From byte %(at)s on the delivery is not valid JSON, or it is nested deeper than"
        " %(deepest)s levels. It may be cut off, damaged, or hold what JSON does not have."
    )
    return BadInput("malformed_file", message, at=at, deepest=DEEPEST)


def located(document: bytes, path: str | None) -> Located:
    """The list at a path of names (``data.items``), or the document itself.

    Raises BadInput ``malformed_file``: no JSON, no such list, or two of them.
    """
    start = _blank(document, 0)
    if not path:
        if _at(document, start) != b"[":
            raise _no_list(path)
        return Located(start, len(document))
    end = len(document)
    for name in path.split("."):
        places = {one: (begin, behind) for one, begin, behind in _members(document, start)}
        if name not in places:
            raise _no_list(path)
        start, end = places[name]
    if _at(document, start) != b"[":
        raise _no_list(path)
    if start + len(document) - end > _LARGEST_FRAME:
        message = N_("Around its list of rows the delivery has more than %(most)s bytes.")
        raise BadInput("malformed_file", message, most=_LARGEST_FRAME)
    return Located(start, end, _frame(document[: start + 1] + document[end - 1 :]))


def has_list(document: bytes, path: str) -> bool:
    """Whether there is a list at a path; BadInput never."""
    try:
        located(document, path)
    except BadInput:
        return False
    return True


def lists_in(document: bytes, most_steps: int = 3) -> Iterator[tuple[str, int]]:
    """The paths of lists of objects inside an object, and how many bytes each has."""
    waiting = deque([("", _blank(document, 0))])
    while waiting:
        path, start = waiting.popleft()
        for name, place, end in _members(document, start):
            inside = f"{path}.{name}" if path else name
            if _at(document, place) == b"[":
                if _at(document, _blank(document, place + 1)) == b"{":
                    yield inside, end - place
            elif _at(document, place) == b"{" and inside.count(".") + 1 < most_steps:
                waiting.append((inside, place))


def batches(document: bytes, place: Located) -> Iterator[list[bytes]]:
    """The elements of a list, at most ``CHUNK_ROWS`` at a time.

    Raises BadInput ``malformed_file`` where the list breaks off, or something follows it.
    """
    at = _blank(document, place.start + 1)
    more = _at(document, at) != b"]"
    at += not more
    while more:
        found: list[bytes] = []
        room = _BATCH_BYTES
        while more and room > 0 and len(found) < formats.CHUNK_ROWS:
            match = _ELEMENT.match(document, at)
            if match is None:
                raise not_json(at)
            found.append(match[1])
            at, room, more = match.end(), room - len(match[1]), match[2] == b","
        yield found
    if _blank(document, at) < place.end:
        raise not_json(at)


def is_shallow(value: bytes) -> bool:
    """Whether a value is balanced, and at most ``DEEPEST`` deep."""
    return _SHALLOW.match(value) is not None


def value_end(document: bytes, start: int) -> int:
    """Where the value that begins at ``start`` ends; BadInput ``malformed_file``."""
    match = _VALUE.match(document, start)
    if match is None:
        raise not_json(start)
    return match.end()


def _members(document: bytes, start: int) -> Iterator[tuple[str, int, int]]:
    """The names of an object, where each value begins and ends; nothing for what is no object."""
    if _at(document, start) != b"{":
        return
    at = start + 1
    while (match := _NAME.match(document, at)) is not None:
        end = value_end(document, match.end())
        yield _text(match[1], at), match.end(), end
        following = _NEXT.match(document, end)
        if following is None:
            raise not_json(end)
        if following[1] == b"}":
            return
        at = following.end()


def _at(document: bytes, place: int) -> bytes:
    return document[place : place + 1]


def _text(quoted: bytes, at: int) -> str:
    try:
        return str(json.loads(quoted.decode()))
    except ValueError:
        raise not_json(at) from None


def _frame(document: bytes) -> Mapping[str, object]:
    """The document around a list, which must be JSON and name nothing twice.

    What stands twice could hide a second list from whoever reads the first.
    """
    try:
        msgspec.json.decode(document)  # stricter than the other
        frame = json.loads(document.decode(), object_pairs_hook=_once)
    except (ValueError, RecursionError, msgspec.MsgspecError):
        raise not_json(0) from None
    return frame if isinstance(frame, dict) else {}


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        message = N_("A name stands twice around the list of rows. Send each once.")
        raise BadInput("malformed_file", message)
    return found


def _blank(document: bytes, at: int) -> int:
    """The first place from ``at`` on that is no white space."""
    match = _BLANK.match(document, at)
    return match.end() if match else at


def _no_list(path: str | None) -> BadInput:
    if path:
        message = N_("The delivery has no list of rows at %(path)s, as agreed for this feed.")
        return BadInput("malformed_file", message, path=path)
    return BadInput("malformed_file", N_("The delivery is not a list of rows."))
