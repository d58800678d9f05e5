"""Pushing while workers are killed: senders that retry, a reader, and the one who kills."""

import http.client
import json
import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import urlsplit

from benchmarks.clients import Door
from benchmarks.site import HOST, Served

__all__ = ["Log", "Unrest", "walk", "wrong"]

_fork = multiprocessing.get_context("fork")
_BROKEN = (OSError, http.client.HTTPException)  # a peer that died says nothing, or half of it
_PAUSE = 0.05  # seconds before the same bytes are sent again
_PATIENCE = 600.0  # seconds until a sender gives up a body
_KILL_AFTER = 4  # acknowledged bodies, so that a slow machine gets on too
_AIM = 0.5  # seconds within which the killer strikes then

Seen = tuple[datetime, str]  # time of occurrence and id of a listed record


@dataclass
class Log:
    """What happened. ``faults``: pages out of order or with a record twice in one walk."""

    answers: list[dict[str, Any]] = field(default_factory=list)
    interrupted: int = 0
    refusals: list[str] = field(default_factory=list)
    replays: int = 0
    killed: int = 0
    pages: int = 0
    walks: int = 0
    faults: int = 0
    seconds: float = 0.0

    @property
    def acknowledged(self) -> set[str]:
        """Ids of the deliveries that senders were told of."""
        return {answer["id"] for answer in self.answers}

    def total(self, name: str) -> int:
        """The sum of a counter over all answers."""
        return sum(answer[name] for answer in self.answers)


@dataclass
class Unrest:
    """A served site under fire; ``listing`` is what the reader pages through."""

    served: Served
    door: Door
    listing: str
    headers: dict[str, str]

    def push(self, bodies: Sequence[bytes], *, clients: int) -> Log:
        """Push every body until it is acknowledged, killing workers all the time."""
        log, over = Log(), _fork.Event()
        turn, done = _fork.Value("l", 0), _fork.Value("l", 0)
        senders = [_begun(_send, self.door, bodies, turn, done) for _ in range(clients)]
        reader = _begun(_read, self.served, self.listing, self.headers, over)
        killer = threading.Thread(target=self._kill, args=(log, done, over))
        began = time.perf_counter()
        killer.start()
        try:
            for end in senders:
                _add(log, end.recv())
        finally:
            log.seconds = time.perf_counter() - began
            over.set()
            killer.join()
        _add(log, reader.recv())
        return log

    def _kill(self, log: Log, done: Any, over: Any) -> None:
        """Kill one of the site's own workers whenever some bodies more are acknowledged."""
        chance = random.Random(1)  # noqa: S311 - no secret
        due = 0
        while not over.wait(0.01):
            if done.value < due:
                continue
            due = done.value + _KILL_AFTER
            workers = self.served.workers
            if workers and not over.wait(chance.uniform(0, _AIM)):
                os.kill(chance.choice(workers), signal.SIGKILL)
                log.killed += 1


def _begun(work: Any, *words: Any) -> Connection:
    """Start a process that reports through the given end."""
    here, there = _fork.Pipe(duplex=False)
    _fork.Process(target=work, args=(*words, there)).start()
    there.close()
    return here


def _add(log: Log, part: Log) -> None:
    for name, value in vars(part).items():
        setattr(log, name, getattr(log, name) + value)


def _send(door: Door, bodies: Sequence[bytes], turn: Any, done: Any, end: Connection) -> None:
    log = Log()
    connection = http.client.HTTPConnection(door.host, door.port, timeout=_PATIENCE)
    while True:
        with turn.get_lock():
            number = turn.value
            turn.value += 1
        if number >= len(bodies):
            break
        until = time.monotonic() + _PATIENCE
        while not _acknowledged(connection, door, bodies[number], log):
            if time.monotonic() > until:
                break  # the counts at the end will tell
            time.sleep(_PAUSE)
        with done.get_lock():
            done.value += 1
    end.send(log)


def _acknowledged(
    connection: http.client.HTTPConnection, door: Door, body: bytes, log: Log
) -> bool:
    """Send a body; whether it was answered as stored. Anything else means the same bytes again."""
    try:
        connection.request("POST", door.path, body, dict(door.headers))
        response = connection.getresponse()
        answer = response.read()
    except _BROKEN:
        log.interrupted += 1
        connection.close()
        return False
    if response.status not in (200, 201):
        log.refusals.append(f"{response.status} {answer[:200].decode(errors='replace')}")
        return False
    log.answers.append(json.loads(answer))
    log.replays += response.status == 200
    return True


def _read(
    served: Served, listing: str, headers: dict[str, str], over: Any, end: Connection
) -> None:
    log = Log()
    while not over.is_set():
        seen: list[Seen] = []
        address: str | None = listing
        while address and not over.is_set():
            page, address = _page(served, address, headers)
            log.pages += 1
            seen += page
        log.walks += address is None
        log.faults += wrong(seen)
    end.send(log)


def wrong(seen: Sequence[Seen]) -> int:
    """How many records of a walk stand where they should not, or stand twice."""
    misplaced = sum(later[0] > earlier[0] for earlier, later in pairwise(seen))
    return misplaced + len(seen) - len({one[1] for one in seen})


def walk(served: Served, listing: str, headers: dict[str, str]) -> list[Seen]:
    """All records of a listing, page by page."""
    seen: list[Seen] = []
    address: str | None = listing
    while address:
        page, address = _page(served, address, headers)
        seen += page
    return seen


def _page(served: Served, address: str, headers: dict[str, str]) -> tuple[list[Seen], str | None]:
    """The records of one page and the address of the next; asked again while nobody answers."""
    until = time.monotonic() + _PATIENCE
    while True:
        connection = http.client.HTTPConnection(HOST, served.port, timeout=_PATIENCE)
        try:
            connection.request("GET", address, headers=headers)
            response = connection.getresponse()
            body = response.read()
        except _BROKEN:
            if time.monotonic() > until:
                raise
            time.sleep(_PAUSE)
            continue
        finally:
            connection.close()
        if response.status != 200:
            raise RuntimeError(f"the list answered {response.status}: {body[:300]!r}")
        page = json.loads(body)
        parts = urlsplit(page["next"]) if page["next"] else None
        following = f"{parts.path}?{parts.query}" if parts else None
        return [_seen(one) for one in page["results"]], following


def _seen(record: dict[str, Any]) -> Seen:
    return datetime.fromisoformat(record["occurred_at"]), record["id"]
