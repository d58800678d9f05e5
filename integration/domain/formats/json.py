"""JSON (RFC 8259): a list of objects, or an object that has the list at the path ``rows``.

An object without such a path is a delivery of one row. Paths are those of newline-delimited JSON.
"""

from collections.abc import Iterator, Mapping

from core.errors import BadInput
from core.words import N_
from integration.domain.formats import ndjson
from integration.domain.formats.elements import (
    Located,
    batches,
    lists_in,
    located,
    not_json,
    value_end,
)
from integration.domain.formats.encoding import AUTO
from integration.domain.formats.json_rows import chunk_of, decoded, object_of, recoded
from integration.domain.profile import Format, Profile
from integration.domain.rows import Chunk

__all__ = ["NAME", "RANK", "alone", "read", "recognise", "row_of", "sample"]

NAME = "json"
RANK = 55  # before newline-delimited JSON: one line with a list of rows inside is meant so


def alone(row: Mapping[str, object], profile: Profile) -> bytes:
    """The row as the only element of the list."""
    document = b"[" + ndjson.alone(row, profile) + b"]"
    for name in reversed(profile.format.rows.split(".") if profile.format.rows else []):
        document = b'{"%s":%s}' % (name.encode(), document)
    return recoded(document, profile.format)


def row_of(raw: bytes, profile: Profile) -> dict[str, object] | None:
    """The object of an element; numbers that JSON does not know stay texts."""
    return ndjson.row_of(raw, profile)


def read(body: bytes, profile: Profile) -> Iterator[Chunk]:
    """Chunks of at most ``CHUNK_ROWS`` elements; see ``formats.read`` for what it raises.

    Also BadInput ``malformed_file``: no valid JSON, no list where it was agreed, or a list most
    of which are no objects.
    """
    document, clean, reading = decoded(body, profile.format)
    first = strange = 0
    for elements in _elements(document, profile.format.rows):
        yield chunk_of(elements, first, profile, clean=clean, reading=reading)
        first += len(elements)
        strange += sum(not one.startswith(b"{") for one in elements)
    if strange * 2 > first:
        message = N_("Most of the rows are no objects. Send a list of objects.")
        raise BadInput("malformed_file", message)


def _elements(document: bytes, path: str | None) -> Iterator[list[bytes]]:
    text = document.strip(b" \t\r\n")
    if path or not text.startswith(b"{"):
        yield from batches(document, located(document, path))
    elif (end := value_end(text, 0)) < len(text):
        raise not_json(end)
    else:
        yield [text]


def recognise(body: bytes) -> Format | None:
    """A list of objects, or an object with one inside: of several, the longest."""
    try:
        document, _, reading = decoded(body, Format(name=NAME, encoding=AUTO))
        path, place = _longest(document)
        first = next(batches(document, place), [])
    except BadInput:
        return None
    if not any(map(object_of, first[:10])):
        return None
    return Format(name=NAME, encoding=reading["encoding"], rows=path)


def _longest(document: bytes) -> tuple[str | None, Located]:
    """The path of the list that is probably the one of rows; BadInput where there is none."""
    if document.lstrip(b" \t\r\n").startswith(b"["):
        return None, located(document, None)
    lists = [(size, path) for path, size in lists_in(document)]
    path = max(lists)[1] if lists else "rows"
    return path, located(document, path)


def sample(body: bytes, layout: Format, most: int) -> list[dict[str, object]]:
    """The first objects of the list."""
    document, _, _ = decoded(body, layout)
    found: list[dict[str, object]] = []
    for elements in _elements(document, layout.rows):
        found += filter(None, map(object_of, elements[: most * 2]))
        if len(found) >= most:
            break
    return found[:most]
