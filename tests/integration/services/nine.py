"""The load generator's nine departments, and what a correct receiver does with each of its rows."""

import importlib.util
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from types import ModuleType
from typing import Any

from core.clock import now
from tests.shared import shared_path

QUARANTINED, FLAGGED, DUPLICATE = "quarantined", "flagged", "duplicate"
_KEPT_OUT = {
    "bad_time": "bad_time",
    "future_time": "future_time",
    "out_of_city": "coordinates_out_of_area",
    "bad_number": "bad_number",
    "missing_id": "missing_id",
    "control_chars": "control_characters",
    "truncated_json": "malformed_row",
}
_FLAGGED = {
    "bad_code": "bad_code",
    "no_coord": "no_coordinates",
    "swapped_coord": "coordinates_swapped",
}
# hotline12345 writes classes 2 and 3 the same.
_HOTLINE_LEVELS = {1: 1, 2: 3, 3: 3, 4: 4}


@dataclass
class Row:
    """One emitted row: its native form, and the generator's truth about it."""

    record: dict[str, Any]
    raw: str | None
    truth: dict[str, Any]
    same_as_before: bool = False  # an "update" whose bytes did not change

    @property
    def located(self) -> bool:
        """Whether the row carries coordinates."""
        here = self.truth["dept"] != "hotline12345" or "lng" in self.record["location"]
        return here and self.truth["defect"] != "no_coord"

    @property
    def expected(self) -> set[tuple[str, str]]:
        """(outcome, code) of every problem that must be told, and no other."""
        defect, dept = self.truth["defect"], self.truth["dept"]
        kept_out = _KEPT_OUT.get(defect)
        if kept_out and not (defect == "out_of_city" and not self.located):
            if defect != "bad_number" or dept not in ("hotline12345", "weather"):
                return {(QUARANTINED, kept_out)}
            defect = "bad_code"  # there it is the code that is missing
        codes = {_FLAGGED[defect]} if defect in _FLAGGED else set()
        if not self.located:
            codes = codes - {"coordinates_swapped"} | {"no_coordinates"}
        found = {(FLAGGED, code) for code in codes}
        return {(DUPLICATE, "duplicate")} if self.repeated else found

    @property
    def repeated(self) -> bool:
        """Whether the same content came before."""
        return self.truth["repeat"] == "resend" or self.same_as_before

    @property
    def stored(self) -> bool:
        """Whether the row becomes a record."""
        return not any(outcome == QUARANTINED for outcome, _ in self.expected)

    @property
    def category(self) -> str:
        """The category it must have."""
        unmapped = any(code == "bad_code" for _, code in self.expected)
        return "unmapped" if unmapped else self.truth["category"]

    @property
    def severity(self) -> int:
        """The severity it must have."""
        level = self.truth["level"]
        return _HOTLINE_LEVELS[level] if self.truth["dept"] == "hotline12345" else level


@dataclass
class Batch:
    """One delivery of a feed."""

    feed: str
    body: bytes
    rows: Sequence[Row]


@dataclass
class Load:
    """Rows of all departments in the order of their arrival."""

    generator: ModuleType
    rows: list[Row] = field(default_factory=list)

    def batches(self, size: int, rows: Sequence[Row] | None = None) -> Iterator[Batch]:
        """The rows (all of them, or those given) in deliveries of at most ``size``, by feed."""
        by_feed: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows if rows is None else rows:
            by_feed[row.truth["dept"]].append(row)
        for feed, own in by_feed.items():
            for at in range(0, len(own), size):
                chunk = own[at : at + size]
                pairs = [(row.record, row.raw) for row in chunk]
                yield Batch(feed, self.generator.encode_batch(feed, pairs), chunk)

    def last(self) -> dict[tuple[str, str], Row]:
        """By feed and source id the row that is current in the end."""
        return {
            (row.truth["dept"], row.truth["source_id"]): row
            for row in self.rows
            if row.stored and not row.repeated
        }


@cache
def _generator() -> ModuleType:
    path = shared_path("bench", "make_records.py")
    spec = importlib.util.spec_from_file_location("make_records", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load(*, seed: int, n: int, days: float = 29.0, **shares: float) -> Load:
    """``n`` rows of all departments from 30 days ago on; ``shares``: dup, update, late, bad."""
    generator = _generator()
    start = (now() - timedelta(days=30)).date().isoformat()
    made = Load(generator)
    contents: dict[tuple[str, str], str] = {}
    for _, dept, record, raw, truth in generator.Stream(seed, start, days, n, **shares):
        key, content = (dept, truth["source_id"]), json.dumps(record, sort_keys=True)
        same = truth["repeat"] == "update" and contents.get(key) == content
        contents[key] = content
        made.rows.append(Row(record, raw, truth, same))
    return made
