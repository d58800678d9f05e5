"""Open311 GeoReport v2: the service requests that ``GET requests`` answers, in XML or JSON.

A request is a row, its fields are the paths (``service_request_id``, ``lat``, ``long`` …), all of
them texts in XML; an element without content is None, as one that is missing. Elements inside a
field are fields of it, several of one name a list.
"""

from collections.abc import Iterator
from itertools import islice

import msgspec

from core.errors import BadInput
from core.words import N_
from integration.domain.formats import CHUNK_ROWS, elements, json
from integration.domain.formats.encoding import AUTO, check_kind
from integration.domain.formats.json_rows import chunk_of, decoded, object_of
from integration.domain.formats.ndjson import alone, row_of
from integration.domain.profile import Format, Profile
from integration.domain.rows import Chunk
from integration.domain.xml import decoding
from integration.domain.xml.looking import check_markup, root_of
from integration.domain.xml.tree import Bounds, Node, parsed

__all__ = ["NAME", "alone", "read", "recognise", "row_of", "sample"]

NAME = "open311"
RANK = 15

_ROOT = "service_requests"
_HEAD = 1 << 16  # bytes looked at
_BOUNDS = Bounds(elements=500_000, depth=8, counted={"request": 20_000})


def read(body: bytes, profile: Profile) -> Iterator[Chunk]:
    """The requests of an answer; see ``formats.read`` for what it raises.

    ``malformed_file`` (422) also for the errors that a server answers instead of requests.
    """
    check_kind(body)
    layout = _layout_of_json(body, profile.format)
    if layout is not None:
        yield from json.read(body, msgspec.structs.replace(profile, format=layout))
        return
    rows, first = _of_xml(body), 0
    while batch := list(islice(rows, CHUNK_ROWS)):
        yield chunk_of(batch, first, profile, clean=True, reading={})
        first += len(batch)


def recognise(body: bytes) -> Format | None:
    """The layout of a body that is a list of service requests."""
    begun = body[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if begun.startswith((b"[", b"{")):
        return Format(name=NAME) if b'"service_request_id"' in begun else None
    return Format(name=NAME) if root_of(body) == ("", _ROOT) else None


def sample(body: bytes, layout: Format, most: int) -> list[dict[str, object]]:
    """The first requests."""
    check_kind(body)
    as_json = _layout_of_json(body, layout)
    if as_json is not None:
        return json.sample(body, as_json, most)
    return [msgspec.json.decode(one) for one in islice(_of_xml(body), most)]


def _layout_of_json(body: bytes, layout: Format) -> Format | None:
    """How the JSON of a body is read: a list, or an object that has it; None for what is no JSON.

    BadInput ``malformed_file`` (422) for a list of errors.
    """
    document, _, _ = decoded(body, msgspec.structs.replace(layout, encoding=AUTO))
    text = document[:_HEAD].lstrip()
    if not text.startswith((b"[", b"{")):
        return None
    named = (_ROOT, "errors") if text.startswith(b"{") else ()
    path = next((name for name in named if elements.has_list(document, name)), None)
    if b'"service_request_id"' not in text:
        _check_no_error(document, path)
    return msgspec.structs.replace(layout, name=json.NAME, rows=path, encoding=AUTO)


def _check_no_error(document: bytes, path: str | None) -> None:
    if path is None and not document.lstrip().startswith(b"["):
        return
    batch = next(elements.batches(document, elements.located(document, path)), [])
    told = object_of(batch[0]) if batch else None
    if told is not None and told.keys() == {"code", "description"}:
        raise _error(told["code"], told["description"])


def _of_xml(body: bytes) -> Iterator[bytes]:
    """Each request as an object of JSON."""
    text = decoding.decoded(body)
    check_markup(text)
    root = parsed(text, _BOUNDS, _check_root)
    if root.name == "errors":
        told = _fields(root.children[0]) if root.children else {}
        raise _error(told.get("code"), told.get("description"))
    requests = (one for one in root.children if one.name == "request")
    return (msgspec.json.encode(_fields(one)) for one in requests)


def _check_root(namespace: str, name: str) -> None:
    if name not in (_ROOT, "errors"):
        message = N_(
            "The document's root element is %(root)s. This feed reads Open311 service requests,"
            " whose root is service_requests."
        )
        raise BadInput("unsupported_type", message, status=422, root=name[:80])


def _fields(node: Node) -> dict[str, object]:
    found: dict[str, object] = {}
    for one in node.children:
        value: object = _fields(one) if one.children else one.text.strip() or None
        before = found.get(one.name)
        if one.name not in found:
            found[one.name] = value
        elif isinstance(before, list):
            before.append(value)
        else:
            found[one.name] = [before, value]
    return found


def _error(code: object, description: object) -> BadInput:
    message = N_("The server answered with an error instead of requests: %(code)s %(description)s")
    told = {"code": str(code or "")[:20], "description": str(description or "")[:200]}
    return BadInput("malformed_file", message, status=422, **told)
