"""A load client: requests prepared beforehand, a few processes, connections kept alive."""

import http.client
import json
import multiprocessing
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

__all__ = ["Call", "Door", "Pushed", "ask", "push", "quantile"]

_fork = multiprocessing.get_context("fork")  # the bodies are shared, not sent
_PATIENCE = 600.0  # seconds for one answer
_START = 60.0  # seconds until all clients are ready

Request = tuple[str, str, bytes | None]  # method, path, body


@dataclass(frozen=True)
class Door:
    """Where requests go, and with which headers."""

    host: str
    port: int
    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Call:
    """One request: which one, how it was answered, and how long that took."""

    number: int
    status: int
    seconds: float
    answer: dict[str, Any]


@dataclass(frozen=True)
class Pushed:
    """All calls in the order of the requests; ``seconds`` from the first one to the last answer."""

    calls: Sequence[Call]
    seconds: float

    def total(self, name: str) -> int:
        """The sum of a counter over all answers."""
        return sum(call.answer.get(name, 0) for call in self.calls)

    def quantile(self, share: float) -> float:
        """Seconds within which that share of the calls was answered."""
        return quantile([call.seconds for call in self.calls], share)


def quantile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def push(door: Door, bodies: Sequence[bytes], *, clients: int = 4) -> Pushed:
    """Post every body once; each client takes the next one when it has its answer.

    Raises RuntimeError for an answer that is neither 200 nor 201.
    """
    return _sent(door, [("POST", door.path, body) for body in bodies], clients)


def ask(door: Door, paths: Sequence[str], *, clients: int = 1) -> Pushed:
    """Get every path once, in their order; errors as ``push``."""
    return _sent(door, [("GET", path, None) for path in paths], clients)


def _sent(door: Door, requests: Sequence[Request], clients: int) -> Pushed:
    turn = _fork.Value("l", 0)
    barrier = _fork.Barrier(clients)
    ends: list[Connection] = []
    processes = []
    for _ in range(clients):
        here, there = _fork.Pipe(duplex=False)
        process = _fork.Process(target=_client, args=(door, requests, turn, barrier, there))
        process.start()
        there.close()
        ends.append(here)
        processes.append(process)
    reports = [end.recv() for end in ends]
    for process in processes:
        process.join()
    calls = sorted((call for _, _, made in reports for call in made), key=lambda one: one.number)
    wrong = [call for call in calls if call.status not in (200, 201)]
    if wrong or len(calls) != len(requests):
        raise RuntimeError(f"{len(wrong)} requests were refused, the first with {wrong[:1]}")
    began, ended = min(one[0] for one in reports), max(one[1] for one in reports)
    return Pushed(calls, ended - began)


def _client(
    door: Door, requests: Sequence[Request], turn: Any, barrier: Any, end: Connection
) -> None:
    connection = http.client.HTTPConnection(door.host, door.port, timeout=_PATIENCE)
    connection.connect()
    raw: list[tuple[int, int, float, bytes]] = []
    barrier.wait(_START)
    began = time.perf_counter()
    while True:
        with turn.get_lock():
            number = turn.value
            turn.value += 1
        if number >= len(requests):
            break
        sent = time.perf_counter()
        status, answer = _exchanged(connection, requests[number], dict(door.headers))
        raw.append((number, status, time.perf_counter() - sent, answer))
    ended = time.perf_counter()
    connection.close()
    end.send((began, ended, [Call(*one[:3], _read(one[3])) for one in raw]))
    end.close()


def _exchanged(
    connection: http.client.HTTPConnection, request: Request, headers: dict[str, str]
) -> tuple[int, bytes]:
    """Status and body of the answer, on a new connection if the kept one was closed meanwhile.

    Servers do that when they renew a process. Sending the same bytes again changes nothing.
    """
    for last in (False, True):
        try:
            connection.request(*request, headers=headers)
            response = connection.getresponse()
            return response.status, response.read()
        except (http.client.RemoteDisconnected, ConnectionError):
            connection.close()
            if last:
                raise
    raise AssertionError("one of two attempts ends the loop")


def _read(answer: bytes) -> dict[str, Any]:
    try:
        found = json.loads(answer)
    except ValueError:
        return {"text": answer[:300].decode("utf-8", "replace")}
    return found if isinstance(found, dict) else {"results": found}
