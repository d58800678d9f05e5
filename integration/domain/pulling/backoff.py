"""When to ask a source again."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["LEAST_SECONDS", "delay", "retry_after"]

LEAST_SECONDS = 60
_CEILING = 3600.0
_LONGEST_WAIT = 86_400.0
_SPREAD = 0.1  # of a regular interval, so that sources set up together drift apart
_MOST_DOUBLINGS = 6


def delay(*, every: float, failures: int, wait: float | None, chance: float) -> float:
    """Seconds until the next pull.

    After ``failures`` in a row the time doubles from a minute up to an hour; a source that asked
    to ``wait`` is left alone for so long, a day at most. ``chance``: a random number from 0 to 1
    that keeps many sources from coming back at the same instant.
    """
    if failures:
        pause = min(_CEILING, LEAST_SECONDS * 2.0 ** min(failures - 1, _MOST_DOUBLINGS))
        pause *= 1 + chance / 2
    else:
        pause = every * (1 + _SPREAD * chance)
    return max(float(LEAST_SECONDS), pause, min(wait or 0.0, _LONGEST_WAIT))


def retry_after(header: str, at: datetime) -> float | None:
    """Seconds that a ``Retry-After`` asks for (RFC 9110, 10.2.3); None where it is none."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - at).total_seconds()), _LONGEST_WAIT)
