"""The worker: every batch and its clearing in one transaction, faults isolated, nothing twice."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection, connections

from core.errors import RuleBroken
from core.ids import uuid7, uuid7_batch
from departments.models import Task
from pipeline import worker
from pipeline.steps import STEPS, Step
from pipeline.waiting import drain_until_idle
from pipeline.worker import Tally, drain
from risk.models import Alert, CaseIncident, Incident, IncidentRecord, RiskCase, SubjectRecord
from tests.risk.calls import GAS, Call, push
from work.models import Heartbeat, WorkItem
from work.services import claim, enqueue

ROOT = Path(__file__).resolve().parents[2]


def _step(run: Callable[[Sequence[UUID]], None]) -> Step:
    return Step("associate", "t", "a", "b", "c", run=run, batch=50)


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Sequence[UUID]], None]], Tally]:
    """Let one step of the test's own be all that there is."""

    def use(run: Callable[[Sequence[UUID]], None]) -> Tally:
        monkeypatch.setattr(worker, "_RUN", (_step(run),))
        return Tally()

    return use


@pytest.mark.django_db
def test_a_poison_item_stands_alone(
    only: Callable[[Callable[[Sequence[UUID]], None]], Tally],
) -> None:
    ids = uuid7_batch(20)
    done: list[UUID] = []

    def run(given: Sequence[UUID]) -> None:
        if ids[7] in given:
            raise ValueError("bad")
        done.extend(given)

    tally = only(run)
    enqueue(step="associate", object_ids=ids)
    drain(tally)
    assert sorted(done) == sorted(set(ids) - {ids[7]})
    item = WorkItem.objects.get()
    assert (item.object_id, item.dead, item.attempts) == (ids[7], False, 1)
    assert "bad" in item.error
    assert tally.done["associate"] == 19


@pytest.mark.django_db
def test_an_error_that_no_retry_helps_is_a_dead_letter(
    only: Callable[[Callable[[Sequence[UUID]], None]], Tally],
) -> None:
    def run(given: Sequence[UUID]) -> None:
        raise RuleBroken("broken", "It is broken for %(who)s.", who="good")

    tally = only(run)
    enqueue(step="associate", object_ids=[uuid7()])
    drain(tally)
    item = WorkItem.objects.get()
    assert item.dead
    assert "It is broken for good." in item.error


@pytest.mark.django_db
def test_a_lost_lease_rolls_the_effect_back(
    only: Callable[[Callable[[Sequence[UUID]], None]], Tally],
) -> None:
    def run(given: Sequence[UUID]) -> None:
        enqueue(step="effect", object_ids=given)
        WorkItem.objects.filter(step="associate").update(lease=uuid7())

    tally = only(run)
    enqueue(step="associate", object_ids=[uuid7()])
    drain(tally)
    assert not WorkItem.objects.filter(step="effect").exists()
    assert tally.total == 0


@pytest.mark.django_db
def test_what_changes_meanwhile_is_owed_again(
    only: Callable[[Callable[[Sequence[UUID]], None]], Tally],
) -> None:
    runs: list[int] = []

    def run(given: Sequence[UUID]) -> None:
        runs.append(len(given))
        if len(runs) == 1:
            enqueue(step="associate", object_ids=given)

    tally = only(run)
    enqueue(step="associate", object_ids=[uuid7()])
    drain(tally)
    assert runs == [1, 1]
    assert not WorkItem.objects.exists()


@pytest.mark.django_db
def test_the_steps_are_the_flow_in_order() -> None:
    assert [one.name for one in STEPS] == [
        "receive", "standardise", "associate", "gather", "assess", "alert", "dispatch",
        "feed_back",
    ]  # fmt: skip
    push(*_calls(1))
    assert {one.name: one.pending() for one in STEPS if one.pending()} == {"associate": 1}


