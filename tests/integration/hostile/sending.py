"""Sending a hostile file through the REST door, and what became of it row by row."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rest_framework.test import APIClient

from audit.models import AuditEntry
from core.identifiers import find_personal
from integration.models import Delivery, DeliveryBody, Problem, Record, RecordKey, RecordVersion
from integration.services.bodies import Safe
from work.models import WorkItem

_COUNTED = (Delivery, DeliveryBody, Problem, Record, RecordKey, RecordVersion, WorkItem)
_LEAKS = ("Traceback", "psycopg", "SELECT ", "INSERT ", "django.", "/integration/", "root:x:")
SECONDS = 5.0
MEGABYTES = 200


@dataclass(frozen=True)
class Row:
    """What became of one row; ``code``: why it was quarantined."""

    outcome: str  # stored, quarantined, conflict
    flags: frozenset[str] = frozenset()
    code: str = ""


@dataclass(frozen=True)
class Sent:
    """The answer to one file."""

    status: int
    body: Mapping[str, Any]
    code: str = ""  # of a file that was refused
    rows: Mapping[str, Row] = field(default_factory=dict)
    replay: bool = False


def send(
    client: APIClient,
    feed: str,
    body: bytes,
    media_type: str,
    coding: str = "",
    bounds: tuple[float, float] = (SECONDS, MEGABYTES),
) -> Sent:
    """One POST; its bounds and everything that must hold of every answer are checked here."""
    headers = {"Content-Encoding": coding} if coding else {}
    with _within_bounds(*bounds):
        answer = client.post(
            f"/api/v1/feeds/{feed}/deliveries",
            body,
            content_type=media_type,
            headers=headers,
            raise_request_exception=False,
        )
    assert answer.status_code < 500, answer.content[:500]
    text = answer.content.decode()
    assert not [one for one in _LEAKS if one in text]
    told = answer.json()
    if answer.status_code >= 400:
        return Sent(answer.status_code, told, told["error"]["code"])
    counts = [told[name] for name in ("accepted", "updated", "duplicates", "quarantined")]
    assert told["received"] == sum(counts)
    assert told["flagged"] <= told["accepted"] + told["updated"]
    replay = answer.get("Idempotent-Replay") == "true"
    return Sent(answer.status_code, told, rows=dict(_rows(told)), replay=replay)


def state() -> dict[str, int]:
    """How much is stored of everything but the audit log."""
    return {model.__name__: model.objects.count() for model in _COUNTED}


def audited(sha256: str) -> list[AuditEntry]:
    """The entries of the audit log about a file; none may hold a personal identifier."""
    found = list(AuditEntry.objects.filter(detail__sha256=sha256))
    for entry in found:
        told = {name: value for name, value in entry.detail.items() if name != "sha256"}
        assert entry.actor_label
        assert entry.at
        assert not find_personal(f"{told} {entry.reason}")
    return found


def _rows(told: Mapping[str, Any]) -> Iterator[tuple[str, Row]]:
    """What became of each row, by its id; of one that cannot be read by its bytes."""
    for record in Record.objects.filter(delivery_id=told["id"]):
        yield record.source_id, Row("stored", frozenset(record.quality))
    kept = DeliveryBody.objects.get(delivery_id=told["id"])
    for problem in Problem.objects.filter(delivery_id=told["id"], outcome="quarantined"):
        outcome = "conflict" if problem.code == "conflict" else "quarantined"
        name = problem.source_id
        if not name and problem.sealed_row is not None:
            name = (
                Safe.of(kept)
                .open_row(problem.line, bytes(problem.sealed_row))
                .decode("utf-8", "replace")
            )
        yield name, Row(outcome, code=problem.code)


@contextmanager
def _within_bounds(seconds: float, megabytes: float) -> Iterator[None]:
    # Of this process: the wall clock of a busy machine measures its other work.
    before, began = _memory("VmRSS"), time.process_time()
    with suppress(OSError):  # the peak is counted anew from here, where that is allowed
        Path("/proc/self/clear_refs").write_text("5")
    yield
    assert time.process_time() - began < seconds
    assert _memory("VmHWM") - before < megabytes


def _memory(name: str) -> float:
    """A size of this process in megabytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))
