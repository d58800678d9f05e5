"""The demo city as data: whatever happens in it, somebody is responsible who can sign in."""

import json
from pathlib import Path
from typing import Any

import pytest

from city.domain.faults import Faults
from city.domain.folder import read_folder
from departments.domain.duty_rows import LEVELS

BINHAI = Path(__file__).resolve().parents[2] / "fixtures" / "binhai"
DISTRICTS = ("990102", "990103", "990104", "990105", "990106", "990107")
CATCH_ALL = {"any", "any.high"}
BUREAUS = {
    "police110": "BH-PSB",
    "hotline12345": "BH-HOT",
    "fire_inspect": "BH-FIRE",
    "traffic": "BH-TRAF",
    "weather": "BH-MET",
    "gas_iot": "BH-GAS",
    "health": "BH-HEALTH",
    "market": "BH-MKT",
    "urban_grid": "BH-URB",
    "weather_cap": "BH-MET",
}


def _read(name: str) -> Any:
    return json.loads((BINHAI / name).read_text("utf-8"))


def _fitting(category: dict[str, str], level: str, hours: str) -> dict[str, Any]:
    """The first duty row that fits, by the plain reading of the table."""
    for row in _read("duties.json"):
        named = category["key"] in row["categories"] or category["family"] in row["families"]
        if named and level in row["levels"] and row["hours"] in ("always", hours):
            return dict(row)
    raise AssertionError((category["key"], level, hours))


@pytest.mark.parametrize("hours", ["working", "off"])
def test_every_category_on_every_level_has_a_duty_of_its_own(hours: str) -> None:
    for category in _read("categories.json")["categories"]:
        for level in LEVELS:
            row = _fitting(category, level, hours)
            assert (row["key"] in CATCH_ALL) is (category["key"] == "unmapped"), row["key"]
            assert row["supporting"]


def _officers() -> set[str]:
    return {one["organisation"] for one in _read("officers.json") if one["role"] == "officer"}


def test_whoever_a_duty_names_has_an_officer_in_every_district() -> None:
    staffed = _officers()
    branches = {
        (one["line_parent"], one["area"]): one["code"] for one in _read("organisations.json")
    }
    for row in _read("duties.json"):
        for named in (row["lead"], *row["supporting"]):
            assert named in staffed, named
            local = [branches.get((named, district)) for district in DISTRICTS]
            assert {one for one in local if one} <= staffed, named


def test_every_department_that_sends_has_officers_and_takes_part() -> None:
    rows, officers = _read("duties.json"), [one["organisation"] for one in _read("officers.json")]
    taking_part = {code for row in rows for code in (row["lead"], *row["supporting"])}
    for bureau in BUREAUS.values():
        assert officers.count(bureau) >= 2
        assert bureau in taking_part


def test_the_lead_of_a_matter_may_see_what_others_report_about_it() -> None:
    city = read_folder(
        {name: (BINHAI / name).read_bytes() for name in _files()}, faults := Faults()
    )
    assert not faults.errors
    may_see = {one.code: one.may_see for one in city.organisations}
    for category in _read("categories.json")["categories"]:
        for hours in ("working", "off"):
            lead = _fitting(category, "larger", hours)["lead"]
            assert category["key"] in may_see[lead], (category["key"], lead)


def _files() -> list[str]:
    return [path.name for path in BINHAI.iterdir() if path.suffix in (".json", ".geojson")]


def test_every_feed_belongs_to_its_bureau() -> None:
    profiles = {path.stem: _read(f"feeds/{path.name}") for path in (BINHAI / "feeds").iterdir()}
    assert {key: one["organisation"] for key, one in profiles.items()} == BUREAUS
