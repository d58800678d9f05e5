"""The columns that a message offers to the paths of a profile."""

from collections.abc import Iterable

from core.text import truncate
from integration.domain.cap.message import Info, Message
from integration.domain.cap.shapes import GeoJson

__all__ = ["columns"]

_LONGEST_AREA = 500  # as an address; the whole text stands in ``infos``
_LONGEST_EVENT = 200
_EVENT_CODES = "GB/T35561"
_AREA_CODES = "GB/T2260"
_LEVELS = ("warningcolor", "severitycolor", "warninglevel")

Columns = dict[str, object]


def columns(message: Message, geometry: GeoJson | None) -> Columns:
    """Name → value; None where the message has none.

    Names are CAP's own. Further ones: ``key`` ("sender,identifier,sent"), ``event_code`` (by
    GB/T 35561, else the first one, else the event's words), ``starts`` (onset, else effective,
    else sent), ``area_text``, ``geometry`` (GeoJSON, WGS-84), ``geocodes`` (valueName → values),
    ``districts`` (geocodes by GB/T 2260), ``level`` (the colour that a parameter names; never
    made of the severity), ``infos``, and ``digest`` over the whole message.
    """
    info = message.main
    return {
        "key": message.key,
        "identifier": message.identifier,
        "sender": message.sender,
        "sent": message.sent,
        "status": message.status,
        "msgType": message.message_type,
        "source": message.source or None,
        "scope": message.scope,
        "restriction": message.restriction or None,
        "addresses": message.addresses or None,
        "note": message.note or None,
        "references": list(message.references),
        "incidents": message.incidents or None,
        "geometry": geometry,
        "geocodes": _by_name(pair for area in message.areas for pair in area.geocodes),
        "districts": _values(
            (pair for area in message.areas for pair in area.geocodes), _AREA_CODES
        ),
        "infos": [_told(one) for one in message.infos],
        "digest": message.digest,
        **_of_info(info, message),
    }


def _of_info(info: Info | None, message: Message) -> Columns:
    if info is None:
        return {"starts": message.sent}
    return {
        "language": info.language,
        "category": list(info.categories),
        "event": info.event or None,
        "urgency": info.urgency,
        "severity": info.severity,
        "certainty": info.certainty,
        "audience": info.audience or None,
        "event_code": _event_code(info),
        "effective": info.effective or None,
        "onset": info.onset or None,
        "expires": info.expires or None,
        "starts": info.onset or info.effective or message.sent,
        "senderName": info.sender_name or None,
        "headline": info.headline or None,
        "description": info.description or None,
        "instruction": info.instruction or None,
        "web": info.web or None,
        "area_text": truncate(info.area_text, _LONGEST_AREA) or None,
        "level": _level(info),
    }


def _told(info: Info) -> dict[str, str]:
    return {
        "language": info.language,
        "event": info.event,
        "headline": info.headline,
        "description": info.description,
        "instruction": info.instruction,
        "area": info.area_text,
    }


def _event_code(info: Info) -> str | None:
    national = _values(info.event_codes, _EVENT_CODES)
    first = next((value for _, value in info.event_codes if value), "")
    return (national[0] if national else first or truncate(info.event, _LONGEST_EVENT)) or None


def _level(info: Info) -> str | None:
    found = {_folded(name): value for name, value in reversed(info.parameters)}
    return next((found[name] for name in _LEVELS if found.get(name)), None)


def _values(pairs: Iterable[tuple[str, str]], standard: str) -> list[str]:
    """The values named by a standard, with or without its year, each once."""
    found = (
        value
        for name, value in pairs
        if value and "".join(name.split()).upper().partition("-")[0] == standard
    )
    return list(dict.fromkeys(found))


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        values = found.setdefault(name, [])
        if value not in values:
            values.append(value)
    return found


def _folded(name: str) -> str:
    return "".join(name.split()).replace("_", "").casefold()
