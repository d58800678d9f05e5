"""What a process remembers of its city, and when it must look again.

A city changes a few times a year and is asked for with every row and every page. Each memory
belongs to one state of the city row; whoever changes anything of the city touches that row, so
other processes notice within `_PATIENCE` seconds.
"""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from django.db import connection

__all__ = ["Remembered", "forget_everything"]

T = TypeVar("T")
_PATIENCE = 2.0  # seconds
_every: "list[Remembered[object]]" = []


class _Mark:
    """The state of the city row, asked for at most every `_PATIENCE` seconds."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.value: tuple[str, str] | None = None
        self.asked = -_PATIENCE

    def now(self) -> tuple[str, str] | None:
        if time.monotonic() - self.asked >= _PATIENCE:
            with connection.cursor() as cursor:
                # xmin names the transaction that last wrote the row (PostgreSQL).
                cursor.execute("SELECT id::text, xmin::text FROM city_city")
                self.value = cursor.fetchone()
            self.asked = time.monotonic()
        return self.value


_mark = _Mark()


class Remembered(Generic[T]):
    """A value made once for each state of the city; call it to have it."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._held: tuple[object, T] | None = None
        self.__doc__ = make.__doc__
        _every.append(self)  # type: ignore[arg-type]

    def __call__(self) -> T:
        mark = _mark.now()
        with self._lock:
            if self._held is None or self._held[0] != mark:
                self._held = (mark, self._make())
            return self._held[1]

    def forget(self) -> None:
        """Make it anew at the next call."""
        self._held = None


def forget_everything() -> None:
    """Let this process look at the city anew."""
    _mark.forget()
    for one in _every:
        one.forget()
