"""The one clock of the product: aware UTC instants, replaceable in tests.

The clock is held in a context variable: a replacement is seen by the code called inside the
``with`` block and by no other thread or task.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

__all__ = ["FixedClock", "aware", "fixed", "now"]


def _system() -> datetime:
    return datetime.now(UTC)


_clock: ContextVar[Callable[[], datetime]] = ContextVar("clock", default=_system)


def now() -> datetime:
    """The present instant, aware and in UTC."""
    return _clock.get()()


def aware(instant: datetime) -> datetime:
    """The same instant in UTC.

    Raises ValueError for a naive datetime: without a zone it names no instant at all.
    """
    if instant.utcoffset() is None:
        raise ValueError("a naive datetime names no instant")
    return instant.astimezone(UTC)


class FixedClock:
    """A clock that stands still until it is told to move."""

    def __init__(self, instant: datetime) -> None:
        self._instant = aware(instant)

    def __call__(self) -> datetime:
        return self._instant

    def advance(self, by: timedelta) -> datetime:
        """Move by ``by`` (backwards if negative) and give the new instant."""
        self._instant += by
        return self._instant

    def set(self, instant: datetime) -> None:
        """Move to ``instant``; ValueError if it is naive."""
        self._instant = aware(instant)


@contextmanager
def fixed(instant: datetime) -> Iterator[FixedClock]:
    """Let ``now()`` answer ``instant`` inside the block; yields the clock so that it can be moved.

    Raises ValueError if ``instant`` is naive.
    """
    clock = FixedClock(instant)
    token = _clock.set(clock)
    try:
        yield clock
    finally:
        _clock.reset(token)
