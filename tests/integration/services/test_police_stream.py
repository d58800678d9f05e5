"""The police stream of the load generator, received in deliveries of 500 rows."""

import json
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from core.clock import now
from integration.models import Problem, Record
from tests.integration.services.conftest import push
from tests.shared import shared_path

pytestmark = [pytest.mark.django_db, pytest.mark.reference]
_KEPT_OUT = {
    "bad_time",
    "future_time",
    "out_of_city",
    "bad_number",
    "missing_id",
    "control_chars",
    "truncated_json",
}


def _made(out: Path) -> list[dict]:
    """The truth of 3,000 rows that were written to ``out``."""
    script = str(shared_path("bench", "make_records.py"))
    start = (now() - timedelta(days=10)).date().isoformat()
    options = ["--n", "3000", "--seed", "11", "--dept", "police110", "--bad", "0.05"]
    options += ["--days", "9", "--batch", "500", "--update", "0.1", "--dup", "0.1"]
    subprocess.run(
        [sys.executable, script, "--out", str(out), "--start", start, *options],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return [json.loads(line) for line in (out / "truth.ndjson").read_text("utf-8").splitlines()]


def test_every_row_of_the_stream_ends_as_its_truth_says(tmp_path):
    truth = _made(tmp_path)
    totals: Counter[str] = Counter()
    for file in sorted((tmp_path / "police110").iterdir()):
        body = push(body=file.read_bytes()).body
        assert body["received"] == sum(
            body[name] for name in ("accepted", "updated", "duplicates", "quarantined")
        )
        totals.update({name: body[name] for name in body if isinstance(body[name], int)})
    sound = [row for row in truth if row["defect"] not in _KEPT_OUT]
    assert totals["received"] == len(truth) == 3000
    assert totals["quarantined"] == len(truth) - len(sound)
    assert totals["accepted"] == sum(not row["repeat"] for row in sound)
    assert totals["updated"] == sum(row["repeat"] == "update" for row in sound)
    assert totals["duplicates"] == sum(row["repeat"] == "resend" for row in sound)
    assert Problem.objects.filter(settlement="open").count() == totals["quarantined"]
    _compare(sound)


def _compare(sound: list[dict]) -> None:
    last = {row["source_id"]: row for row in sound if row["repeat"] != "resend"}
    stored = {one.source_id: one for one in Record.objects.all()}
    assert stored.keys() == last.keys()
    for source_id, row in last.items():
        record = stored[source_id]
        assert record.severity == row["level"]
        assert record.category == ("unmapped" if row["defect"] == "bad_code" else row["category"])
        if row["defect"] == "no_coord":
            assert record.lon is record.lat is record.h3 is None
        else:
            assert abs(record.lon - row["lon"]) * 96_000 < 1
            assert abs(record.lat - row["lat"]) * 111_000 < 1
            assert record.district
