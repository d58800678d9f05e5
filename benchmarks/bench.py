"""What a measurement works with: the site, its loads, and how long to measure."""

import os
import platform
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from typing import Any, TypeVar

from benchmarks import database
from benchmarks.clients import Pushed, push
from benchmarks.loads import Load, made
from benchmarks.processes import Costs, metered
from benchmarks.site import Site

__all__ = ["Bench", "medians", "middle"]

Found = TypeVar("Found")
ROUNDS = 5
_WARM = 8  # bodies


@dataclass
class Bench:
    """The run: ``rounds`` and ``size`` (rows) as asked, None for what each measurement wants."""

    site: Site
    rounds: int = ROUNDS
    size: int | None = None
    endings: ExitStack = field(default_factory=ExitStack)
    _known: dict[Callable[["Bench"], Any], Any] = field(default_factory=dict)

    def once(self, work: Callable[["Bench"], Found]) -> Found:
        """The result of some work that several measurements share."""
        if work not in self._known:
            self._known[work] = work(self)
        found: Found = self._known[work]
        return found

    def closing(self, act: Callable[[], None]) -> None:
        """Do something when the run ends."""
        self.endings.callback(act)

    def rows(self, wanted: int) -> int:
        """How many rows: what the measurement wants, unless something else was asked for."""
        return self.size or wanted

    @property
    def judged(self) -> bool:
        """Whether the run is large enough for a verdict."""
        return self.rounds >= ROUNDS and self.size is None

    def load(self, *options: str, rows: int, seed: int, batch: int = 1000) -> Load:
        """A load, see ``loads.made``."""
        folder = self.site.folder / "loads"
        return made(folder, rows=rows, seed=seed, batch=batch, options=list(options))

    def warm(self, feed: str, bodies: list[bytes]) -> None:
        """Let every worker do once what it does only once, then take away what came of it."""
        self.site.reset()
        push(self.site.door(feed), bodies[:_WARM], clients=4)
        self.site.reset()

    def pushed(
        self, feed: str, bodies: list[bytes], *, clients: int = 4, whole: bool = True
    ) -> tuple[Pushed, Costs]:
        """One push of bodies that are new to the site, and what it cost web and database.

        ``whole``: every row must become a new record. RuntimeError where it is otherwise.
        """
        door = self.site.door(feed)
        database.checkpoint()
        with metered(**self.site.roots()) as costs:
            pushed = push(door, bodies, clients=clients)
        if any(call.status == 200 for call in pushed.calls):
            raise RuntimeError("these bytes came before: the tables were not empty")
        records, rows = pushed.total("accepted"), pushed.total("received")
        if whole and records != rows:
            raise RuntimeError(f"only {records} of {rows} rows were accepted")
        return pushed, costs

    def conditions(self, **more: object) -> dict[str, object]:
        """Under what circumstances this was measured."""
        return {
            "date": datetime.now(UTC).date().isoformat(),
            "cores": os.cpu_count(),
            "load_average": round(os.getloadavg()[0], 2),
            "python": platform.python_version(),
            "postgresql": database.version().split()[0],
            "rounds": self.rounds,
            "worker": "none",
            "autovacuum": "off on the tables",
            **more,
        }

    def say(self, text: str) -> None:
        """One line of progress."""
        print(f"    {text}", file=sys.stderr, flush=True)


def middle(values: list[float]) -> float:
    """The median."""
    return float(median(values))


def medians(rounds: list[dict[str, float]]) -> dict[str, float]:
    """The median of each figure over the rounds."""
    return {name: middle([one[name] for one in rounds]) for name in rounds[0]}
