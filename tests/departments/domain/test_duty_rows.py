"""A duty table with errors is told all of them at once."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from city.domain.faults import Faults
from departments.domain.duty_rows import Known, read_duties

BINHAI = Path(__file__).resolve().parents[3] / "fixtures" / "binhai"
ROW: dict[str, Any] = {
    "key": "gas",
    "name_zh": "燃气",
    "name_en": "Gas",
    "families": ["gas"],
    "categories": [],
    "levels": ["major"],
    "areas": ["*"],
    "hours": "always",
    "lead": "A",
    "supporting": ["B"],
    "by_district": True,
    "limits": {
        "sign_for": {"amount": 30, "unit": "minute"},
        "handle": {"amount": 4, "unit": "working_hour"},
    },
    "escalation": [
        {"when": "handle_overdue", "after": {"amount": 1, "unit": "hour"}, "act": "urge"}
    ],
}
KNOWN = Known(families={"gas"}, categories={"gas.leak"}, areas={"990102"}, organisations={"A", "B"})


def _read(*rows: object) -> list[str]:
    faults = Faults()
    read_duties(rows, KNOWN, faults)
    return [f"{fault.path} {fault.code}" for fault in faults.errors]


def test_a_right_row_has_no_faults() -> None:
    assert _read(ROW) == []


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        ("key", None, "[0].key missing"),
        ("name_zh", "", "[0].name_zh missing"),
        ("families", ["fire"], "[0].families[0] unknown_code"),
        ("categories", ["fire"], "[0].categories[0] unknown_code"),
        ("levels", ["huge"], "[0].levels[0] unknown_code"),
        ("areas", ["1"], "[0].areas[0] unknown_code"),
        ("hours", "night", "[0].hours not_allowed"),
        ("lead", "Z", "[0].lead unknown_code"),
        ("lead", "B", "[0].supporting lead_supports"),
        ("supporting", ["B", "B"], "[0].supporting duplicate_key"),
        ("by_district", "yes", "[0].by_district wrong_type"),
        ("limits", {}, "[0].limits.sign_for missing"),
        (
            "limits",
            {"sign_for": {"amount": -1, "unit": "minute"}, "handle": ROW["limits"]["handle"]},
            "[0].limits.sign_for limit_invalid",
        ),
        (
            "limits",
            {"sign_for": {"amount": 1.5, "unit": "hour"}, "handle": ROW["limits"]["handle"]},
            "[0].limits.sign_for wrong_type",
        ),
        (
            "escalation",
            [{"when": "never", "after": {"amount": 1, "unit": "hour"}, "act": "urge"}],
            "[0].escalation[0].when not_allowed",
        ),
    ],
)
def test_each_fault_has_its_place(path: str, value: object, fault: str) -> None:
    assert fault in _read({**ROW, path: value})


def test_all_faults_at_once() -> None:
    second = copy.deepcopy(ROW) | {"hours": "night"}
    found = _read({**ROW, "lead": "Z", "families": ["x"]}, second, "not an object")
    assert sorted(found) == [
        "[0].families[0] unknown_code",
        "[0].lead unknown_code",
        "[1].hours not_allowed",
        "[1].key duplicate_key",
        "[2] wrong_type",
    ]


def test_the_demo_citys_duties_are_right() -> None:
    def load(name: str) -> Any:
        return json.loads((BINHAI / name).read_text("utf-8"))

    taxonomy = load("categories.json")
    known = Known(
        families={one["key"] for one in taxonomy["families"]},
        categories={one["key"] for one in taxonomy["categories"]},
        areas={one["properties"]["code"] for one in load("districts.geojson")["features"]},
        organisations={one["code"] for one in load("organisations.json")},
    )
    rows, faults = load("duties.json"), Faults()
    found = read_duties(rows, known, faults)
    assert [str(fault) for fault in faults.errors] == []
    assert [one.key for one in found] == [row["key"] for row in rows]
