"""Reading again while people settle the same rows."""

import threading
import time

from django.db import connection, connections, transaction

from audit.domain import SYSTEM
from integration.models import Problem, Record
from integration.services import load_profile, restandardise
from tests.integration.services.conftest import DOCUMENT, call, push

_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def _waits_for(seconds: float) -> bool:
    """Whether somebody comes to wait for a lock in the time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute(_WAITING)
            if cursor.fetchone()[0]:
                return True
        time.sleep(0.02)
    return False


def test_a_row_that_is_discarded_meanwhile_is_not_stored(committed_db: str):
    times = {**DOCUMENT["occurred_at"], "form": "%Y-%m-%d"}
    load_profile(document={**DOCUMENT, "occurred_at": times}, actor=SYSTEM)
    push(call("F1"))
    load_profile(document=DOCUMENT, actor=SYSTEM)
    found: list[int] = []

    def read_again() -> None:
        try:
            found.extend(one.released for one in restandardise(feed_key="police110", actor=SYSTEM))
        finally:
            connections.close_all()

    reader = threading.Thread(target=read_again)
    with transaction.atomic():
        Problem.objects.filter(settlement="open").update(settlement="discarded")
        reader.start()
        assert _waits_for(20)
    reader.join(60)
    assert (found, Record.objects.count()) == ([0], 0)