@pytest.mark.django_db
def test_a_batch_that_takes_too_long_is_halved(
    only: Callable[[Callable[[Sequence[UUID]], None]], Tally],
) -> None:
    def run(given: Sequence[UUID]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 100")
            cursor.execute("SELECT pg_sleep(%s)", [0.0 if len(given) < 5 else 2.0])

    tally = only(run)
    enqueue(step="associate", object_ids=uuid7_batch(8))
    drain(tally)
    assert tally.done["associate"] == 8
    assert not WorkItem.objects.exists()


def _calls(delivery: int, count: int = 40) -> list[Call]:
    """Fires and gas leaks at a few places; those at one place belong together."""
    return [
        Call(
            f"d{delivery}-{n}",
            minutes=delivery * 5 + n % 50,
            east=n % 8 * 700 + n % 3 * 20,
            category=GAS,
            severity=1 + n % 2,
        )
        for n in range(count)
    ]


def _sane() -> int:
    """Nothing owed, nothing twice, nothing missing; how many records are placed."""
    assert not WorkItem.objects.exists()
    records = IncidentRecord.objects.count()
    assert IncidentRecord.objects.values("record").distinct().count() == records
    assert sum(Incident.objects.values_list("record_count", flat=True)) == records
    assert SubjectRecord.objects.values("record").distinct().count() == records
    assert CaseIncident.objects.count() == Incident.objects.count()
    assert sum(RiskCase.objects.values_list("record_count", flat=True)) == records
    assert Alert.objects.values("source_id").distinct().count() == Alert.objects.count()
    assert Task.objects.count() == Alert.objects.filter(state="dispatched").count() > 0
    return records


def test_two_workers_at_once_do_everything_once(committed_db: str) -> None:
    for number in range(12):
        push(*_calls(number))
    errors: list[BaseException] = []
    # Threads have connections of their own, to the same database.
    settings = dict(connection.settings_dict)

    def work() -> None:
        try:
            connections["default"].settings_dict.update(settings)
            drain_until_idle()
        except BaseException as error:  # noqa: BLE001 - told by the test
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(90)
    assert not errors
    assert _sane() == 480


@pytest.fixture
def environment(database_url: str) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "EGRET_DEMO": "1",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
    }


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    """Start real workers; whatever still lives at the end is ended."""
    started: list[subprocess.Popen[bytes]] = []

    def run(*options: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "manage.py", "pipeline", *options]
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment))
        return started[-1]

    yield run
    for one in started:
        if one.poll() is None:
            one.kill()
            one.wait(10)


def _until(true: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.mark.slow
def test_kill_9_loses_nothing_and_repeats_nothing(
    committed_db: str, start: Callable[..., "subprocess.Popen[bytes]"]
) -> None:
    for number in range(20):
        push(*_calls(number))
    for _ in range(3):
        process = start("--until-idle", "--lease", "2")
        leased = WorkItem.objects.exclude(leased_until=None)
        _until(lambda p=process, q=leased: q.exists() or p.poll() is not None, 60)  # type: ignore[misc]
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    assert start("--until-idle", "--lease", "30").wait(120) == 0
    assert _sane() == 800


def test_the_negative_control_a_claim_without_its_work_stays_owed(committed_db: str) -> None:
    push(*_calls(0))
    claim(step="associate", limit=10, lease_seconds=60)
    drain(Tally())
    assert not Incident.objects.exists()
    assert WorkItem.objects.count() == 1


@pytest.mark.slow
def test_the_listening_worker_wakes_at_once_and_stops_cleanly(
    committed_db: str, start: Callable[..., "subprocess.Popen[bytes]"]
) -> None:
    process = start("--listen")
    _until(lambda: Heartbeat.objects.filter(name="worker").exists(), 60)
    began = time.monotonic()
    push(*_calls(0))
    _until(lambda: Task.objects.exists() and not WorkItem.objects.exists(), 10)
    assert time.monotonic() - began < 10  # far below the sweep's interval
    process.send_signal(signal.SIGTERM)
    assert process.wait(15) == 0
    _sane()
