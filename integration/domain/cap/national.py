"""A national warning message (预警信息) to the parts of a CAP message, so that one reader has both.

Two forms are understood: that of the warning system 12379, which has no namespace and own names
(``sendTime``, ``eventType``, a colour as ``severity``, bare area codes), and CAP 1.2 itself with
national identifiers. What neither knows is passed over.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator

import msgspec

from core.errors import BadInput
from core.words import N_
from integration.domain.cap import codes
from integration.domain.cap.meaning import faults
from integration.domain.cap.message import Area, Info, Message, Pairs, content
from integration.domain.cap.times import instant
from integration.domain.rows import Reason
from integration.domain.xml.tree import Node

__all__ = ["iso", "national_faults", "national_message"]

_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(?:\.\d{1,9})?\s?(Z|[+-]\d\d:?\d\d)?", re.ASCII
)
_REFERENCE = re.compile(r"\d{14}_\d{14}(?:_\d)?", re.ASCII)
_ONCE = ("identifier", "sender", "senderCode", "sendTime", "sent", "status", "msgType", "scope")
_TYPES = ("Alert", "Update", "Cancel", "Ack", "Error")
_LEVELS = ("red", "orange", "yellow", "blue", None)


def iso(text: str) -> str:
    """A national time as CAP writes it; seconds may be left out, and the zone, which is Beijing's.

    A text that is no such time is given back as it is.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return text.strip()
    day, clock, seconds, zone = found.groups()
    zone = {None: "+08:00", "Z": "-00:00"}.get(zone, zone)
    written = f"{day}T{clock}{seconds or ':00'}{zone if ':' in zone else f'{zone[:3]}:{zone[3:]}'}"
    return written if instant(written) else text.strip()


def national_message(root: Node) -> Message:
    """The message of a document whose root is an alert.

    BadInput ``malformed_file`` (422) for one that tells something twice which may stand only once.
    """
    _check_once(root)
    identifier, told = _text(root, "identifier"), _text(root, "senderCode")
    named = codes.identifier(identifier)
    issuer = _text(root, "sender")
    infos = (_info(one, issuer) for one in _all(root, "info"))
    return Message(
        identifier=identifier,
        sender=told or (named.unit if named else issuer),
        sent=iso(_text(root, "sendTime", "sent")),
        status=_text(root, "status") or "Actual",
        message_type=_text(root, "msgType"),
        source=_text(root, "source"),
        scope=_text(root, "scope"),
        restriction=_text(root, "restriction"),
        addresses=_text(root, "addresses"),
        note=_text(root, "note"),
        references=tuple(_references(_text(root, "references"))),
        incidents=_text(root, "incidents"),
        infos=tuple(_gravest_first(infos)),
        digest=hashlib.sha256(msgspec.json.encode(content(root, root.namespace))).hexdigest(),
    )


def national_faults(message: Message, root: Node) -> Iterator[Reason]:
    """Reasons about the message at position 0: those of CAP, and what the national codes tell."""
    yield from faults(message, _other)
    named = codes.identifier(message.identifier)
    if message.identifier and named is None:
        yield Reason(0, "bad_identifier", "identifier", False)
    told = _text(root, "senderCode")
    if told and named and told != named.unit:
        yield Reason(0, "bad_identifier", "senderCode", False)
    if not message.message_type:
        yield Reason(0, "missing_field", "msgType", True)
    elif message.message_type not in _TYPES:
        yield Reason(0, "bad_code", "msgType", False)


def _other(reference: str, message: Message) -> bool:
    return codes.identifier(reference) is not None and reference != message.identifier


def _references(text: str) -> Iterator[str]:
    """The identifiers in a list, be it of identifiers or of "sender,identifier,sent"."""
    for word in text.replace("，", ",").split():
        named = _REFERENCE.findall(word)
        yield from dict.fromkeys(named or [word])


def _check_once(root: Node) -> None:
    counts = Counter(one.name for one in root.children if one.namespace == root.namespace)
    for name in _ONCE:
        if counts[name] > 1:
            message = N_("%(element)s stands more than once in the message. Send it once.")
            raise BadInput("malformed_file", message, status=422, element=f"alert/{name}")


def _info(node: Node, issuer: str) -> Info:
    code, event = _event(node)
    return Info(
        language=_text(node, "language") or "zh-CN",
        categories=_texts(node, "category"),
        event=event,
        urgency=_text(node, "urgency") or "Unknown",
        severity=_text(node, "severity") or "Unknown",
        certainty=_text(node, "certainty") or "Unknown",
        audience=_text(node, "audience"),
        event_codes=(("GB/T 35561", code),) if code else (),
        effective=iso(_text(node, "effective")),
        onset=iso(_text(node, "onset")),
        expires=iso(_text(node, "expires")),
        sender_name=issuer,  # senderName is the person who signed
        headline=_text(node, "headline"),
        description=_text(node, "description"),
        instruction=_text(node, "instruction"),
        web=_text(node, "web"),
        parameters=_parameters(node),
        areas=tuple(_area(one) for one in _all(node, "area")),
    )


def _event(node: Node) -> tuple[str, str]:
    """The code of the event, of GB/T 35561 where it is known, and its words."""
    told = _text(node, "eventType", "eventCode") or next(
        (value for _, value in _pairs(node, "eventCode")), ""
    )
    code = codes.event(told) or told
    return code, _text(node, "event") or codes.EVENTS.get(code, "")


def _parameters(node: Node) -> Pairs:
    """The parameters; a severity that names a colour or a level is the warning's level."""
    pairs = _pairs(node, "parameter")
    colour = codes.level(_text(node, "severity"))
    if colour:
        return (("warningColor", colour), *pairs)
    return tuple((name, codes.level(value) or value) for name, value in pairs)


def _gravest_first(infos: Iterator[Info]) -> list[Info]:
    def rank(one: Info) -> int:
        colour = dict(one.parameters).get("warningColor")
        return _LEVELS.index(colour if colour in _LEVELS else None)

    return sorted(infos, key=rank)


def _area(node: Node) -> Area:
    pairs = _pairs(node, "geocode")
    words = re.split(r"[,，;；\s]+", ",".join(_texts(node, "geocode")))
    bare = tuple(("GB/T 2260", codes.area(word)) for word in dict.fromkeys(words) if word)
    places = dict.fromkeys(word.strip() for word in re.split("[,，]", _text(node, "areaDesc")))
    return Area(
        description=",".join(place for place in places if place),
        polygons=_texts(node, "polygon"),
        circles=_texts(node, "circle"),
        geocodes=tuple((name, codes.area(value)) for name, value in pairs) + bare,
    )


def _all(node: Node, *names: str) -> Iterator[Node]:
    return (one for one in node.children if one.name in names and one.namespace == node.namespace)


def _texts(node: Node, *names: str) -> tuple[str, ...]:
    return tuple(text for one in _all(node, *names) if (text := one.text.strip()))


def _text(node: Node, *names: str) -> str:
    return next(iter(_texts(node, *names)), "")


def _pairs(node: Node, name: str) -> Pairs:
    pairs = ((_text(one, "valueName"), _text(one, "value")) for one in _all(node, name))
    return tuple(pair for pair in pairs if pair[1])
