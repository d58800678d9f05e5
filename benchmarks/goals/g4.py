"""Bulk push beside the idiomatic application's list of records: CPU time a record."""

import json

from benchmarks import database
from benchmarks.bench import Bench, medians
from benchmarks.clients import push
from benchmarks.gcj import shifted
from benchmarks.outcome import Goal, Outcome
from benchmarks.peer import Peer
from benchmarks.processes import metered

NAME = "G4"
TITLE = "CPU/record: idiomatic DRF many=True / bulk push, 1,000 rows a request"
ROWS = 20_000
PEER_ROWS = 8_000
BATCH = 1000
CLIENTS = 4


def run(bench: Bench) -> Outcome:
    """Both sides in turn."""
    rows = bench.rows(ROWS)
    bodies = shifted(bench.load("--format=standard", "--clean", rows=rows, seed=2).bodies)
    lists = [json.dumps([json.loads(row) for row in body.splitlines()]).encode() for body in bodies]
    peer = bench.once(peer_of)
    rounds = []
    for number in range(bench.rounds):
        if number % 2:
            found = _product(bench, bodies) | _peer(bench, peer, lists)
        else:
            found = _peer(bench, peer, lists) | _product(bench, bodies)
        found["times_cheaper"] = found["idiomatic_us"] / found["product_us"]
        bench.say(f"round {number + 1}: {found}")
        rounds.append(found)
    return Outcome(
        NAME,
        TITLE,
        medians(rounds),
        bench.conditions(
            rows=rows, rows_idiomatic=len(lists) * BATCH, clients=CLIENTS, batch=BATCH
        ),
        goals=(Goal("times_cheaper", 20, 35, at_least=True),),
        judged=bench.judged,
    )


def peer_of(bench: Bench) -> Peer:
    """The idiomatic application, started once a run."""
    peer = Peer.started(bench.site.folder)
    bench.closing(peer.served.stop)
    return peer


def _product(bench: Bench, bodies: list[bytes]) -> dict[str, float]:
    bench.warm("standard_gcj", bodies)
    pushed, costs = bench.pushed("standard_gcj", bodies, clients=CLIENTS)
    records = pushed.total("accepted")
    return {
        "product_us": costs.per(records),
        "product_per_s": records / pushed.seconds,
    }


def _peer(bench: Bench, peer: Peer, lists: list[bytes]) -> dict[str, float]:
    chosen = lists[: max(1, PEER_ROWS // BATCH)]
    peer.reset()
    push(peer.door(), [json.dumps(json.loads(one)[:1]).encode() for one in chosen[:8]])
    peer.reset()
    database.checkpoint()
    with metered(**peer.roots()) as costs:
        pushed = push(peer.door(), chosen, clients=min(CLIENTS, len(chosen)))
    records = peer.rows()
    return {
        "idiomatic_us": costs.per(records),
        "idiomatic_us_web": costs.seconds["web"] / records * 1e6,
        "idiomatic_us_database": costs.seconds["database"] / records * 1e6,
        "idiomatic_per_s": records / pushed.seconds,
    }
