"""Kinds of occurrence from a ruleset, and the reading of that part of a ruleset."""

import json
from typing import Any

import pytest

from core.errors import RuleBroken
from risk.domain.occurrences import Kinds
from risk.domain.rules import Reach
from risk.domain.ruleset_check import read
from tests.conftest import BINHAI

FAMILIES = {
    "traffic.collision": "traffic",
    "parking": "traffic",
    "injury": "health",
    "illness.enteric": "health",
    "food.safety": "food",
    "fire": "fire",
    "fire.hazard": "fire",
    "noise": "environment",
}


def _document() -> dict[str, Any]:
    path = BINHAI / "rulesets" / "general.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _kinds(**association: Any) -> Kinds:
    document = _document()
    document["association"] |= association
    return Kinds(read(document), FAMILIES)


def test_the_citys_ruleset_joins_what_departments_tell_of_one_thing() -> None:
    kinds = _kinds()
    assert kinds.of("illness.enteric") == kinds.of("food.safety") == "food_poisoning"
    assert kinds.joinable("injury") == ("category:injury", "crash", "fire")
    assert kinds.joinable("fire.hazard") == ("fire_hazard", "fire")
    assert kinds.families("crash") == {"traffic", "health"}
    assert kinds.families("food_poisoning") == {"food", "health"}


def test_a_category_of_no_occurrence_is_of_a_kind_of_its_own() -> None:
    kinds = _kinds(default={"radius_m": 40, "window_minutes": 10, "longest_minutes": 30})
    assert kinds.of("parking") == "category:parking"
    assert kinds.reach(kinds.of("parking")) == Reach(40.0, 600.0, 1800.0)
    assert kinds.joinable("unheard_of") == ("category:unheard_of",)


def test_a_family_may_have_a_reach_of_its_own() -> None:
    kinds = _kinds(families={"traffic": {"radius_m": 99, "window_minutes": 5}})
    assert kinds.of("parking") == "family:traffic"
    assert kinds.reach("family:traffic") == Reach(99.0, 300.0)
    assert kinds.of("traffic.collision") == "crash"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"categories": []}, "categories: at least one"),
        ({"categories": ["fire"]}, "categories 'fire' stands there twice"),
        ({"may_tell": ["noise"]}, "it tells 'noise' already"),
        ({"may_tell": "injury"}, "may_tell: a list of texts"),
        ({"key": "fire"}, "key 'fire' stands there twice"),
        ({"name_en": ""}, "name_en: a text is needed"),
        ({"radius_m": -1}, "radius_m: a positive number"),
        ({"longest_minutes": "long"}, "longest_minutes: a positive number"),
    ],
)
def test_every_error_of_an_occurrence_is_told(changes: dict[str, Any], told: str) -> None:
    document = _document()
    noise = next(one for one in document["association"]["occurrences"] if one["key"] == "noise")
    noise |= changes
    with pytest.raises(RuleBroken) as broken:
        read(document)
    assert any(told in str(one) for one in broken.value.detail["errors"])
