"""Answers that a process may give again for a moment without asking anew."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

__all__ = ["Brief", "forget_everything"]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
_every: "list[Brief[Any, Any]]" = []


class Brief(Generic[K, V]):
    """Remembers values by key for ``seconds``, at most ``most`` of them; None is never remembered.

    Only for what may be as old as that: a change elsewhere is noticed no sooner.
    """

    def __init__(self, *, seconds: float, most: int) -> None:
        self._seconds, self._most = seconds, most
        self._lock = threading.Lock()
        self._held: dict[K, tuple[float, V]] = {}
        _every.append(self)

    def get(self, key: K, ask: Callable[[], V | None]) -> V | None:
        """The value of ``key``: the remembered one, else what ``ask`` answers."""
        held = self._held.get(key)
        if held is not None and time.monotonic() - held[0] < self._seconds:
            return held[1]
        # The time before asking: what changes while it is asked for must not be held longer.
        began, value = time.monotonic(), ask()
        with self._lock:
            self._held.pop(key, None)
            if value is not None:
                while len(self._held) >= self._most:
                    del self._held[next(iter(self._held))]  # the one asked for longest ago
                self._held[key] = (began, value)
        return value

    def forget(self) -> None:
        """Ask anew from now on."""
        with self._lock:
            self._held.clear()


def forget_everything() -> None:
    """Let this process ask for everything anew."""
    for one in _every:
        one.forget()
