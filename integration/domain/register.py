"""The register of a feed's datastreams, as a table or a list of objects.

Columns: ``key`` (the sender's id), ``name``, ``description``, ``unit`` (its symbol), ``unit_name``,
``observed_property``, ``observation_type``, ``thing``, ``sensor``, ``lon`` and ``lat`` (WGS-84).
Any other column is kept among the properties.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from core.errors import RuleBroken
from core.text import clean_text, has_nul
from core.words import N_
from integration.domain.values import EMPTY, FINE, number, texts

__all__ = ["Entry", "entries"]

_LONGEST = {
    "key": 200,
    "name": 255,
    "description": 2000,
    "unit": 32,
    "unit_name": 100,
    "observed_property": 200,
    "observation_type": 200,
    "thing": 200,
    "sensor": 200,
}
_MOST_PROPERTIES = 50
_SHOWN = 20  # faults in the message
Fault = tuple[int, str, str]


class Entry(Struct, frozen=True, kw_only=True):
    """One datastream of the register."""

    key: str
    name: str = ""
    description: str = ""
    unit: str = ""
    unit_name: str = ""
    observed_property: str = ""
    observation_type: str = ""
    thing: str = ""
    sensor: str = ""
    lon: float | None = None
    lat: float | None = None
    properties: dict[str, object] = field(default_factory=dict)


def entries(rows: Sequence[Mapping[str, object]]) -> list[Entry]:
    """The entries of rows.

    RuleBroken ``register_invalid`` with every fault in its detail: a row's number (from 1), its
    column and what is wrong.
    """
    faults: list[Fault] = []
    found = [_entry(number, row, faults) for number, row in enumerate(rows, 1)]
    seen: set[str] = set()
    for place, entry in enumerate(found, 1):
        if entry.key in seen:
            faults.append((place, "key", N_("stands twice")))
        seen.add(entry.key)
    if faults:
        raise RuleBroken(
            "register_invalid",
            N_("The register has %(count)s faults: %(summary)s"),
            count=len(faults),
            summary="; ".join(f"{row}.{name}: {what}" for row, name, what in faults[:_SHOWN]),
            faults=[{"row": row, "column": name, "message": what} for row, name, what in faults],
        )
    return found


def _entry(place: int, row: Mapping[str, object], faults: list[Fault]) -> Entry:
    told = {str(name).strip(): value for name, value in row.items()}
    words = {name: _word(place, name, told.get(name), faults) for name in _LONGEST}
    if not words["key"]:
        faults.append((place, "key", N_("is missing")))
    lon, lat = (_degrees(place, name, told.get(name), most, faults) for name, most in _DEGREES)
    if (lon is None) != (lat is None):
        faults.append((place, "lon", N_("needs the other coordinate as well")))
    more = {
        name: value
        for name, value in told.items()
        if name and name not in _LONGEST and name not in ("lon", "lat") and value not in (None, "")
    }
    if len(more) > _MOST_PROPERTIES or any(has_nul(f"{name}{more[name]}") for name in more):
        faults.append((place, "properties", N_("are too many, or hold the character U+0000")))
    return Entry(**words, lon=lon, lat=lat, properties=more)


_DEGREES = (("lon", 180.0), ("lat", 90.0))


def _word(place: int, name: str, value: object, faults: list[Fault]) -> str:
    (text,) = texts([value])
    if has_nul(text) or isinstance(value, dict | list):
        faults.append((place, name, N_("is no text")))
        return ""
    text = clean_text(text)[0].strip()
    if len(text) > _LONGEST[name]:
        faults.append((place, name, N_("is too long")))
    return text


def _degrees(
    place: int, name: str, value: object, most: float, faults: list[Fault]
) -> float | None:
    found, state = number(value)
    if state == EMPTY:
        return None
    if state != FINE or abs(found) > most:
        faults.append((place, name, N_("is no number of degrees")))
        return None
    return found
