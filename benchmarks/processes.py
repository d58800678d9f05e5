"""What processes cost, read from /proc: CPU time of a whole tree, and peak memory."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = [
    "DIE_WITH_PARENT",
    "Costs",
    "children",
    "cpu_seconds",
    "forget_peaks",
    "metered",
    "peak_bytes",
    "tree",
]

_TICK = 1 / os.sysconf("SC_CLK_TCK")
# A started process ends with its starter, whatever kills that.
DIE_WITH_PARENT = ("setpriv", "--pdeathsig", "TERM", "--")
_PROC = Path("/proc")
# Fields of /proc/PID/stat behind the command's name, see proc(5).
_PARENT, _TIMES = 1, slice(11, 15)  # utime, stime, cutime, cstime


def _stat(pid: int) -> list[str]:
    """The fields behind the name; empty for a process that is gone."""
    try:
        text = (_PROC / str(pid) / "stat").read_text("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return []
    return text[text.rindex(")") + 2 :].split()


def tree(root: int) -> list[int]:
    """A process and all that descend from it and live."""
    offspring: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            offspring.setdefault(int(fields[_PARENT]), []).append(int(entry.name))
    found = [root]
    for pid in found:
        found.extend(offspring.get(pid, ()))
    return found


def children(root: int) -> list[int]:
    """The living direct children of a process."""
    return [pid for pid in tree(root) if (fields := _stat(pid)) and int(fields[_PARENT]) == root]


def cpu_seconds(root: int) -> float:
    """User and system time of a tree so far, its buried members included."""
    fields = (_stat(pid) for pid in tree(root))
    return sum(sum(map(int, one[_TIMES])) for one in fields if one) * _TICK


@dataclass
class Costs:
    """CPU seconds of some trees by name."""

    seconds: dict[str, float]

    @property
    def total(self) -> float:
        """All of them together."""
        return sum(self.seconds.values())

    def per(self, number: int) -> float:
        """Microseconds of all of them for one of ``number`` things."""
        return self.total / number * 1e6


@contextmanager
def metered(**roots: int) -> Iterator[Costs]:
    """CPU seconds that trees, named with their first process, spend inside the block."""
    costs = Costs({})
    before = {name: cpu_seconds(root) for name, root in roots.items()}
    yield costs
    costs.seconds = {name: cpu_seconds(root) - before[name] for name, root in roots.items()}


def forget_peaks(pids: list[int]) -> None:
    """Let the peak of resident memory start anew from what is resident now."""
    for pid in pids:
        (_PROC / str(pid) / "clear_refs").write_text("5")


def peak_bytes(pid: int) -> int:
    """The most resident memory since ``forget_peaks``."""
    for line in (_PROC / str(pid) / "status").read_text("utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise LookupError(f"process {pid} has no resident memory")
