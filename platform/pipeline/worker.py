"""Running the steps: claim what is owed, do it, clear it, in one transaction per batch."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError, connection, transaction
from psycopg2.errors import QueryCanceled

from core.errors import fill
from pipeline.steps import STEPS, Step
from work.services import Claim, claim, fail, finish

log = logging.getLogger("egret.pipeline")
LEASE_SECONDS = 120
_RUN = tuple(one for one in STEPS if one.run)


class LeaseLostError(Exception):
    """Somebody else took the work over; what was done for it is rolled back."""


@dataclass
class Tally:
    """What was done of each step."""

    done: dict[str, int] = field(default_factory=lambda: {one.name: 0 for one in _RUN})
    seconds: dict[str, float] = field(default_factory=lambda: {one.name: 0.0 for one in _RUN})

    @property
    def total(self) -> int:
        """Work items done, of all steps."""
        return sum(self.done.values())

    def report(self) -> dict[str, dict[str, float]]:
        """The steps as the `pipeline` command prints them."""
        return {
            name: {"done": count, "seconds": round(self.seconds[name], 3)}
            for name, count in self.done.items()
        }


def drain(
    tally: Tally,
    *,
    stopped: Callable[[], bool] = lambda: False,
    pulse: Callable[[], None] = lambda: None,
    lease_seconds: int = LEASE_SECONDS,
) -> int:
    """Do all that is ready now, later steps first in line after each batch; how much was done.

    `pulse` is called between batches; when `stopped` says so the batch at hand is ended and no
    further one begun.
    """
    before = tally.total
    busy = True
    while busy and not stopped():
        busy = False
        for step in _RUN:
            while not stopped():
                pulse()
                claims = claim(step=step.name, limit=step.batch, lease_seconds=lease_seconds)
                if not claims:
                    break
                busy = True
                began = time.perf_counter()
                tally.done[step.name] += _attend(step, claims)
                tally.seconds[step.name] += time.perf_counter() - began
    return tally.total - before


def _attend(step: Step, claims: Sequence[Claim]) -> int:
    """Do claimed work; a batch that fails is halved until the item at fault stands alone."""
    try:
        _do(step, claims)
    except LeaseLostError:
        log.warning("%s: the lease of %s items was lost", step.name, len(claims))
        return 0
    except Exception as error:  # noqa: BLE001 - any fault of one item must not stop the others
        if len(claims) == 1 or _of_the_database(error):
            _give_back(step, claims, error)
            return 0
        middle = len(claims) // 2
        return _attend(step, claims[:middle]) + _attend(step, claims[middle:])
    return len(claims)


def _of_the_database(error: Exception) -> bool:
    """Whether no item is at fault: a lock, a lost connection.

    A time limit is no such thing: half of the work may stay within it.
    """
    lost = isinstance(error, OperationalError | InterfaceError)
    return lost and not isinstance(error.__cause__, QueryCanceled)


def _do(step: Step, claims: Sequence[Claim]) -> None:
    """The effect and the clearing of its work items, together or not at all."""
    assert step.run is not None  # noqa: S101 - only steps that run are claimed
    with transaction.atomic():
        step.run([one.object_id for one in claims])
        if finish(claims) < len(claims):
            raise LeaseLostError


def _give_back(step: Step, claims: Sequence[Claim], error: Exception) -> None:
    """Later again, or to the dead letters where the error says that no retry can help."""
    log.warning("%s: %s items failed: %r", step.name, len(claims), error)
    if not connection.is_usable():
        connection.close()
    text = fill(str(error), getattr(error, "detail", {}))
    retry = bool(getattr(error, "retryable", True))
    fail(claims, error=f"{type(error).__name__}: {text}", retry=retry)
