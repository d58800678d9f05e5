"""National warning messages (预警信息): one message a delivery, one row a message.

What is known of GB/T 35965.1-2018 (应急信息交互协议 第1部分) and of the warning system 12379 was
taken from secondary sources: the form of the identifier, the default status, the three message
types, the codes of events and colours, and the names of elements in messages as they are sent. The
text of the standard was not obtainable, so its namespace, the order and number of its elements and
its further code lists are not checked, and conformity to it is not claimed. GB/T 35965.2 (事件信息)
is not read: nothing of its shape was obtainable.

Paths name the columns of ``domain/cap/columns.py`` and: ``issuer`` (the body's name), ``area`` and
``agency`` of the identifier, ``secClassification``. ``key`` is the identifier, ``references`` are
identifiers, ``severity`` is the severity as it was sent, and ``level`` the colour it names.
"""

from collections.abc import Iterator

from core.errors import BadInput
from core.words import N_
from integration.domain.cap import codes
from integration.domain.cap.columns import columns
from integration.domain.cap.kinds import CAP
from integration.domain.cap.message import Message
from integration.domain.cap.national import national_faults, national_message
from integration.domain.cap.shapes import geometry
from integration.domain.cap.tree import MOST_AREAS, MOST_ELEMENTS, MOST_INFOS
from integration.domain.formats.cap import alone, text_of
from integration.domain.profile import Format, Profile
from integration.domain.rows import Chunk, Reason
from integration.domain.xml.decoding import decoded
from integration.domain.xml.looking import check_markup, root_of
from integration.domain.xml.tree import Bounds, Node, parsed

__all__ = ["NAME", "alone", "read", "recognise", "sample", "text_of"]

NAME = "gbt35965"
RANK = 40  # behind CAP 1.2, which is told by its namespace

_OTHERS = ("urn:oasis:names:tc:emergency:cap:1.1", "http://www.incident.com/cap/1.0")
_BOUNDS = Bounds(elements=MOST_ELEMENTS, counted={"info": MOST_INFOS, "area": MOST_AREAS})
_MARKS = (b"sendTime", b"senderCode", b"eventType")


def recognise(body: bytes) -> Format | None:
    """The layout of a body that is a national message; one in CAP's namespace is not told apart."""
    root = root_of(body)
    if root is None or root[1] != "alert" or root[0] in (CAP, *_OTHERS):
        return None
    text = body if b"\x00" not in body[:64] else body.replace(b"\x00", b"")
    return Format(name=NAME) if any(mark in text for mark in _MARKS) else None


def sample(body: bytes, layout: Format, most: int) -> list[dict[str, object]]:
    """The one row of a message."""
    return [_row(body)[0]][:most]


def read(body: bytes, profile: Profile) -> Iterator[Chunk]:
    """One chunk of one row.

    Raises BadInput with a file code: those of ``formats.read``, ``malformed_file``,
    ``forbidden_xml`` and ``too_large``.
    """
    row, reasons = _row(body)
    yield Chunk(
        lines=[0],
        columns={path: [row.get(path)] for path in profile.paths},
        raw=lambda position: body,
        reasons=reasons,
    )


def _row(body: bytes) -> tuple[dict[str, object], list[Reason]]:
    text = decoded(body)
    check_markup(text)
    root = parsed(text, _BOUNDS, _check_root)
    message = national_message(root)
    shape, unusable = geometry(message.areas)
    return _columns(message, root, shape), [*national_faults(message, root), *unusable]


def _check_root(namespace: str, name: str) -> None:
    """A message has one namespace, whatever it is: the standard's own was not obtainable."""
    if name != "alert" or namespace in _OTHERS:
        message = N_(
            "The document's root element is %(root)s in the namespace “%(namespace)s”. This feed"
            " reads national warning messages, whose root is alert."
        )
        told = {"root": name[:80], "namespace": namespace[:120]}
        raise BadInput("unsupported_type", message, status=422, **told)


def _columns(message: Message, root: Node, shape: dict[str, object] | None) -> dict[str, object]:
    named = codes.identifier(message.identifier)
    info = message.main
    told = {one.name: one.text.strip() for one in root.children if one.namespace == root.namespace}
    return {
        **columns(message, shape),
        "key": message.identifier or None,
        "identifier": message.identifier or None,
        "sent": message.sent or None,
        "scope": message.scope or None,
        "msgType": message.message_type or None,
        "issuer": (info.sender_name if info else "") or told.get("sender") or None,
        "area": named.area if named else None,
        "agency": named.agency if named else None,
        "secClassification": told.get("secClassification") or None,
    }
