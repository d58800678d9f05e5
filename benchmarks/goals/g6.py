"""Rows that came before, in other batches and another order: CPU time beside their first push."""

import random

from benchmarks import database
from benchmarks.bench import Bench, medians
from benchmarks.outcome import Goal, Outcome

NAME = "G6"
TITLE = "CPU/record: the same rows again in other batches and order / first push"
ROWS = 50_000
BATCH = 1000
OTHER_BATCH = 900
CLIENTS = 4
STREAMS = {
    "standard": ["--format=standard", "--clean"],
    "police110": ["--dept=police110", "--clean"],
}
_RECORDS = ("integration_recordkey", "integration_record", "integration_recordversion")


def run(bench: Bench) -> Outcome:
    """First push and replay, alternating; statistics are renewed in between as vacuum would."""
    figures: dict[str, float] = {}
    checks: dict[str, bool] = {}
    rows = bench.rows(ROWS)
    for stream, options in STREAMS.items():
        bodies = bench.load(*options, rows=rows, seed=4, batch=BATCH).bodies
        bench.warm(stream, bodies)
        rounds = []
        for number in range(bench.rounds):
            found, unchanged = _round(bench, stream, bodies, _mixed(bodies, number))
            bench.say(f"{stream}, round {number + 1}: {found}")
            checks[f"{stream}.no_new_records"] = unchanged and checks.get(
                f"{stream}.no_new_records", True
            )
            rounds.append(found)
        figures |= {f"{stream}.{name}": value for name, value in medians(rounds).items()}
    return Outcome(
        NAME,
        TITLE,
        figures,
        bench.conditions(rows=rows, clients=CLIENTS, batch=BATCH, batch_again=OTHER_BATCH),
        goals=tuple(Goal(f"{stream}.ratio", 0.7, 0.4) for stream in STREAMS),
        checks=checks,
        judged=bench.judged,
    )


def _mixed(bodies: list[bytes], seed: int) -> list[bytes]:
    """All rows of the bodies, shuffled, in bodies of another length."""
    lines = [line for body in bodies for line in body.splitlines(keepends=True)]
    random.Random(seed).shuffle(lines)  # noqa: S311 - no secret
    starts = range(0, len(lines), OTHER_BATCH)
    return [b"".join(lines[start : start + OTHER_BATCH]) for start in starts]


def _round(
    bench: Bench, stream: str, bodies: list[bytes], again: list[bytes]
) -> tuple[dict[str, float], bool]:
    bench.site.reset()
    first, first_costs = bench.pushed(stream, bodies, clients=CLIENTS)
    database.settled()
    before = {name: rows for name, rows in database.counts().items() if name in _RECORDS}
    second, second_costs = bench.pushed(stream, again, clients=CLIENTS, whole=False)
    after = {name: rows for name, rows in database.counts().items() if name in _RECORDS}
    first_us = first_costs.per(first.total("received"))
    second_us = second_costs.per(second.total("received"))
    found = {
        "first_us": first_us,
        "again_us": second_us,
        "ratio": second_us / first_us,
        "first_per_s": first.total("received") / first.seconds,
        "again_per_s": second.total("received") / second.seconds,
    }
    same = second.total("duplicates") == second.total("received") == first.total("accepted")
    return found, before == after and same
