"""Time-ordered identifiers: UUID version 7 of RFC 9562, monotonic inside a process.

The 74 bits behind the millisecond are random at the first identifier of a millisecond and then
grow by random steps (RFC 9562 §6.2, method 2), so identifiers of one process sort in the order of
their making, even within a millisecond or when the system's clock is set back.
"""

import os
import threading
import time
from uuid import UUID

__all__ = ["uuid7", "uuid7_batch", "uuid7_texts"]

_TAIL_BITS = 74
_TAIL_END = 1 << _TAIL_BITS
_LOW_BITS = 62
_LOW_MASK = (1 << _LOW_BITS) - 1
_VERSION = 0x7 << 76
_VARIANT = 0b10 << 62
_STEP_BYTES = 4


class _Sequence:
    """The last identifier given out, behind a lock."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self._lock = threading.Lock()
        self._millisecond = 0
        self._tail = 0

    def take(self, count: int) -> list[int]:
        noise = os.urandom(_STEP_BYTES * count)
        with self._lock:
            self._renew(time.time_ns() // 1_000_000)
            return [
                self._next(int.from_bytes(noise[at : at + _STEP_BYTES], "big") + 1)
                for at in range(0, len(noise), _STEP_BYTES)
            ]

    def _renew(self, millisecond: int) -> None:
        if millisecond > self._millisecond:
            self._millisecond = millisecond
            # The top bit stays free so that the steps have room to grow.
            self._tail = int.from_bytes(os.urandom(10), "big") >> (80 - _TAIL_BITS + 1)

    def _next(self, step: int) -> int:
        self._tail += step
        if self._tail >= _TAIL_END:
            self._millisecond += 1
            self._tail -= _TAIL_END
        high, low = self._tail >> _LOW_BITS, self._tail & _LOW_MASK
        return self._millisecond << 80 | _VERSION | high << 64 | _VARIANT | low


_sequence = _Sequence()
# A forked worker would otherwise go on from its parent's numbers, and might hold its lock.
os.register_at_fork(after_in_child=_sequence.reset)


def uuid7() -> UUID:
    """One time-ordered identifier, greater than every earlier one of this process."""
    return UUID(int=_sequence.take(1)[0])


def uuid7_batch(count: int) -> list[UUID]:
    """``count`` time-ordered identifiers in ascending order; ValueError if ``count`` < 0."""
    if count < 0:
        raise ValueError("count must not be negative")
    return [UUID(int=number) for number in _sequence.take(count)]


def uuid7_texts(count: int) -> list[str]:
    """The same as texts of 32 hexadecimal digits, at a third of the cost."""
    if count < 0:
        raise ValueError("count must not be negative")
    return [f"{number:032x}" for number in _sequence.take(count)]
