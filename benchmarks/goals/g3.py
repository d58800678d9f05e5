"""CPU time of the push beside CPU time of raw COPY: the run of G1, robust on a busy machine."""

from benchmarks.bench import Bench
from benchmarks.goals.g1 import STREAMS, conditions, push_beside_copy
from benchmarks.outcome import Goal, Outcome

NAME = "G3"
TITLE = "CPU/record of the bulk push (web + database) / CPU/record of raw COPY (database)"
_SHOWN = ("push_us", "push_us_web", "push_us_database", "copy_1_us", "cpu_of_copy_1")


def run(bench: Bench) -> Outcome:
    """Microseconds of CPU a record, and their ratio."""
    streams = bench.once(push_beside_copy)
    return Outcome(
        NAME,
        TITLE,
        {f"{stream}.{name}": streams[stream][name] for stream in STREAMS for name in _SHOWN},
        conditions(bench),
        goals=tuple(Goal(f"{stream}.cpu_of_copy_1", 2.5, 1.7) for stream in STREAMS),
        judged=bench.judged,
    )
