"""Query parameters and path parts, read strictly."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from uuid import UUID

from django.utils.dateparse import parse_datetime

from city.selectors import zone
from core.errors import BadInput, NotFound
from core.words import N_

__all__ = ["box", "flag", "moment", "object_id"]

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def object_id(text: str) -> UUID:
    """The id in an address; NotFound for anything that cannot be one."""
    try:
        return UUID(text)
    except ValueError:
        message = N_("There is no such object, or you may not see it.")
        raise NotFound("not_found", message) from None


def flag(query: Mapping[str, str], name: str) -> bool:
    """A yes/no parameter: 1 or 0, true or false."""
    text = query.get(name, "0").lower()
    if text not in ("0", "1", "true", "false", ""):
        raise _bad(name, text)
    return text in ("1", "true")


def moment(query: Mapping[str, str], name: str) -> datetime | None:
    """An instant with its zone, or a day of the city (its first moment)."""
    text = query.get(name)
    if text is None:
        return None
    try:
        if _DAY.fullmatch(text):
            return datetime.combine(date.fromisoformat(text), time(), zone())
        # A plus sign that was not escaped arrives as a space.
        found = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise _bad(name, text)
    return found


def box(text: str) -> tuple[float, float, float, float]:
    """``west,south,east,north`` in degrees."""
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError:
        raise _bad("bbox", text) from None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise _bad("bbox", text)
    return west, south, east, north


def _bad(name: str, value: str) -> BadInput:
    message = N_("The value of %(name)s cannot be read: %(value)s.")
    return BadInput("bad_filter", message, name=name, value=value[:100])
