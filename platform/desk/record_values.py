"""The values of a record as people read them, beside what its source wrote."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from core.coordinates import shown
from desk import labels
from integration.labels import UPSTREAM, attribute, attribute_order, word
from integration.ui.moments import DAY_SPAN, day
from web.levels import warning_mark
from web.times import full

MINUTE = 60
_JSON_SHOWN = 2000  # characters of a nested value


def when(record: Any) -> str:
    """When it happened, no more precisely than it was told; a dash where nothing was."""
    if record.occurred_at is None:
        return "—"
    return day(record.occurred_at) if record.occurred_span >= DAY_SPAN else full(record.occurred_at)


def place_of_record(record: Any) -> tuple[float, float] | None:
    """Longitude and latitude (WGS-84) as people may see them; None for no place."""
    if record.lon is None or record.lat is None:
        return None
    return shown(record.lon, record.lat, record.shown_decimals)


def address(record: Any) -> str:
    """The address, where it tells no more than people may be shown."""
    return record.address if record.shown_decimals is None else ""


def position(record: Any) -> str:
    """The place in degrees of WGS-84, as precisely as people may see it."""
    spot = place_of_record(record)
    if spot is None:
        return "—"
    places = 6 if record.shown_decimals is None else record.shown_decimals
    return f"{spot[0]:.{places}f}, {spot[1]:.{places}f}"


def standard_and_original(record: Any) -> list[tuple[str, str, str, str]]:
    """Label, the city's value, the source's own, and a note, of each coded or measured value."""
    rows = [
        (gettext("Category"), labels.category(record.category), record.category_original, ""),
        (
            gettext("Severity"),
            "—" if record.severity is None else str(record.severity),
            record.severity_original,
            _scale(record),
        ),
        (gettext("Occurred at"), when(record), record.occurred_original, _precision(record)),
        (
            gettext("Reported at"),
            "—" if record.reported_at is None else full(record.reported_at),
            "",
            "",
        ),
        (gettext("Position (WGS-84)"), position(record), *_original_position(record)),
        (gettext("State at the source"), word(UPSTREAM, record.upstream_state) or "—", "", ""),
    ]
    return [row for row in rows if any((row[1] != "—", row[2], row[3]))]


def _scale(record: Any) -> str:
    if not record.severity_scale:
        return ""
    return gettext("Class 1 is the gravest, class 4 the least grave.")


def _precision(record: Any) -> str:
    if record.occurred_at is None:
        return gettext("The source told no time of occurrence.")
    if record.occurred_span >= DAY_SPAN:
        return gettext("The source told the day only.")
    return gettext("The source told it to the minute.") if record.occurred_span >= MINUTE else ""


def _original_position(record: Any) -> tuple[str, str]:
    """The source's own pair and its system; not where people are shown the place coarsely."""
    if record.shown_decimals is not None:
        return "", gettext("Shown coarsely, so that nobody's home is pointed at.")
    pair = ", ".join(part for part in (record.x_original, record.y_original) if part)
    return pair, record.crs_original


def attributes_of(record: Any) -> list[tuple[str, str]]:
    """The further fields with their names, well-known ones first."""
    names = sorted(record.attributes, key=attribute_order)
    return [(attribute(one), _told(one, record.attributes[one])) for one in names]


def _told(name: str, value: Any) -> str:
    """The value of a further field in words; some well-known fields have words of their own."""
    if name in _OWN_WORDS and value:
        return _OWN_WORDS[name](value) or value_text(value)
    return value_text(value)


def value_text(value: Any) -> str:
    """Any value in words: yes and no, numbers, texts, lists of texts, else its JSON."""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return labels.listed(value) or "—"
    if isinstance(value, list | dict):
        return _nested(value)
    return "—" if value is None or value == "" else str(value)


def _nested(value: Any) -> str:
    text = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    return text if len(text) <= _JSON_SHOWN else f"{text[:_JSON_SHOWN]}…"


def _instant(value: Any) -> str:
    found = parse_datetime(value) if isinstance(value, str) else None
    return full(found) if found and found.tzinfo else ""


def _level(value: Any) -> str:
    return gettext(warning_mark(value).label) if isinstance(value, str) else ""


def _districts(value: Any) -> str:
    return labels.listed(labels.district(str(one)) for one in value) if _is_list(value) else ""


def _texts(value: Any) -> str:
    """A message in each of its languages: what it is headed, says and asks for."""
    if not (_is_list(value) and all(isinstance(one, dict) for one in value)):
        return ""
    parts = ("headline", "description", "instruction")
    told = ["\n".join(str(one[part]) for part in parts if one.get(part)) for one in value]
    return "\n\n".join(filter(None, told))


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


_OWN_WORDS: Mapping[str, Callable[[Any], str]] = {
    "districts": _districts,
    "ends_at": _instant,
    "level": _level,
    "starts_at": _instant,
    "texts": _texts,
}
