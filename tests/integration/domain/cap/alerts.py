"""Messages and a profile for tests of CAP."""

import json
from pathlib import Path
from typing import Any

from integration.domain import formats
from integration.domain.profile import Profile
from integration.domain.profile_document import trusted
from integration.domain.rows import Chunk
from tests.conftest import BINHAI
from tests.shared import shared_path

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
SQUARE = "30.20,120.20 30.20,120.30 30.30,120.30 30.30,120.20 30.20,120.20"


def profile() -> Profile:
    """The profile of the demo city's feed."""
    return trusted(json.loads((BINHAI / "feeds" / "weather_cap.json").read_text("utf-8")))


def element(name: str, *content: str, **attributes: str) -> str:
    """An element as text."""
    more = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{more}>{''.join(content)}</{name}>"


def pair(name: str, key: str, value: str) -> str:
    """An element of valueName and value."""
    return element(name, element("valueName", key), element("value", value))


def area(*content: str, description: str = "青山区") -> str:
    """An area; without content a square in Binhai."""
    return element(
        "area", element("areaDesc", description), *(content or (element("polygon", SQUARE),))
    )


INFO: dict[str, str] = {
    "language": "zh-CN",
    "category": "Met",
    "event": "暴雨",
    "responseType": "",
    "urgency": "Expected",
    "severity": "Severe",
    "certainty": "Likely",
    "audience": "",
    "eventCode": pair("eventCode", "GB/T 35561", "10203"),
    "effective": "",
    "onset": "",
    "expires": "2026-01-07T08:00:00+08:00",
    "senderName": "滨海市气象台",
    "headline": "暴雨橙色预警",
    "description": "",
    "instruction": "",
    "contact": "",
    "parameter": pair("parameter", "warningColor", "Orange"),
    "area": area(),
}
ALERT: dict[str, str] = {
    "identifier": "A1",
    "sender": "met@binhai.example",
    "sent": "2026-01-05T20:00:00+08:00",
    "status": "Actual",
    "msgType": "Alert",
    "source": "",
    "scope": "Public",
    "restriction": "",
    "addresses": "",
    "references": "",
}


def info(**changes: str) -> str:
    """An info block; elements without text are left out."""
    return element("info", *_elements(INFO | changes))


def alert(*infos: str, **changes: str) -> str:
    """A message; without infos it has one. A member that begins with ``<`` is taken as it is."""
    return element("alert", *_elements(ALERT | changes), *(infos or (info(),)), xmlns=CAP)


def bare(**changes: str) -> str:
    """A message without info."""
    return element("alert", *_elements(ALERT | changes), xmlns=CAP)


def _elements(members: dict[str, str]) -> list[str]:
    found = []
    for name, text in members.items():
        if text:
            found.append(text if text.startswith("<") else element(name, text))
    return found


def chunk(text: str | bytes) -> Chunk:
    """What the format makes of a message."""
    body = text if isinstance(text, bytes) else text.encode()
    (found,) = formats.read(body, profile())
    return found


def row(text: str | bytes) -> dict[str, Any]:
    """The row of a message by path."""
    return {path: column[0] for path, column in chunk(text).columns.items()}


def reasons(text: str | bytes) -> list[tuple[str, str, bool]]:
    """(code, field, quarantined) of what the format found."""
    return [(one.code, one.field, one.quarantined) for one in chunk(text).reasons]


def samples() -> list[Path]:
    """The real CAP 1.2 messages of the reference data."""
    return sorted(shared_path("reference", "feeds").glob("cap12_*.xml"))
