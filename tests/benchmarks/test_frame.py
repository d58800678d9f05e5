"""The frame of ./dev bench and ./dev drill: what is found, how it is told, what is measured by."""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.loads import Load
from benchmarks.outcome import Goal, Outcome, json_line, table
from benchmarks.processes import cpu_seconds, forget_peaks, metered, peak_bytes
from benchmarks.revised import revised
from benchmarks.unrest import wrong
from tests.shared import shared_path

ROOT = Path(__file__).resolve().parents[2]
MEMBERS = {
    "name",
    "figures",
    "conditions",
    "must",
    "moonshot",
    "pass",
    "missed",
    "moonshots_reached",
}


def _run(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}", **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def _outcome(**changes: object) -> Outcome:
    goals = (Goal("rate", 0.6, 0.85, at_least=True), Goal("cost", 2.5))
    figures = {"rate": 0.7, "cost": 2.0}
    return Outcome(**{"name": "G0", "title": "", "figures": figures, "conditions": {}} | {
        "goals": goals, "checks": {"all_there": True},
    } | changes)  # fmt: skip


def test_benchmarks_and_drills_are_found_by_looking() -> None:
    names = [line.split()[0] for line in _run("bench", "--list").stdout.splitlines()]
    assert names == ["G1", "G3", "G4", "G5", "G6", "G7", "G16", "single"]
    assert _run("drill", "--list").stdout.startswith("kill ")


def test_what_does_not_exist_is_refused_with_what_does() -> None:
    answer = _run("drill", "S9")
    assert answer.returncode == 2
    assert "S9" in answer.stderr
    assert "kill" in answer.stderr


def test_an_outcome_is_one_line_with_its_verdict() -> None:
    line = json_line(_outcome())
    told = json.loads(line)
    assert "\n" not in line
    assert set(told) == MEMBERS
    assert told["must"] == {"rate": ">= 0.6", "cost": "<= 2.5", "all_there": "true"}
    assert told["moonshot"] == {"rate": ">= 0.85"}
    assert (told["pass"], told["missed"], told["moonshots_reached"]) == (True, [], [])


def test_a_miss_is_named() -> None:
    missed = _outcome(figures={"rate": 0.9, "cost": 3.0})
    assert (missed.passed, missed.missed, missed.moonshots) == (False, ["cost"], ["rate"])
    assert "MISSED: cost" in table(missed)


def test_too_small_a_run_has_no_verdict_but_a_false_check_has() -> None:
    assert _outcome(figures={"rate": 0.1, "cost": 3.0}, judged=False).passed is None
    assert _outcome(checks={"all_there": False}, judged=False).passed is False


# A child that is waited for, and the parent's own work; each says what it spent.
_BURN = """
import os, resource, sys, time
def burn(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        sum(range(1000))
child = os.fork()
if not child:
    burn(0.4)
    os._exit(0)
os.waitpid(child, 0)
burn(0.4)
print(time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]), flush=True)
sys.stdin.read()
"""


def test_cpu_time_of_a_tree_is_what_its_members_spent() -> None:
    with metered(tests=os.getpid()) as costs:
        process = subprocess.Popen(
            [sys.executable, "-c", _BURN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert process.stdin
        assert process.stdout
        told = float(process.stdout.readline())
        read = cpu_seconds(process.pid)
        process.stdin.close()
        process.wait()
    assert told >= 0.8
    assert read == pytest.approx(told, abs=0.05)
    assert costs.seconds["tests"] >= told - 0.05  # buried by now, and counted all the same


def test_the_peak_of_memory_starts_anew() -> None:
    block = 60 << 20
    held = bytearray(block)
    held[::4096] = b"x" * len(held[::4096])
    pid = os.getpid()
    high = peak_bytes(pid)
    del held
    forget_peaks([pid])
    low = peak_bytes(pid)
    assert high - low > block // 2
    held = bytearray(block)
    held[::4096] = b"x" * len(held[::4096])
    assert peak_bytes(pid) - low > block // 2


def test_a_walk_out_of_order_or_with_a_record_twice_is_noticed() -> None:
    late, early = datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    assert wrong([(late, "a"), (early, "b"), (early, "c")]) == 0
    assert wrong([(early, "a"), (late, "b")]) == 1
    assert wrong([(late, "a"), (early, "a")]) == 1


def test_revisions_are_in_the_bodies_and_the_newest_is_known() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    rows = [
        {"source_id": str(n), "occurred_at": (start + timedelta(hours=n)).isoformat(), "text": ""}
        for n in range(400)
    ]
    load = Load([b"".join(json.dumps(row).encode() + b"\n" for row in rows)], Path())
    told = revised(load, random.Random(3))
    lines = [json.loads(line) for body in told.bodies for line in body.splitlines()]
    newest: dict[str, int] = {}
    for line in lines:
        newest[line["source_id"]] = max(line["revision"], newest.get(line["source_id"], 0))
    assert newest == told.newest
    assert (len(lines), told.records) == (told.rows, 400)
    assert told.revisions > 0
    assert told.times == sorted(told.times, reverse=True)


@pytest.mark.reference
def test_the_generator_is_the_shared_one() -> None:
    shared = shared_path("bench", "make_records.py")
    assert (ROOT / "benchmarks" / "make_records.py").read_bytes() == shared.read_bytes()


@pytest.fixture
def beside_the_state() -> Iterator[Path]:
    """A folder that the database's own user can pass through, which pytest's are not."""
    with tempfile.TemporaryDirectory(prefix="t-", dir=os.environ["EGRET_STATE_DIR"]) as place:
        Path(place).chmod(0o711)
        yield Path(place)


@pytest.mark.slow
def test_a_tiny_run_measures_does_not_judge_and_leaves_nothing(beside_the_state: Path) -> None:
    words = ["bench", "G1", "G3", "--rounds", "2", "--rows", "2000", "--json"]
    answer = _run(*words, EGRET_STATE_DIR=str(beside_the_state))
    assert answer.returncode == 0, answer.stderr
    first, third = map(json.loads, answer.stdout.splitlines())
    assert (first["name"], third["name"]) == ("G1", "G3")
    assert first["pass"] is third["pass"] is None
    for stream in ("standard", "police110"):
        figures = {**first["figures"], **third["figures"]}
        assert figures[f"{stream}.records"] == 2000
        # At least the record and its key, and what a delivery leaves once.
        assert figures[f"{stream}.rows_written_per_record"] > 2
        assert figures[f"{stream}.push_per_s"] > 0
        assert figures[f"{stream}.cpu_of_copy_1"] > 0
    assert not list(beside_the_state.iterdir())
