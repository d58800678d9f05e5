"""From the tree of a checked alert to its parts; an element without text is as good as none."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import msgspec

from integration.domain.cap import times
from integration.domain.cap.kinds import CAP
from integration.domain.xml.tree import Node

__all__ = ["Area", "Info", "Message", "Pairs", "content", "message_of"]

Pairs = tuple[tuple[str, str], ...]
"""(valueName, value) in the order of the message."""

_DEFAULT_LANGUAGE: Final = "en-US"  # CAP 1.2, 3.2.2
_GRAVITY: Final = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")


@dataclass(frozen=True)
class Area:
    """One area: its words, its shapes as texts of "lat,lon", its codes."""

    description: str
    polygons: tuple[str, ...]
    circles: tuple[str, ...]
    geocodes: Pairs


@dataclass(frozen=True)
class Info:
    """One info block; times are texts as written, empty where there is none."""

    language: str
    categories: tuple[str, ...]
    event: str
    urgency: str
    severity: str
    certainty: str
    audience: str
    event_codes: Pairs
    effective: str
    onset: str
    expires: str
    sender_name: str
    headline: str
    description: str
    instruction: str
    web: str
    parameters: Pairs
    areas: tuple[Area, ...]

    @property
    def area_text(self) -> str:
        """The words of all its areas."""
        return "; ".join(dict.fromkeys(one.description for one in self.areas if one.description))


@dataclass(frozen=True)
class Message:
    """One alert. ``digest``: 32 bytes in hex over all it says, signatures apart."""

    identifier: str
    sender: str
    sent: str
    status: str
    message_type: str
    source: str
    scope: str
    restriction: str
    addresses: str
    note: str
    references: tuple[str, ...]
    incidents: str
    infos: tuple[Info, ...]
    digest: str

    @property
    def key(self) -> str:
        """What makes a message this one (CAP 1.2, 3.2.1), as references write it."""
        return f"{self.sender},{self.identifier},{self.sent}"

    @cached_property
    def main(self) -> Info | None:
        """The info that stands for the message: Chinese before English, then the gravest."""
        ranked = sorted(self.infos, key=lambda one: (_rank(one.language), _gravity(one.severity)))
        return ranked[0] if ranked else None

    @property
    def areas(self) -> list[Area]:
        """The areas of all infos."""
        return [area for info in self.infos for area in info.areas]


def message_of(root: Node) -> Message:
    """The message of an alert whose structure was checked."""
    return Message(
        identifier=_text(root, "identifier"),
        sender=_text(root, "sender"),
        sent=_time(root, "sent"),
        status=_text(root, "status"),
        message_type=_text(root, "msgType"),
        source=_text(root, "source"),
        scope=_text(root, "scope"),
        restriction=_text(root, "restriction"),
        addresses=_text(root, "addresses"),
        note=_text(root, "note"),
        references=tuple(_text(root, "references").split()),
        incidents=_text(root, "incidents"),
        infos=tuple(_info(one) for one in _all(root, "info")),
        digest=hashlib.sha256(msgspec.json.encode(content(root))).hexdigest(),
    )


def _info(node: Node) -> Info:
    return Info(
        language=_text(node, "language") or _DEFAULT_LANGUAGE,
        categories=_texts(node, "category"),
        event=_text(node, "event"),
        urgency=_text(node, "urgency"),
        severity=_text(node, "severity"),
        certainty=_text(node, "certainty"),
        audience=_text(node, "audience"),
        event_codes=_pairs(node, "eventCode"),
        effective=_time(node, "effective"),
        onset=_time(node, "onset"),
        expires=_time(node, "expires"),
        sender_name=_text(node, "senderName"),
        headline=_text(node, "headline"),
        description=_text(node, "description"),
        instruction=_text(node, "instruction"),
        web=_text(node, "web"),
        parameters=_pairs(node, "parameter"),
        areas=tuple(_area(one) for one in _all(node, "area")),
    )


def _area(node: Node) -> Area:
    return Area(
        description=_text(node, "areaDesc"),
        polygons=_texts(node, "polygon"),
        circles=_texts(node, "circle"),
        geocodes=_pairs(node, "geocode"),
    )


def _all(node: Node, name: str) -> Iterator[Node]:
    return (one for one in node.children if one.name == name and one.namespace == CAP)


def _texts(node: Node, name: str) -> tuple[str, ...]:
    return tuple(text for one in _all(node, name) if (text := one.text.strip()))


def _text(node: Node, name: str) -> str:
    return next(iter(_texts(node, name)), "")


def _time(node: Node, name: str) -> str:
    return times.iso(_text(node, name))


def _pairs(node: Node, name: str) -> Pairs:
    return tuple((_text(one, "valueName"), _text(one, "value")) for one in _all(node, name))


def _gravity(severity: str) -> int:
    """The place of a severity; a national one is a colour, and the infos come in its order."""
    return _GRAVITY.index(severity) if severity in _GRAVITY else 0


def _rank(language: str) -> int:
    language = language.casefold()
    for rank, start in enumerate(("zh-cn", "zh", "en")):
        if language == start or language.startswith(f"{start}-"):
            return rank
    return 3


def content(node: Node, namespace: str = CAP) -> list[object]:
    """Names and texts of an element and all below it, foreign namespaces left out."""
    below = [content(one, namespace) for one in node.children if one.namespace == namespace]
    return [node.name, below or node.text.strip()]
