"""One record created through REST: CPU time and SQL statements."""

import re
from collections import Counter
from pathlib import Path

from benchmarks import database
from benchmarks.bench import Bench, medians
from benchmarks.clients import push
from benchmarks.outcome import Goal, Outcome

NAME = "single"
TITLE = "one record created through REST: ms of CPU, SQL statements"
ROWS = 1000
CLIENTS = 4
STREAMS = {
    "standard": ["--format=standard", "--clean"],
    "police110": ["--dept=police110", "--clean"],
}
_WARM = 100
_COUNTED = 20
# A statement of several lines begins behind the colon or on the next line, which has a tab first.
_SPOKEN = re.compile(r" LOG:  (?:statement|execute [^:]*):\s*(.*)")
_CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET ")


def run(bench: Bench) -> Outcome:
    """Figures by stream."""
    figures: dict[str, float] = {}
    rows = bench.rows(ROWS)
    for stream, options in STREAMS.items():
        wanted = _WARM + rows * bench.rounds + _COUNTED
        bodies = bench.load(*options, rows=wanted, seed=5, batch=1).bodies
        bench.site.reset()
        push(bench.site.door(stream), bodies[:_WARM])
        starts = range(_WARM, _WARM + rows * bench.rounds, rows)
        rounds = [_round(bench, stream, bodies[start : start + rows]) for start in starts]
        found = medians(rounds) | {"statements": _statements(bench, stream, bodies[-_COUNTED:])}
        figures |= {f"{stream}.{name}": value for name, value in found.items()}
    return Outcome(
        NAME,
        TITLE,
        figures,
        bench.conditions(
            rows=rows, clients=CLIENTS, batch=1, counted="without BEGIN, COMMIT and the like"
        ),
        goals=tuple(goal for stream in STREAMS for goal in _goals(stream)),
        judged=bench.judged,
    )


def _goals(stream: str) -> tuple[Goal, Goal]:
    return Goal(f"{stream}.cpu_ms", 6.0), Goal(f"{stream}.statements", 8)


def _round(bench: Bench, stream: str, bodies: list[bytes]) -> dict[str, float]:
    pushed, costs = bench.pushed(stream, bodies, clients=CLIENTS)
    return {
        "cpu_ms": costs.total / len(bodies) * 1e3,
        "cpu_ms_web": costs.seconds["web"] / len(bodies) * 1e3,
        "cpu_ms_database": costs.seconds["database"] / len(bodies) * 1e3,
        "per_s": len(bodies) / pushed.seconds,
        "p50_ms": pushed.quantile(0.5) * 1e3,
        "p99_ms": pushed.quantile(0.99) * 1e3,
    }


def _statements(bench: Bench, stream: str, bodies: list[bytes]) -> float:
    """Statements of one request as the server's own log tells them, without those of transactions.

    A text of several statements is logged once: it is one way there and back.
    """
    first, counted = bodies[: len(bodies) // 2], bodies[len(bodies) // 2 :]
    door = bench.site.door(stream)
    with database.superuser() as cursor:
        cursor.execute("ALTER SYSTEM SET log_statement = 'all'")
        cursor.execute("SELECT pg_reload_conf()")
        cursor.execute("SELECT current_setting('data_directory'), pg_current_logfile()")
        row = cursor.fetchone()
        log = Path(*row) if row else Path()
        # A connection learns of it between two statements.
        push(door, first, clients=1)
        size = log.stat().st_size
        push(door, counted, clients=1)
        text = log.read_bytes()[size:].decode("utf-8", "replace")
        cursor.execute("ALTER SYSTEM RESET log_statement")
        cursor.execute("SELECT pg_reload_conf()")
    work = [one for one in _SPOKEN.findall(text) if not one.startswith(_CONTROL)]
    for statement, times in Counter(one[:70] for one in work).most_common():
        bench.say(f"{stream}: {times / len(counted):.1f} x {statement}")
    return len(work) / len(counted)
