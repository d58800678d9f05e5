"""Values made to cost much time or space, or to be something else than they say."""

import time
from typing import Any

import msgspec
import pytest

from integration.domain import formats
from integration.domain.rows import Surroundings
from integration.domain.standardise import Ordinals, standardise
from integration.domain.values import number
from tests.integration.domain.samples import CATEGORIES, NOW, Square, lines, one, profile, told

_SOON = 2.0  # seconds; what grows with the square of its input takes many times that


def _attribute(value: object, kind: str) -> dict[str, Any]:
    sheet = one({"v": value}, attributes=[{"path": "v", "name": "value", "type": kind}])
    return {"told": told(sheet), **msgspec.json.decode(sheet.record["attributes"][0])}


def test_a_long_run_of_digits_is_soon_known_to_be_no_number():
    began = time.perf_counter()
    assert number("1" * 20_000 + "x")[1] != 0
    assert time.perf_counter() - began < _SOON


def test_as_many_units_as_rows_are_read_in_the_time_of_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(formats, "CHUNK_ROWS", 10_000)
    severity = {"scale": "gas", "value": "v", "unit": "u", "bands": {"ppm": [[1, 4]]}}
    used = profile(severity=severity)
    body = lines({"id": f"{place}", "v": 1, "u": f"u{place}"} for place in range(10_000))
    (chunk,) = formats.read(body, used)
    around = Surroundings(NOW.timestamp(), Square(), CATEGORIES)
    began = time.perf_counter()
    standardise(chunk, used, around, secret=b"s" * 32, seen=Ordinals())
    assert time.perf_counter() - began < _SOON


@pytest.mark.parametrize("value", [2**53 + 1, str(2**53 + 1), "９００７１９９２５４７４０９９３"])
def test_a_whole_number_stays_the_one_that_was_written(value):
    assert _attribute(value, "integer") == {"told": [], "value": 9007199254740993}


@pytest.mark.parametrize("value", ["x" * 100_001, ["x" * 100_001]])
def test_json_is_bounded_whatever_it_is(value):
    assert _attribute(value, "json")["told"] == [("too_long", "v", True)]


def test_references_of_a_row_that_is_not_kept_are_not_looked_for():
    asked: list[int] = []

    def known(ids: Any) -> Any:
        asked.append(len(ids))
        return ids

    named = [
        {"path": "kind", "name": "message_type"},
        {"path": "refs", "name": "references", "type": "texts"},
    ]
    used = profile(kind="warning", attributes=named)
    row = {"id": "1", "at": "20261120120000", "kind": "Update", "refs": ["x"] * 1001}
    (chunk,) = formats.read(lines([row]), used)
    around = Surroundings(NOW.timestamp(), Square(), CATEGORIES, known)
    standardise(chunk, used, around, secret=b"s" * 32, seen=Ordinals())
    assert asked in ([], [0])
