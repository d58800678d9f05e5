"""The police stream of the load generator against its truth, without a database."""

import json
import subprocess
import sys
from datetime import timedelta

import pytest

from integration.domain.profile_document import validate
from tests.conftest import BINHAI
from tests.integration.domain.samples import NOW, Square, sheets
from tests.shared import shared_path

_EXPECTED = {
    "": set(),
    "bad_time": {("bad_time", True)},
    "future_time": {("future_time", True)},
    "bad_code": {("bad_code", False)},
    "no_coord": {("no_coordinates", False)},
    "swapped_coord": {("coordinates_swapped", False)},
    "out_of_city": {("coordinates_out_of_area", True)},
    "bad_number": {("bad_number", True)},
    "missing_id": {("missing_id", True)},
    "control_chars": {("control_characters", True)},
    "truncated_json": {("malformed_row", True)},
}


class _Binhai(Square):
    west, south = 119.9, 30.0

    def inside(self, lon, lat):
        return (lon > 119.93) & (lon < 120.67) & (lat > 30.03) & (lat < 30.57)


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory):
    out = tmp_path_factory.mktemp("load")
    start = (NOW - timedelta(days=10)).date().isoformat()
    options = ["--n", "3000", "--seed", "5", "--dept", "police110", "--bad", "0.2"]
    script = str(shared_path("bench", "make_records.py"))
    subprocess.run(
        [sys.executable, script, "--out", str(out), *options, "--start", start, "--days", "9"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    truth = [json.loads(line) for line in (out / "truth.ndjson").read_text("utf-8").splitlines()]
    document = json.loads((BINHAI / "feeds" / "police110.json").read_text("utf-8"))
    categories = json.loads((BINHAI / "categories.json").read_text("utf-8"))["categories"]
    used = validate(
        document,
        categories={one["key"] for one in categories},
        organisations={document["organisation"]},
    )
    return sheets((out / "police110.ndjson").read_bytes(), used, _Binhai()), truth


@pytest.mark.reference
def test_every_defect_is_found_and_nothing_else(stream):
    found, truth = stream
    told: dict[int, set[tuple[str, bool]]] = {line: set() for line in range(len(truth))}
    for sheet in found:
        for broken in sheet.chunk.broken:
            told[broken.line].add((broken.code, True))
        for reason in sheet.live_reasons():
            told[sheet.chunk.lines[reason.position]].add((reason.code, reason.quarantined))
    assert {line: _EXPECTED[row["defect"]] for line, row in enumerate(truth)} == told
    assert {row["defect"] for row in truth} == set(_EXPECTED)


@pytest.mark.reference
def test_positions_times_categories_and_severities_are_those_of_the_truth(stream):
    found, truth = stream
    compared = 0
    for sheet in found:
        for position, line in enumerate(sheet.chunk.lines):
            row = truth[line]
            if row["defect"] not in ("", "swapped_coord"):
                continue
            record = {name: column[position] for name, column in sheet.record.items()}
            assert abs(record["lon"] - row["lon"]) * 96_000 < 1
            assert abs(record["lat"] - row["lat"]) * 111_000 < 1
            # Rows hold whole seconds; the truth of a late row with a defect is not in its bytes.
            late = row["late"] and row["defect"]
            assert late or abs(record["occurred_at"] - row["occurred"] / 1e6) < 1
            assert record["category"] == row["category"]
            assert record["severity"] == row["level"]
            assert record["source_id"] == row["source_id"]
            compared += 1
    assert compared > 2000
