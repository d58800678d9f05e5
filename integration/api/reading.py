"""Query parameters of records and deliveries, read strictly."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from city.selectors import zone
from restapi.reading import bad_value, instant

__all__ = ["box", "day", "moment"]

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def moment(query: Mapping[str, str], name: str) -> datetime | None:
    """An instant with its zone, or a day of the city (its first moment)."""
    text = query.get(name, "")
    if not _DAY.fullmatch(text):
        return instant(query, name)
    try:
        return datetime.combine(date.fromisoformat(text), time(), zone()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise bad_value(name, text) from None


def day(query: Mapping[str, str], name: str) -> date | None:
    """A day of the city that has a first and a last moment; None when absent."""
    text = query.get(name)
    if text is None:
        return None
    if not _DAY.fullmatch(text) or text == date.max.isoformat():
        raise bad_value(name, text)
    moment(query, name)
    return date.fromisoformat(text)


def box(text: str) -> tuple[float, float, float, float]:
    """``west,south,east,north`` in degrees."""
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError:
        raise bad_value("bbox", text) from None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise bad_value("bbox", text)
    return west, south, east, north
