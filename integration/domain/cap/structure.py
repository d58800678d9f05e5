"""The structure of CAP 1.2: which elements, in which order, how often, with which values.

The tables say what the OASIS schema says; an own check, because it can name the fault and the
schema cannot tell a time with ``Z``, which is understood here. Signatures are not looked into.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from core.errors import BadInput
from core.words import N_
from integration.domain.cap import times
from integration.domain.cap.kinds import CAP
from integration.domain.xml.tree import Node

__all__ = ["ALERT", "Part", "check"]

_SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
_SCHEMA_HINTS = (
    "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation",
    "{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation",
)
_WHITE = " \t\r\n"
_NAME = re.compile(r"[^\s,<&]+")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")

Check = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Part:
    """An element: how often it may stand, and its parts or the check of its text.

    ``allowed``: what the check allows, for the refusal.
    """

    name: str
    least: int = 0
    most: int | None = 1
    parts: tuple["Part", ...] = ()
    check: Check | None = None
    allowed: str = ""


def _any(text: str) -> bool:
    return True


def _matches(pattern: re.Pattern[str]) -> Check:
    return lambda text: pattern.fullmatch(text.strip(_WHITE)) is not None


def _language(text: str) -> bool:
    return not text or _LANGUAGE.fullmatch(text.strip(_WHITE)) is not None  # empty: the default


def _named(name: str) -> Part:
    def good(text: str) -> bool:
        return _NAME.fullmatch(text) is not None

    return Part(name, 1, check=good, allowed="≠ ␠ , < &")


def _one_of(name: str, words: str, *, least: int = 1, most: int | None = 1) -> Part:
    allowed = words.split()
    return Part(name, least, most, check=allowed.__contains__, allowed=", ".join(allowed))


def _time(name: str, least: int = 0) -> Part:
    def good(text: str) -> bool:
        return times.instant(text) is not None

    return Part(name, least, check=good, allowed="YYYY-MM-DDThh:mm:ss±hh:mm")


def _text(name: str, least: int = 0, most: int | None = 1) -> Part:
    return Part(name, least, most, check=_any)


def _pair(name: str) -> Part:
    return Part(name, 0, None, parts=(_text("valueName", 1), _text("value", 1)))


_RESOURCE = (
    _text("resourceDesc", 1),
    _text("mimeType", 1),
    Part("size", check=_matches(_INTEGER), allowed="0, 1, 2 …"),
    _text("uri"),
    _text("derefUri"),
    _text("digest"),
)
_AREA = (
    _text("areaDesc", 1),
    _text("polygon", 0, None),
    _text("circle", 0, None),
    _pair("geocode"),
    Part("altitude", check=_matches(_DECIMAL), allowed="1, -2.5 …"),
    Part("ceiling", check=_matches(_DECIMAL), allowed="1, -2.5 …"),
)
_INFO = (
    Part("language", check=_language, allowed="zh-CN, en …"),
    _one_of(
        "category",
        "Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other",
        most=None,
    ),
    _text("event", 1),
    _one_of(
        "responseType",
        "Shelter Evacuate Prepare Execute Avoid Monitor Assess AllClear None",
        least=0,
        most=None,
    ),
    _one_of("urgency", "Immediate Expected Future Past Unknown"),
    _one_of("severity", "Extreme Severe Moderate Minor Unknown"),
    _one_of("certainty", "Observed Likely Possible Unlikely Unknown"),
    _text("audience"),
    _pair("eventCode"),
    _time("effective"),
    _time("onset"),
    _time("expires"),
    _text("senderName"),
    _text("headline"),
    _text("description"),
    _text("instruction"),
    _text("web"),
    _text("contact"),
    _pair("parameter"),
    Part("resource", 0, None, parts=_RESOURCE),
    Part("area", 0, None, parts=_AREA),
)
ALERT: Final = Part(
    "alert",
    1,
    parts=(
        _named("identifier"),
        _named("sender"),
        _time("sent", 1),
        _one_of("status", "Actual Exercise System Test Draft"),
        _one_of("msgType", "Alert Update Cancel Ack Error"),
        _text("source"),
        _one_of("scope", "Public Restricted Private"),
        _text("restriction"),
        _text("addresses"),
        _text("code", 0, None),
        _text("note"),
        _text("references"),
        _text("incidents"),
        Part("info", 0, None, parts=_INFO),
    ),
)


def check(root: Node) -> None:
    """Raise BadInput ``malformed_file`` (422) naming the first fault of an alert."""
    content = list(root.children)
    while content and content[-1].namespace == _SIGNATURE:
        content.pop()
    _element(root, content, ALERT, "alert")


def _element(node: Node, children: Sequence[Node], part: Part, path: str) -> None:
    if any(one not in _SCHEMA_HINTS for one in node.attributes):
        message = N_("Not valid CAP 1.2: %(element)s has an attribute. Remove it and resend.")
        raise _broken(message, path)
    if part.check is None:
        if node.text.strip(_WHITE):
            message = N_("Not valid CAP 1.2: %(element)s has text between its elements.")
            raise _broken(message, path)
        _sequence(children, part, path)
    elif children:
        raise _broken(N_("Not valid CAP 1.2: %(element)s may hold text only."), path)
    elif not part.check(node.text):
        message = N_("Not valid CAP 1.2: the value of %(element)s. Allowed: %(allowed)s.")
        raise _broken(message, path, allowed=part.allowed)


def _sequence(children: Sequence[Node], part: Part, path: str) -> None:
    counts = dict.fromkeys((one.name for one in part.parts), 0)
    rest = iter(part.parts)
    current = next(rest)
    for node in children:
        if node.namespace != CAP or node.name not in counts:
            raise _unexpected(path, node.name)
        while current.name != node.name:
            _enough(current, counts, path)
            current = _next(rest, path, node.name)
        counts[node.name] += 1
        if current.most is not None and counts[node.name] > current.most:
            raise _unexpected(path, node.name)
        place = f"[{counts[node.name]}]" if current.most is None else ""
        _element(node, node.children, current, f"{path}/{node.name}{place}")
    for one in (current, *rest):
        _enough(one, counts, path)


def _next(rest: Iterator[Part], path: str, wanted: str) -> Part:
    found = next(rest, None)
    if found is None:
        raise _unexpected(path, wanted)
    return found


def _enough(part: Part, counts: dict[str, int], path: str) -> None:
    if counts[part.name] < part.least:
        message = N_("Not valid CAP 1.2: %(element)s is missing. Correct it and resend.")
        raise _broken(message, f"{path}/{part.name}")


def _unexpected(path: str, name: str) -> BadInput:
    message = N_("Not valid CAP 1.2: %(element)s is unknown, repeated or out of order.")
    return _broken(message, f"{path}/{name[:40]}")


def _broken(message: str, path: str, **detail: object) -> BadInput:
    return BadInput("malformed_file", message, status=422, element=path, **detail)
