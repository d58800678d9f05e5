"""Runs measurements where a private database is up: started by ``__main__`` under ``./dev run``."""

import argparse
import sys
from pathlib import Path

from benchmarks.bench import ROUNDS, Bench
from benchmarks.finding import chosen
from benchmarks.outcome import json_line, table
from benchmarks.site import Site

__all__ = ["main"]


def main(words: list[str]) -> int:
    """Measure one after the other; the number of those that missed or broke, at most 1."""
    asked = arguments().parse_args(words)
    site = Site(Path(asked.folder))
    bench = Bench(site, asked.rounds, asked.rows)
    with bench.endings:
        bench.closing(site.served.stop)
        print("==> Preparing a site to measure", file=sys.stderr, flush=True)
        site.prepare()
        missed = [_one(bench, asked, name) for name in asked.names]
    return int(any(missed))


def _one(bench: Bench, asked: argparse.Namespace, name: str) -> bool:
    """Measure and tell; whether a must was missed."""
    (measurement,) = chosen(asked.kind, [name])
    print(f"==> {measurement.name}: {measurement.title}", file=sys.stderr, flush=True)
    try:
        outcome = measurement.run(bench)
    except RuntimeError:
        for log in bench.site.folder.glob("*.log"):
            print(f"{log.name}:\n{log.read_text('utf-8', 'replace')[-3000:]}", file=sys.stderr)
        raise
    print(table(outcome), file=sys.stderr if asked.json else sys.stdout, flush=True)
    print(json_line(outcome), flush=True)
    return outcome.passed is False


def arguments() -> argparse.ArgumentParser:
    """What ``__main__`` hands over."""
    parser = argparse.ArgumentParser(prog="./dev bench", add_help=False)
    parser.add_argument("kind")
    parser.add_argument("folder")
    parser.add_argument("names", nargs="+")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--rows", type=int)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
