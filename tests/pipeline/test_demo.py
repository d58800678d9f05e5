"""The demo city from an empty database to tasks, and once more."""

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from city.selectors import current_city
from integration.models import Delivery, Feed, Problem
from pipeline.recording import MANIFEST
from pipeline.totals import BY_FEED, totals_by_feed
from risk.models import Incident, IssuedWarning, WarningDistrict
from work.models import WorkItem

BINHAI = Path(settings.BASE_DIR) / "fixtures" / "binhai"
MARKET_WITHOUT_IDS = (
    b"uniscid,entname,estdate,type,x_m,y_m,dom,regcap_wy,opscope,risk\r\n"
    b",shop,2025-01-01,SL,40525000.00,3350000.00,here,1.0,food,A\r\n"
)
NINE = {
    "police110",
    "hotline12345",
    "fire_inspect",
    "traffic",
    "weather",
    "gas_iot",
    "health",
    "market",
    "urban_grid",
}
# What a load's defects turn into, each at least once on the recorded day.
REFUSED = {
    "bad_time",
    "future_time",
    "coordinates_out_of_area",
    "bad_number",
    "missing_id",
    "control_characters",
    "malformed_row",
}
NOTED = {"bad_code", "no_coordinates"}


def _up(capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, Any], str]:
    call_command("up_demo", "--json")
    *told, answer = capsys.readouterr().out.splitlines()
    return json.loads(answer), "\n".join(told)


def test_the_demo_day_fills_every_stage_and_a_second_run_changes_nothing(
    committed_db: str, capsys: pytest.CaptureFixture[str]
) -> None:
    first, table = _up(capsys)
    assert min(first[name] for name in ("records", "subjects", "incidents", "cases")) > 100
    assert 10 <= first["alerts"] <= 60
    assert first["tasks"] == first["alerts"]
    assert not WorkItem.objects.exists()
    assert first["received"] == sum(
        first[name] for name in ("accepted", "updated", "duplicates", "quarantined")
    )
    _every_department(first, table)
    _every_defect()
    _across_departments()
    _warnings_of_the_next_day()

    second, _ = _up(capsys)
    assert set(second["new"].values()) == {0}
    unchanged = {*second["new"], "departments"}
    assert {name: second[name] for name in unchanged} == {name: first[name] for name in unchanged}


def _every_department(answer: dict[str, Any], table: str) -> None:
    departments = answer["departments"]
    assert {*NINE, "weather_cap"} == set(departments) == set(_recorded())
    for key, counts in departments.items():
        assert set(counts) == set(BY_FEED)
        assert f"\n{key.ljust(14)}" in table
        assert min(counts[name] for name in ("received", "accepted", "records")) > 0, key
        assert counts["received"] == sum(
            counts[name] for name in ("accepted", "updated", "duplicates", "quarantined")
        )
    for name in ("received", "accepted", "updated", "duplicates", "quarantined", "records"):
        assert sum(counts[name] for counts in departments.values()) == answer[name]
    for bureau in Feed.objects.values_list("organisation__code", flat=True):
        assert f" {bureau}\n" in table
    for key in ("police110", "hotline12345", "gas_iot", "traffic"):
        assert min(departments[key][name] for name in ("incidents", "cases", "tasks")) > 0, key


def _recorded() -> list[str]:
    return [one["feed"] for one in json.loads((BINHAI / MANIFEST).read_bytes())["deliveries"]]


def _every_defect() -> None:
    quarantined = Problem.objects.filter(outcome="quarantined").values_list("code", flat=True)
    assert set(quarantined) >= REFUSED
    assert set(Problem.objects.filter(outcome="flagged").values_list("code", flat=True)) >= NOTED
    assert Problem.objects.filter(code="coordinates_swapped").exists()


def _across_departments() -> None:
    assert Incident.objects.filter(feed_count__gt=1).count() >= 30


def _warnings_of_the_next_day() -> None:
    """In force all through the day on which the city is first looked at, at whatever hour."""
    anchor = current_city().anchor
    today, tomorrow = anchor + timedelta(days=1), anchor + timedelta(days=2)
    standing = IssuedWarning.objects.filter(
        state="issued", exercise=False, starts_at__lte=today, ends_at__gte=tomorrow
    )
    assert {one.feed for one in standing} == {"weather_cap"}
    assert len({one.level for one in standing}) > 1
    assert len({one.district for one in WarningDistrict.objects.filter(warning__in=standing)}) > 1


def test_a_day_on_which_a_department_is_missing_does_not_succeed(
    committed_db: str, tmp_path: Path
) -> None:
    folder = shutil.copytree(BINHAI, tmp_path / "city")
    (folder / "day" / "market" / "0001.csv").write_bytes(MARKET_WITHOUT_IDS)
    days = {"police110": "police110/0001.ndjson", "market": "market/0001.csv"}
    manifest = json.loads((folder / MANIFEST).read_bytes())
    manifest["deliveries"] = [
        {"feed": feed, "file": file, "at_minutes": 60} for feed, file in days.items()
    ]
    (folder / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(CommandError, match="no row arrived from: market"):
        call_command("up_demo", str(folder))


def test_the_counters_of_the_feeds_take_a_fixed_number_of_queries(committed_db: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        found = totals_by_feed()
    assert set(found) == set(Feed.objects.values_list("key", flat=True))
    assert not Delivery.objects.exists()
    assert len(queries) <= 9
