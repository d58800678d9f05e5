"""Benchmarks and drills, found by looking: a file with ``NAME``, ``TITLE`` and ``run``."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.outcome import Outcome

if TYPE_CHECKING:
    from benchmarks.bench import Bench

__all__ = ["FOLDERS", "Measurement", "chosen", "found"]

FOLDERS = {"bench": "goals", "drill": "drills"}
_PIECES = re.compile(r"(\d+)")


@dataclass(frozen=True)
class Measurement:
    """One file: its name, what it is about, and how to run it."""

    name: str
    title: str
    run: "Callable[[Bench], Outcome]"


def found(kind: str) -> list[Measurement]:
    """Everything there is of a kind (``bench`` or ``drill``), G2 before G10."""
    folder = FOLDERS[kind]
    files = (Path(__file__).parent / folder).glob("[!_]*.py")
    modules = [import_module(f"benchmarks.{folder}.{path.stem}") for path in files]
    measurements = [Measurement(one.NAME, one.TITLE, one.run) for one in modules]
    return sorted(measurements, key=lambda one: _order(one.name))


def chosen(kind: str, names: list[str]) -> list[Measurement]:
    """Those named, in the order of ``found``; all of them without names. LookupError if unknown."""
    there = found(kind)
    wanted = {name.casefold() for name in names}
    unknown = [name for name in names if name.casefold() not in _folded(there)]
    if unknown:
        known = ", ".join(one.name for one in there) or "none"
        raise LookupError(f"there is no {kind} {', '.join(unknown)}; there are: {known}")
    return [one for one in there if not wanted or one.name.casefold() in wanted]


def _folded(measurements: list[Measurement]) -> set[str]:
    return {one.name.casefold() for one in measurements}


def _order(name: str) -> list[tuple[int, str]]:
    return [(int(piece), "") if piece.isdigit() else (0, piece) for piece in _PIECES.split(name)]
