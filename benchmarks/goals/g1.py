"""Bulk push through REST beside raw COPY of every row that the push wrote."""

from benchmarks import database
from benchmarks.bench import Bench, medians
from benchmarks.outcome import Goal, Outcome
from benchmarks.processes import metered
from benchmarks.rawcopy import Dump, copied, dumped

NAME = "G1"
TITLE = "records/s of 4 clients x 1,000 rows by REST / raw COPY of all rows written"
ROWS = 100_000
CLIENTS = 4
BATCH = 1000
STREAMS = {
    "standard": ["--format=standard", "--clean"],
    "police110": ["--dept=police110", "--clean"],
}


def run(bench: Bench) -> Outcome:
    """Rates of both, and their ratio."""
    figures: dict[str, float] = {}
    for stream, found in bench.once(push_beside_copy).items():
        figures |= {f"{stream}.{name}": value for name, value in found.items()}
    return Outcome(
        NAME,
        TITLE,
        figures,
        conditions(bench),
        goals=tuple(Goal(f"{stream}.of_copy_1", 0.60, 0.85, at_least=True) for stream in STREAMS),
        judged=bench.judged,
    )


def conditions(bench: Bench) -> dict[str, object]:
    """The circumstances of the run that G1 and G3 share."""
    return bench.conditions(rows=bench.rows(ROWS), clients=CLIENTS, batch=BATCH, encryption="on")


def push_beside_copy(bench: Bench) -> dict[str, dict[str, float]]:
    """By stream: rates, CPU per record and ratios, medians of the rounds."""
    return {stream: _stream(bench, stream, options) for stream, options in STREAMS.items()}


def _stream(bench: Bench, stream: str, options: list[str]) -> dict[str, float]:
    bodies = bench.load(*options, rows=bench.rows(ROWS), seed=1, batch=BATCH).bodies
    bench.site.door(stream)  # its key is no part of the push
    before, found = bench.site.reset(), _pushed(bench, stream, bodies)
    dump = dumped(before, batches=len(bodies))
    bench.say(f"{stream}: {dump.rows}, {dump.bytes / found['records']:.0f} bytes a record")
    rounds = []
    for number in range(bench.rounds):
        sides = [_push_side, _copy_side]
        found = {}
        for side in sides if number % 2 else reversed(sides):
            found |= side(bench, stream, bodies, dump)
        bench.say(f"{stream}, round {number + 1}: {_told(found)}")
        rounds.append(found | _ratios(found))
    return medians(rounds) | {
        "rows_written_per_record": sum(dump.rows.values()) / found["records"],
        "bytes_per_record": dump.bytes / found["records"],
    }


def _told(found: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:,.1f}" for name, value in found.items())


def _pushed(bench: Bench, stream: str, bodies: list[bytes]) -> dict[str, float]:
    """One push of everything into emptied tables."""
    pushed, costs = bench.pushed(stream, bodies, clients=CLIENTS)
    records = pushed.total("accepted")
    return {
        "records": records,
        "push_per_s": records / pushed.seconds,
        "push_us": costs.per(records),
        "push_us_web": costs.seconds["web"] / records * 1e6,
        "push_us_database": costs.seconds["database"] / records * 1e6,
        "request_p50_ms": pushed.quantile(0.5) * 1e3,
        "request_p99_ms": pushed.quantile(0.99) * 1e3,
    }


def _push_side(bench: Bench, stream: str, bodies: list[bytes], dump: Dump) -> dict[str, float]:
    bench.site.reset()
    return _pushed(bench, stream, bodies)


def _copy_side(bench: Bench, stream: str, bodies: list[bytes], dump: Dump) -> dict[str, float]:
    records = dump.rows["integration_record"]
    found = {}
    for connections in (1, 2):
        database.checkpoint()
        with metered(database=database.postmaster()) as costs:
            seconds = copied(dump, connections=connections)
        found[f"copy_{connections}_per_s"] = records / seconds
        found[f"copy_{connections}_us"] = costs.per(records)
    return found


def _ratios(found: dict[str, float]) -> dict[str, float]:
    return {
        "of_copy_1": found["push_per_s"] / found["copy_1_per_s"],
        "of_copy_2": found["push_per_s"] / found["copy_2_per_s"],
        "cpu_of_copy_1": found["push_us"] / found["copy_1_us"],
    }
