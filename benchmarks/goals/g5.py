"""One record a request beside the idiomatic application: CPU time and the slowest requests."""

import json

from benchmarks import database
from benchmarks.bench import Bench, medians
from benchmarks.clients import Door, push
from benchmarks.gcj import shifted
from benchmarks.goals.g4 import peer_of
from benchmarks.outcome import Goal, Outcome
from benchmarks.processes import metered

NAME = "G5"
TITLE = "single POST: product / idiomatic DRF, CPU a request and p99"
ROWS = 1000
CLIENTS = 4
_WARM = 80


def run(bench: Bench) -> Outcome:
    """Both sides in turn, 4 clients that keep their connections."""
    rows = bench.rows(ROWS)
    load = bench.load("--format=standard", "--clean", rows=rows + _WARM, seed=3, batch=1)
    bodies = shifted(load.bodies)
    peer = bench.once(peer_of)
    rounds = []
    for number in range(bench.rounds):
        bench.site.reset()
        peer.reset()
        sides = [
            ("product", bench.site.door("standard_gcj"), bench.site.roots()),
            ("idiomatic", peer.door(), peer.roots()),
        ]
        found: dict[str, float] = {}
        for name, door, roots in sides if number % 2 else reversed(sides):
            found |= _side(name, door, roots, bodies)
        found["cpu"] = found["product_ms"] / found["idiomatic_ms"]
        found["p99"] = found["product_p99_ms"] / found["idiomatic_p99_ms"]
        stored = database.counts()["integration_record"], peer.rows()
        if stored != (len(bodies), len(bodies)):
            raise RuntimeError(f"stored were {stored} records of {len(bodies)}")
        bench.say(f"round {number + 1}: {found}")
        rounds.append(found)
    return Outcome(
        NAME,
        TITLE,
        medians(rounds),
        bench.conditions(rows=rows, clients=CLIENTS, batch=1),
        goals=(Goal("cpu", 0.6, 0.3), Goal("p99", 1.0)),
        judged=bench.judged,
    )


def _side(name: str, door: Door, roots: dict[str, int], bodies: list[bytes]) -> dict[str, float]:
    if name == "idiomatic":
        bodies = [json.dumps(json.loads(body)).encode() for body in bodies]
    push(door, bodies[:_WARM], clients=CLIENTS)
    database.checkpoint()
    with metered(**roots) as costs:
        pushed = push(door, bodies[_WARM:], clients=CLIENTS)
    requests = len(pushed.calls)
    return {
        f"{name}_ms": costs.total / requests * 1e3,
        f"{name}_ms_web": costs.seconds["web"] / requests * 1e3,
        f"{name}_ms_database": costs.seconds["database"] / requests * 1e3,
        f"{name}_per_s": requests / pushed.seconds,
        f"{name}_p50_ms": pushed.quantile(0.5) * 1e3,
        f"{name}_p99_ms": pushed.quantile(0.99) * 1e3,
    }
