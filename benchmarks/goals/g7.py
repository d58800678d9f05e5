"""A push with one bad row in a hundred beside a clean one; every defect is told by its line."""

from typing import Any

from benchmarks.bench import Bench, medians
from benchmarks.clients import Pushed
from benchmarks.outcome import Goal, Outcome

NAME = "G7"
TITLE = "throughput with 1 % bad rows / clean; every defect reported by line"
ROWS = 50_000
BATCH = 1000
CLIENTS = 4
_DEPARTMENT = "police110"
_BAD = ["--dept=police110", "--bad=0.01", "--dup=0", "--update=0", "--late=0"]
# The generator's defects, and what a receiver says of such a row.
_CODES = {
    "bad_time": "bad_time",
    "future_time": "future_time",
    "bad_code": "bad_code",
    "no_coord": "no_coordinates",
    "swapped_coord": "coordinates_swapped",
    "out_of_city": "coordinates_out_of_area",
    "bad_number": "bad_number",
    "missing_id": "missing_id",
    "control_chars": "control_characters",
    "truncated_json": "malformed_row",
}
_MOST_TOLD = 100  # problems that an answer shows

Told = dict[tuple[int, int], set[str]]


def run(bench: Bench) -> Outcome:
    """Clean and bad in turn."""
    rows = bench.rows(ROWS)
    clean = bench.load("--dept=police110", "--clean", rows=rows, seed=6, batch=BATCH).bodies
    load = bench.load(*_BAD, rows=rows, seed=7, batch=BATCH)
    expected = _expected(load.truth)
    bench.warm(_DEPARTMENT, load.bodies)
    rounds, right = [], True
    for number in range(bench.rounds):
        found: dict[str, float] = {}
        sides = [("clean", clean), ("bad", load.bodies)]
        for name, bodies in sides if number % 2 else reversed(sides):
            bench.site.reset()
            pushed, costs = bench.pushed(
                _DEPARTMENT, bodies, clients=CLIENTS, whole=name == "clean"
            )
            found[f"{name}_us"] = costs.per(pushed.total("received"))
            found[f"{name}_per_s"] = pushed.total("received") / pushed.seconds
            if name == "bad":
                right = right and _told(pushed) == expected
        found["throughput"] = found["bad_per_s"] / found["clean_per_s"]
        found["cpu_form"] = found["clean_us"] / found["bad_us"]
        bench.say(f"round {number + 1}: {found}")
        rounds.append(found)
    return Outcome(
        NAME,
        TITLE,
        {**medians(rounds), "defects": len(expected)},
        bench.conditions(rows=rows, clients=CLIENTS, batch=BATCH, stream=_DEPARTMENT, bad=0.01),
        goals=(
            Goal("throughput", 0.85, 0.97, at_least=True),
            Goal("cpu_form", 0.85, 0.97, at_least=True),
        ),
        checks={"every_defect_by_line_and_nothing_else": right},
        judged=bench.judged,
    )


def _expected(truth: list[dict[str, Any]]) -> Told:
    """The code of each spoilt row, by the number of its body and its line."""
    return {
        (int(row["file"].split("/")[1]) - 1, row["line"]): {_CODES[row["defect"]]}
        for row in truth
        if row["defect"]
    }


def _told(pushed: Pushed) -> Told:
    """What the answers say of each row."""
    told: Told = {}
    for call in pushed.calls:
        problems = call.answer["problems"]
        if len(problems) >= _MOST_TOLD:
            raise RuntimeError("the answer shows only a part of its problems: take fewer rows")
        for problem in problems:
            told.setdefault((call.number, problem["line"]), set()).add(problem["code"])
    return told
