"""Draining until nothing is owed, items that wait for their next attempt included."""

import time
from collections.abc import Callable

from pipeline.worker import LEASE_SECONDS, Tally, drain
from work.selectors import waiting

_REST_S = 0.5


def drain_until_idle(
    *, pulse: Callable[[], None] = lambda: None, lease_seconds: int = LEASE_SECONDS
) -> Tally:
    """Do everything that is owed; waits for retries and for leases of others to end."""
    tally = Tally()
    while True:
        drain(tally, pulse=pulse, lease_seconds=lease_seconds)
        if not sum(waiting().values()):
            return tally
        time.sleep(_REST_S)
