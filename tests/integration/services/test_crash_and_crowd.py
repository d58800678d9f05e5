"""What only real commits show: crashes, two deliveries at once, and the bounds of memory."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import connection, connections

from integration.models import Delivery, Feed, Problem, Record, RecordKey, RecordVersion
from integration.services import receiving
from tests.conftest import ROOT
from tests.integration.domain.samples import lines
from tests.integration.services.conftest import call, push

_KILLED = """
import sys
sys.path[:0] = [{root!r}, {platform!r}]
import django
django.setup()
import os, signal
from audit.domain import SYSTEM
from integration.services import receive, receiving
if {crash}:
    # The last thing before COMMIT: everything has been written.
    written = receiving.write
    receiving.write = lambda given: (written(given), os.kill(os.getpid(), signal.SIGKILL))
receive(feed_key="police110", body=open({file!r}, "rb").read(), sender=SYSTEM)
"""


def _receive_elsewhere(file: Path, url: str, *, crash: bool) -> int:
    """Receive a file in a process of its own, killed just before COMMIT if asked."""
    code = _KILLED.format(
        root=str(ROOT), platform=str(ROOT / "platform"), file=str(file), crash=crash
    )
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.run([sys.executable, "-c", code], env=env, check=False).returncode


def test_a_crash_before_commit_leaves_nothing_and_the_retry_stores_all(
    committed_db: str, database_url: str, tmp_path: Path
):
    file = tmp_path / "rows.ndjson"
    file.write_bytes(lines([call(f"K{n}") for n in range(50)] + [call("")]))
    assert _receive_elsewhere(file, database_url, crash=True) == -signal.SIGKILL
    for model in (Delivery, Problem, Record, RecordKey, RecordVersion):
        assert model.objects.count() == 0
    assert _receive_elsewhere(file, database_url, crash=False) == 0
    assert Record.objects.count() == 50
    answer = push(body=file.read_bytes())
    assert (answer.replay, answer.body["accepted"]) == (True, 50)


def _together(*pushes) -> list[object]:
    """Run pushes in threads of their own, started at once; gives their answers or errors."""
    start, found = threading.Barrier(len(pushes)), [None] * len(pushes)

    def run(place: int) -> None:
        start.wait()
        try:
            found[place] = pushes[place]()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            found[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(pushes))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def test_a_new_record_sent_by_many_at_once_is_stored_once_and_updated(committed_db: str):
    answers = _together(*[lambda n=n: push(call("A1", BJNR=f"第{n}份")) for n in range(6)])
    assert sorted(one.body["accepted"] for one in answers) == [0, 0, 0, 0, 0, 1]
    assert sum(one.body["updated"] for one in answers) == 5
    assert Record.objects.get().version == 6


def test_one_row_is_stored_over_a_connection_that_is_new_or_was_lost(committed_db: str):
    push(call("A1"))
    feed = Feed.objects.get(key="police110")
    connection.close()
    assert push(call("A2"), feed=feed).body["accepted"] == 1
    assert Record.objects.count() == 2


def test_the_same_delivery_sent_twice_at_once_is_stored_once(committed_db: str):
    body = lines(call(f"T{n}") for n in range(300))
    answers = _together(*[lambda: push(body=body)] * 4)
    assert sorted(answer.status for answer in answers) == [200, 200, 200, 201]
    assert len({answer.body["id"] for answer in answers}) == 1
    assert (Delivery.objects.count(), Record.objects.count()) == (1, 300)


def test_the_same_ids_in_opposite_orders_at_once_neither_deadlock_nor_double(
    committed_db: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("integration.domain.formats.CHUNK_ROWS", 50)
    ids = [f"X{n:03d}" for n in range(300)]
    forth = lines(call(one, JQDJ="1") for one in ids)
    back = lines(call(one, JQDJ="2") for one in reversed(ids))
    answers = _together(lambda: push(body=forth), lambda: push(body=back))
    totals = [answer.body for answer in answers]
    assert sum(one["accepted"] for one in totals) == 300
    assert sum(one["updated"] for one in totals) == 300
    assert RecordKey.objects.count() == Record.objects.count() == RecordVersion.objects.count()
    # One of the two came second as a whole.
    assert len(set(Record.objects.values_list("severity", flat=True))) == 1


def test_without_the_lock_the_same_would_go_wrong(
    committed_db: str, monkeypatch: pytest.MonkeyPatch
):
    """The control of the test before it: the lock is what keeps order."""
    monkeypatch.setattr("integration.domain.formats.CHUNK_ROWS", 10)
    monkeypatch.setattr(receiving._Push, "_lock", lambda push: setattr(push, "locked", True))
    ids = [f"X{n:03d}" for n in range(300)]
    forth = lines(call(one, JQDJ="1") for one in ids)
    back = lines(call(one, JQDJ="2") for one in reversed(ids))
    for _ in range(3):
        answers = _together(lambda: push(body=forth), lambda: push(body=back))
        if any(isinstance(one, Exception) for one in answers):
            return
        if len(set(Record.objects.values_list("severity", flat=True))) > 1:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM integration_recordversion; DELETE FROM integration_record;"
                "DELETE FROM integration_recordkey; DELETE FROM integration_problem;"
                "DELETE FROM integration_deliverybody; DELETE FROM integration_delivery"
            )
    pytest.fail("three races went well without the lock: the test above proves nothing")
