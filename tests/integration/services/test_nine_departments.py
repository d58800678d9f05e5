"""Nine departments of the load generator: every row ends as its truth says, whatever the order."""

import random
import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from pyproj import Geod

from integration.api.shapes import record_object
from integration.models import Record, RecordVersion
from tests.integration.services.conftest import push
from tests.integration.services.nine import Load, Row, load

pytestmark = [pytest.mark.django_db, pytest.mark.reference]
_EARTH = Geod(ellps="WGS84")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SPANS = {"fire_inspect": 60, "urban_grid": 60, "health": 86400}
# Stations have four decimals; everything else is told to a metre.
_METRES = {"weather": 8.0}


def _received(made: Load, size: int) -> dict[int, set[tuple[str, str]]]:
    """What was told of each row, by its identity; every answer must add up."""
    told: dict[int, set[tuple[str, str]]] = {id(row): set() for row in made.rows}
    for batch in made.batches(size):
        answer = push(feed_key=batch.feed, body=batch.body)
        body = answer.body
        outcomes = ("accepted", "updated", "duplicates", "quarantined")
        assert body["received"] == len(batch.rows) == sum(body[name] for name in outcomes)
        for problem in answer.problems():
            row = batch.rows[int(str(problem["line"]))]
            told[id(row)].add((str(problem["outcome"]), str(problem["code"])))
        assert body["quarantined"] == sum(not row.stored for row in batch.rows)
        assert body["duplicates"] == sum(row.stored and row.repeated for row in batch.rows)
        updated = [row for row in batch.rows if row.truth["repeat"] == "update"]
        assert body["updated"] == sum(not row.repeated for row in updated)
    return told


@pytest.mark.parametrize(("seed", "n"), [(11, 6000), (2026, 3000)])
def test_every_row_ends_as_its_truth_says(seed, n):
    made = load(seed=seed, n=n, bad=0.05, update=0.06, dup=0.04)
    told = _received(made, 700)
    wrong = [(row.truth, told[id(row)]) for row in made.rows if told[id(row)] != row.expected]
    assert not wrong
    assert {row.truth["dept"] for row in made.rows} == set(made.generator.DEPTS)
    assert {row.truth["defect"] for row in made.rows} == {"", *made.generator._BAD}
    stored = {(one.feed.key, one.source_id): one for one in Record.objects.select_related("feed")}
    last = made.last()
    assert stored.keys() == last.keys()
    faults = [fault for key, row in last.items() for fault in _faults(row, stored[key])]
    assert not faults
    assert Record.objects.filter(operational=False).count() == 0


def _faults(row: Row, record: Record) -> list[tuple[Any, ...]]:
    """What a stored record says otherwise than the truth."""
    truth, faults = row.truth, []
    if record.category != row.category:
        faults.append((truth, "category", record.category))
    if record.severity != row.severity:
        faults.append((truth, "severity", record.severity))
    if not row.located:
        if record.lon is not None or record.lat is not None or record.h3 is not None:
            faults.append((truth, "place", record.lon, record.lat))
    else:
        _, _, metres = _EARTH.inv(record.lon, record.lat, truth["lon"], truth["lat"])
        if metres > _METRES.get(truth["dept"], 1.0) or not record.district or not record.grid:
            faults.append((truth, "place", metres, record.district, record.grid))
    return faults + _time_faults(truth, record)


def _time_faults(truth: dict[str, Any], record: Record) -> list[tuple[Any, ...]]:
    if truth["dept"] == "market":
        founded = datetime.fromisoformat(record.attributes["founded"]).date()
        day = (_EPOCH + timedelta(microseconds=truth["occurred"], hours=8)).date()
        good = record.occurred_at is None and record.occurred_span == 0
        good = good and (founded == day or (truth["late"] and truth["defect"]))
        return [] if good else [(truth, "founded", founded)]
    if record.occurred_span != _SPANS.get(truth["dept"], 0):
        return [(truth, "span", record.occurred_span)]
    if truth["late"] and truth["defect"]:
        return []  # the generator moved the truth back, and not the spoilt row
    past = truth["occurred"] / 1e6 - record.occurred_at.timestamp()
    good = -0.001 <= past < max(record.occurred_span, 1)
    return [] if good else [(truth, "time", past)]


def _exported() -> dict[str, dict[str, Any]]:
    return {
        record["id"]: record for record in map(record_object, Record.objects.select_related("feed"))
    }


def test_the_same_rows_in_other_batches_and_order_change_nothing():
    made = load(seed=12, n=2500, bad=0.03, update=0.08, dup=0.05)
    _received(made, 400)
    before, versions = _exported(), RecordVersion.objects.count()
    shuffled = list(made.rows)
    random.Random(1).shuffle(shuffled)
    for batch in made.batches(333, shuffled):
        body = push(feed_key=batch.feed, body=batch.body).body
        assert (body["accepted"], body["updated"]) == (0, 0)
        assert body["quarantined"] == sum(not row.stored for row in batch.rows)
    assert _exported() == before
    assert RecordVersion.objects.count() == versions


def test_no_personal_value_of_any_feed_stands_in_clear():
    made = load(seed=13, n=1500, bad=0.2)
    _received(made, 500)
    secrets: dict[str, set[str]] = defaultdict(set)
    for row in made.rows:
        for path, value in _personal(row):
            secrets[path].add(value)
    assert set(secrets) == {"BJRXM", "BJRDH", "name", "phone", "reporter", "hphm"}
    clear = _in_clear()
    assert "道路" in clear  # the search does find what is in clear
    hexes = {path: {value.encode().hex() for value in secrets[path]} for path in secrets}
    for found in (secrets, hexes):
        assert not [(path, one) for path in found for one in found[path] if one in clear]
    # Ages are words of other feeds' texts, too: here they are looked for where patients are.
    patients = [one for one in _exported().values() if one["feed"] == "health"]
    assert {name for one in patients for name in one["attributes"]} == {"clinic"}
    assert patients and not [one for one in patients if re.search(r"\d[岁月]", str(one))]


def _personal(row: Row) -> list[tuple[str, str]]:
    """What a row says of persons, as (path, value)."""
    record, dept = row.record, row.truth["dept"]
    if dept == "police110":
        return [(name, record[name]) for name in ("BJRXM", "BJRDH")]
    if dept == "hotline12345":
        return [(name, record["citizen"][name]) for name in ("name", "phone")]
    if dept == "urban_grid":
        return [("reporter", record["reporter"])]
    return [("hphm", one["hphm"]) for one in record["cl"]] if dept == "traffic" else []


def _in_clear() -> str:
    """Every value of every table of receiving, audit and work, as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename ~ '^(integration|audit|work)_'"
        )
        tables = [row[0] for row in cursor.fetchall() if row[0] != "integration_feedprofile"]
        texts = []
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} AS t")
            texts += [row[0] for row in cursor.fetchall()]
    return "\n".join(texts)
