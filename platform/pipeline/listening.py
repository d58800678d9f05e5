"""The serving worker: woken by the database, swept now and then, stopped cleanly."""

import logging
import os
import select
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from django.db import InterfaceError, OperationalError, connection
from psycopg2.extensions import connection as RawConnection

from pipeline.worker import LEASE_SECONDS, Tally, drain
from work.services import CHANNEL, beat

log = logging.getLogger("egret.pipeline")
BEAT_NAME = "worker"
BEAT_S = 15.0
SWEEP_S = 15.0
_LONGEST_REST_S = 15.0


class Listener:
    """Drains at every wake-up; a SIGTERM or SIGINT lets the batch at hand end first."""

    def __init__(self, *, lease_seconds: int = LEASE_SECONDS) -> None:
        self.lease_seconds = lease_seconds
        self.tally = Tally()
        self.stopping = False
        self._beaten = -BEAT_S

    def run(self) -> None:
        """Serve until told to stop; a lost database is waited for."""
        rest = 1.0
        with _signals(self) as bell:
            while not self.stopping:
                try:
                    self._serve(bell)
                    rest = 1.0
                except (OperationalError, InterfaceError) as error:
                    log.warning("the database is away, trying again: %s", error)
                    connection.close()
                    _wait([bell], rest)
                    rest = min(rest * 2, _LONGEST_REST_S)

    def stop(self, number: int, frame: FrameType | None) -> None:
        """What a signal does."""
        self.stopping = True

    def _pulse(self) -> None:
        if time.monotonic() - self._beaten >= BEAT_S:
            beat(BEAT_NAME, {"pid": os.getpid(), "done": self.tally.total})
            self._beaten = time.monotonic()

    def _serve(self, bell: int) -> None:
        ear = _listen()
        try:
            while not self.stopping:
                drain(
                    self.tally,
                    stopped=lambda: self.stopping,
                    pulse=self._pulse,
                    lease_seconds=self.lease_seconds,
                )
                self._pulse()
                if self.stopping:
                    return
                _wait([ear.fileno(), bell], min(SWEEP_S, BEAT_S))
                ear.poll()
                ear.notifies.clear()
        finally:
            ear.close()


def _listen() -> RawConnection:
    """A connection of its own, outside every transaction: notices come when they are sent."""
    raw: RawConnection = connection.get_new_connection(connection.get_connection_params())
    raw.autocommit = True
    with raw.cursor() as cursor:
        cursor.execute(f"LISTEN {CHANNEL}")
    return raw


def _wait(files: list[int], seconds: float) -> None:
    ready, _, _ = select.select(files, [], [], seconds)
    for one in ready:
        if one == files[-1]:
            os.read(one, 4096)  # the bell: a signal came


@contextmanager
def _signals(listener: Listener) -> Iterator[int]:
    """Let signals stop the listener and ring a pipe, so that its rest ends at once."""
    inner, outer = os.pipe()
    for end in (inner, outer):
        os.set_blocking(end, False)
    before = {one: signal.signal(one, listener.stop) for one in (signal.SIGTERM, signal.SIGINT)}
    bell = signal.set_wakeup_fd(outer)
    try:
        yield inner
    finally:
        signal.set_wakeup_fd(bell)
        for one, handler in before.items():
            signal.signal(one, handler)
        os.close(inner)
        os.close(outer)
