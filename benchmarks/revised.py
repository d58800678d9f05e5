"""A load in which some records come twice: the revisions apart, the newer one often first."""

import json
from dataclasses import dataclass
from datetime import datetime
from random import Random

from benchmarks.loads import Load

__all__ = ["Told", "revised"]

_BATCH = 1000
_SHARE = 0.05
_FARTHEST = 20  # batches between two revisions of a record, at most


@dataclass(frozen=True)
class Told:
    """Bodies, and what must stand at the end.

    ``newest``: the revision by source id. ``times``: of occurrence as the list shows them, newest
    first.
    """

    bodies: list[bytes]
    rows: int
    newest: dict[str, int]
    times: list[datetime]

    @property
    def records(self) -> int:
        """Different records."""
        return len(self.newest)

    @property
    def revisions(self) -> int:
        """Records that came in a second revision."""
        return self.rows - self.records


def revised(load: Load, chance: Random) -> Told:
    """The rows of a load with revisions."""
    placed: list[tuple[float, bytes]] = []
    newest: dict[str, int] = {}
    times = []
    lines = (line for body in load.bodies for line in body.splitlines())
    for place, line in enumerate(lines):
        row = json.loads(line)
        times.append(datetime.fromisoformat(row["occurred_at"]))
        last = newest[row["source_id"]] = 2 if chance.random() < _SHARE else 1
        for revision in range(1, last + 1):
            apart = chance.uniform(-1, 1) * _FARTHEST * _BATCH if revision > 1 else 0.0
            changed = {**row, "revision": revision, "text": f"{row['text']} ({revision})"}
            placed.append((place + apart, json.dumps(changed, ensure_ascii=False).encode()))
    placed.sort(key=lambda one: one[0])
    starts = range(0, len(placed), _BATCH)
    bodies = [b"\n".join(line for _, line in placed[start : start + _BATCH]) for start in starts]
    return Told(bodies, len(placed), newest, sorted(times, reverse=True))
