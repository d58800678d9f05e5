"""``./dev bench`` and ``./dev drill``: a private site in a directory of its own, then measure."""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import FrameType
from typing import NoReturn

from benchmarks.bench import ROUNDS
from benchmarks.finding import FOLDERS, chosen
from benchmarks.processes import DIE_WITH_PARENT

__all__ = ["main"]

_ROOT = Path(__file__).resolve().parents[1]
# The private site must not reach what the caller's environment names.
_OTHERS = ("DATABASE_URL", "DATABASE_OWNER_URL", "EGRET_KEYRING", "EGRET_DEMO", "EGRET_SECRET_KEY")


def main(words: list[str]) -> int:
    """Say what there is, or measure what is asked for."""
    asked = _arguments().parse_args(words)
    try:
        measurements = chosen(asked.kind, asked.names)
    except LookupError as error:
        print(f"dev: {error.args[0]}", file=sys.stderr)
        return 2
    if asked.list or not measurements:
        for one in measurements:
            print(f"{one.name:<8}{one.title}")
        return _none(asked.kind) if not measurements else 0
    names = [one.name for one in measurements]
    if asked.keep:
        asked.keep.mkdir(parents=True, exist_ok=True)
        return _inside(asked, asked.keep.resolve(), names)
    # Beside the real database, on the same disk: memory is not a disk.
    parent = os.environ["EGRET_STATE_DIR"]
    with tempfile.TemporaryDirectory(prefix="bench-", dir=parent) as place:
        return _inside(asked, Path(place), names)


def _none(kind: str) -> int:
    print(f"dev: there is no {kind} yet", file=sys.stderr)
    return 2


def _inside(asked: argparse.Namespace, place: Path, names: list[str]) -> int:
    """Run ``inside`` by a ./dev of its own, which starts and stops the private database."""
    environment = {name: value for name, value in os.environ.items() if not _foreign(name)}
    environment["EGRET_STATE_DIR"] = str(place)
    options = [f"--rounds={asked.rounds}"]
    options += [f"--rows={asked.rows}"] if asked.rows else []
    options += ["--json"] if asked.json else []
    folder = place / "bench"
    folder.mkdir(exist_ok=True)
    inside = ["python", "-m", "benchmarks.inside", asked.kind, str(folder), *names, *options]
    command = [*DIE_WITH_PARENT, str(_ROOT / "dev"), "run", *inside]
    process = subprocess.Popen(command, cwd=_ROOT, env=environment)
    try:
        return process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def _foreign(name: str) -> bool:
    return name in _OTHERS or name.removesuffix("_FILE") in _OTHERS


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./dev", description="Measure the served product.")
    parser.add_argument("kind", choices=list(FOLDERS))
    parser.add_argument("names", nargs="*", metavar="NAME", help="which ones; all without")
    parser.add_argument("--json", action="store_true", help="only JSON lines on standard output")
    parser.add_argument("--list", action="store_true", help="say what there is and end")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="fewer cannot judge")
    parser.add_argument("--rows", type=int, help="another number of rows a round; cannot judge")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the private site there")
    return parser


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    sys.exit(main(sys.argv[1:]))
