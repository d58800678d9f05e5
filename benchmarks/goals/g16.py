"""Memory: the peak of a web worker in one delivery of 100,000 records beside one of 1,000."""

from benchmarks.bench import Bench, medians
from benchmarks.clients import push
from benchmarks.outcome import Goal, Outcome
from benchmarks.processes import forget_peaks, peak_bytes

NAME = "G16"
TITLE = "peak resident memory of a web worker: one delivery of 100,000 records / of 1,000"
ROWS = 100_000
SMALL = 1000
_WARM = 16  # deliveries, so that the worker has done what it does only once
_MB = 1 << 20
_OPTIONS = ["--format=standard", "--clean"]


def run(bench: Bench) -> Outcome:
    """A fresh site each round: what once was needed stays with the process."""
    rows = bench.rows(ROWS)
    small = bench.load(*_OPTIONS, rows=SMALL * (_WARM + 4), seed=8, batch=SMALL).bodies
    (large,) = bench.load(*_OPTIONS, rows=rows, seed=9, batch=rows).bodies
    served, usual = bench.site.served, bench.site.served.environment
    # One worker, so that it is known who did it.
    served.environment = {**usual, "EGRET_WEB_PROCESSES": "1"}
    rounds = []
    for number in range(bench.rounds):
        served.stop()
        bench.site.reset()
        served.start()
        door = bench.site.door("standard")
        push(door, small[:_WARM], clients=4)
        found = {
            "peak_1k_mb": _peak(bench, small[_WARM:]),
            "peak_100k_mb": _peak(bench, [large]),
        }
        found["ratio"] = found["peak_100k_mb"] / found["peak_1k_mb"]
        bench.say(f"round {number + 1}: {found}")
        rounds.append(found)
    served.stop()
    served.environment = usual
    served.start()
    return Outcome(
        NAME,
        TITLE,
        {**medians(rounds), "body_100k_mb": len(large) / _MB, "body_1k_mb": len(small[0]) / _MB},
        bench.conditions(rows=rows, rows_small=SMALL, clients=1, workers=1),
        goals=(Goal("ratio", 1.5, 1.2),),
        judged=bench.judged,
    )


def _peak(bench: Bench, bodies: list[bytes]) -> float:
    """The worker's peak while the bodies were pushed one after the other, in MiB."""
    (worker,) = bench.site.served.workers
    forget_peaks([worker])
    push(bench.site.door("standard"), bodies, clients=1)
    return peak_bytes(worker) / _MB
