"""Times as CAP 1.2 writes them: ``2026-01-05T20:00:00+08:00``, UTC as ``-00:00``.

``Z`` is not allowed by the standard, but real feeds write it: it is understood and noted.
"""

import re
from datetime import UTC, datetime, timedelta, timezone

__all__ = ["instant", "iso", "nonstandard"]

_FORM = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d):(\d\d):(\d\d)(?:Z|([+-])(\d\d):(\d\d))", re.ASCII)
_WHITE = " \t\r\n"
_WIDEST = timedelta(hours=14)  # of offsets, by XML Schema


def instant(text: str) -> datetime | None:
    """The instant of a text, None if it is no time of CAP; 24:00:00 is the end of its day."""
    found = _FORM.fullmatch(text.strip(_WHITE))
    if found is None:
        return None
    day, hour, minute, second, sign, *offset = found.groups()
    late = (hour, minute, second) == ("24", "00", "00")
    zone = _offset(sign, *offset)
    if zone is None:
        return None
    try:
        read = datetime.fromisoformat(f"{day}T{'00' if late else hour}:{minute}:{second}")
        read = read.replace(tzinfo=timezone(zone) if zone else UTC)
        # Near the years 1 and 9999 neither the next day nor the instant in UTC need exist.
        return (read + timedelta(days=late)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def iso(text: str) -> str:
    """The text of a valid time, without the hour 24, which only CAP knows."""
    text = text.strip(_WHITE)
    found = instant(text)
    if "T24:" not in text or found is None:
        return text
    return found.isoformat()


def nonstandard(text: str) -> bool:
    """Whether a valid time is written as the standard does not allow."""
    return text.strip(_WHITE).endswith("Z")


def _offset(sign: str | None, hours: str | None, minutes: str | None) -> timedelta | None:
    if sign is None or hours is None or minutes is None:
        return timedelta(0)
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    if int(minutes) > 59 or offset > _WIDEST:
        return None
    return -offset if sign == "-" else offset
