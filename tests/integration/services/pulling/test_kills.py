"""A puller that is killed, and two that want the same source: with real commits and processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest
from django.db import connection, transaction

from core import clock
from core.clock import now
from integration.models import Delivery, Feed, PullAttempt, PullSource, Record
from integration.services.pulling import pull_due
from integration.services.pulling.leases import claim_due
from integration.services.pulling.running import _ONE_PULLER
from tests.cast import Cast
from tests.integration.services.pulling.conftest import allow, http, pulled, rows
from tests.integration.services.pulling.server import Reply, Source

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[4]


def _until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


def _waiting() -> bool:
    """Whether somebody waits for a lock in this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def test_kill_nine_between_the_answer_and_the_commit(
    database_url: str, source: Source, cast: Cast, set_up: Callable[..., PullSource]
) -> None:
    pages = {"1": rows("J1"), "2": rows("J2")}
    source.answer = lambda asked: Reply(pages.get(asked.query["page"][0], b""))
    allow(source)
    set_up(http(source, paging={"form": "page"}))
    environment = {**os.environ, "DATABASE_URL": database_url}
    with transaction.atomic():
        # Receiving takes this lock before it stores: the puller hangs there with its answer.
        list(Feed.objects.select_for_update().filter(key="police110"))
        puller = subprocess.Popen(
            [sys.executable, "manage.py", "pull", "police110"], cwd=ROOT, env=environment
        )
        try:
            _until(_waiting)
        finally:
            puller.send_signal(signal.SIGKILL)
            puller.wait(10)
    assert [one.query["page"][0] for one in source.asked] == ["1"]
    assert not Delivery.objects.exists()
    assert not PullAttempt.objects.exists()
    assert PullSource.objects.get().cursor == {}
    with clock.fixed(now() + clock.timedelta(minutes=11)):
        assert pulled().deliveries == 2
    assert Record.objects.filter(feed__key="police110").count() == 2
    # The same by command, to its end: nothing new, nothing twice.
    subprocess.run(
        [sys.executable, "manage.py", "pull", "police110"], cwd=ROOT, env=environment, check=True
    )
    assert Delivery.objects.count() == 2
    assert PullAttempt.objects.count() == 2


def test_two_workers_do_not_pull_one_source(
    committed_db: str, source: Source, cast: Cast, set_up: Callable[..., PullSource]
) -> None:
    allow(source)
    set_up(http(source))
    address = connection.settings_dict
    options = {key.lower(): address[key] for key in ("USER", "PASSWORD", "HOST", "PORT")}
    other = psycopg2.connect(dbname=committed_db, **options)
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_ONE_PULLER])
    assert pull_due() == 0  # another process has its turn
    assert source.asked == []
    other.close()
    assert claim_due() is not None
    assert claim_due() is None
    assert pull_due() == 0
    with clock.fixed(now() + clock.timedelta(minutes=11)):
        assert pull_due() == 1
