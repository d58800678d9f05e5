"""A sample as columns: every path of its rows, with its values and what can be told of them."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from integration.domain.rows import Column as Numbers
from integration.domain.rows import Flags
from integration.domain.values import numbers, texts

__all__ = ["Column", "columns_of", "hinted", "hints", "words_of"]

_MOST_PATHS = 200
_DEEPEST = 6
_ADDRESSABLE = re.compile(r"[^.\[\]\x00]+")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[一-鿿]+")
_SHORTEST_STEM = 3


@dataclass(frozen=True)
class Column:
    """One path of the sample; ``values``: one a row, None where the row has none."""

    path: str
    values: Sequence[object]

    @cached_property
    def texts(self) -> list[str]:
        """Each value as receiving would read it."""
        return texts(self.values)

    @cached_property
    def filled(self) -> Flags:
        """Which rows have a value."""
        return np.array([bool(text) for text in self.texts], dtype=bool)

    @cached_property
    def share(self) -> float:
        """The share of rows that have a value."""
        return float(self.filled.mean()) if len(self.filled) else 0.0

    @cached_property
    def counts(self) -> "Counter[str]":
        """How often each text stands there, the empty one left out."""
        return Counter(text for text in self.texts if text)

    @cached_property
    def told(self) -> list[str]:
        """The texts of the rows that have one."""
        return [text for text in self.texts if text]

    @cached_property
    def numbers(self) -> Numbers:
        """Each value as a number, NaN where it is none."""
        return numbers([None if isinstance(one, bool) else one for one in self.values])[0]

    @cached_property
    def numeric(self) -> float:
        """The share of values that are numbers."""
        if not self.filled.any():
            return 0.0
        return float(np.isfinite(self.numbers[self.filled]).mean())

    @cached_property
    def kind(self) -> str:
        """What most values are: text, number, boolean, list, object, mixed or empty."""
        kinds = Counter(_kind(one) for one in self.values if one is not None and one != "")
        if not kinds:
            return "empty"
        name, count = kinds.most_common(1)[0]
        return name if count >= 0.9 * sum(kinds.values()) else "mixed"

    @cached_property
    def length(self) -> float:
        """The mean length of its texts."""
        return sum(map(len, self.told)) / len(self.told) if self.told else 0.0

    @cached_property
    def inner(self) -> bool:
        """Whether it lies inside a list of objects."""
        return "[]" in self.path

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of its path, in small letters, the last step's first."""
        steps = self.path.replace("[]", "").split(".")
        return tuple(word for step in reversed(steps) for word in words_of(step))


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "text"
    return "list" if isinstance(value, list) else "object"


def words_of(name: str) -> list[str]:
    """The words of a name: ``visitDate`` → visit, date; ``BJSJ`` → bjsj; 经度 as it is."""
    return [word.lower() for word in _WORD.findall(name)]


def hints(*lines: str) -> tuple[str, ...]:
    """The words of some lines."""
    return tuple(word for line in lines for word in line.split())


def hinted(column: Column, words: Sequence[str]) -> float:
    """How much a path's name speaks for something: 1 by a word of its own, 0.6 inside one.

    Chinese hints count anywhere in the name, Latin ones of three letters on at a word's edge.
    """
    last = column.path.replace("[]", "").rsplit(".", 1)[-1].lower()
    best = 0.0
    for hint in words:
        if not hint.isascii():
            found = 1.0 if hint in last else 0.0
        elif hint in column.words or hint == last:
            found = 1.0
        elif len(hint) >= _SHORTEST_STEM and (last.startswith(hint) or last.endswith(hint)):
            found = 0.6
        else:
            found = 0.0
        best = max(best, found)
    return best


def columns_of(rows: Sequence[Mapping[str, object]], *, tabular: bool) -> list[Column]:
    """The columns of rows in the order in which their paths appear.

    ``tabular``: names are columns and have no paths inside. Bounded in number and depth; what a
    path cannot address is left out.
    """
    found: dict[str, list[object]] = {}
    for place, row in enumerate(rows):
        for path, value in _leaves(row, tabular):
            column = found.get(path)
            if column is None:
                if len(found) >= _MOST_PATHS:
                    continue
                column = found[path] = [None] * len(rows)
            column[place] = value
    return [Column(path, values) for path, values in found.items()]


def _leaves(row: Mapping[str, object], tabular: bool) -> Iterator[tuple[str, object]]:
    for name, value in row.items():
        if tabular:
            yield name, value
        elif _ADDRESSABLE.fullmatch(name):
            yield from _below(name, value, _DEEPEST)


def _below(path: str, value: object, left: int) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict) and not _is_shape(value) and left:
        for name, one in value.items():
            if isinstance(name, str) and _ADDRESSABLE.fullmatch(name):
                yield from _below(f"{path}.{name}", one, left - 1)
    elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value) and left:
        names = dict.fromkeys(name for one in value for name in one if isinstance(name, str))
        for name in names:
            if _ADDRESSABLE.fullmatch(name):
                yield f"{path}[].{name}", [one.get(name) for one in value]
    else:
        yield path, value


def _is_shape(value: Mapping[str, object]) -> bool:
    """Whether an object is a GeoJSON geometry."""
    return isinstance(value.get("type"), str) and "coordinates" in value
