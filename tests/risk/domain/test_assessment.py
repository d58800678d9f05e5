"""Scores: terms add up, evidence alone decides, rulesets are checked whole."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import RuleBroken
from risk.domain.assessment import assess
from risk.domain.factors import FACTORS
from risk.domain.facts import CaseFacts, FindingFacts, IncidentFacts, WarningFacts
from risk.domain.rules import LEVELS, at_least
from risk.domain.ruleset_check import read

FILE = Path(__file__).resolve().parents[3] / "fixtures" / "binhai" / "rulesets" / "general.json"
DOCUMENT: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
RULES = read(DOCUMENT)


def _incident(**changes: Any) -> IncidentFacts:
    plain = IncidentFacts("a", "fire", 2, 0.9, 1_000_000.0, 1, 1)
    return replace(plain, **changes)


incidents = st.builds(
    IncidentFacts,
    id=st.uuids().map(str),
    category=st.sampled_from(["fire", "gas.leak", "noise"]),
    severity=st.one_of(st.none(), st.integers(1, 4)),
    gravity=st.one_of(st.none(), st.floats(0, 1)),
    last_at=st.floats(1e9, 2e9),
    reports=st.integers(0, 40),
    feeds=st.integers(0, 9),
)
cases = st.lists(incidents, min_size=1, max_size=12).map(
    lambda rows: CaseFacts(tuple(rows), max(one.last_at for one in rows))
)


@given(facts=cases)
def test_printed_terms_add_up_to_the_printed_score(facts: CaseFacts) -> None:
    judged = assess(facts, RULES)
    assert round(sum(term.contribution for term in judged.terms), 6) == judged.score
    assert {term.factor for term in judged.terms} == {rule.factor for rule in RULES.factors}
    for term in judged.terms:
        assert 0 <= term.value <= 1
        assert term.contribution == pytest.approx(term.weight * term.value, abs=0.006)
    assert 0 <= judged.score <= 100
    assert judged.level in LEVELS


@given(facts=cases)
def test_the_order_of_evidence_changes_nothing(facts: CaseFacts) -> None:
    other = CaseFacts(tuple(reversed(facts.incidents)), facts.as_of)
    assert other.digest() == facts.digest()
    assert assess(other, RULES).score == pytest.approx(assess(facts, RULES).score)


def test_graver_evidence_scores_higher() -> None:
    mild = CaseFacts((_incident(severity=4, category="noise", gravity=0.1),), 1_000_000.0)
    grave = CaseFacts((_incident(severity=1, reports=5, feeds=3),), 1_000_000.0)
    assert assess(grave, RULES).score > assess(mild, RULES).score + 30


def test_one_complaint_about_noise_never_deserves_an_alert() -> None:
    alone = _incident(category="noise", gravity=0.1, severity=1, told=1)
    facts = CaseFacts(
        (alone,),
        1_000_000.0,
        family="environment",
        findings=(FindingFacts("fire.hazard", 1, 1_000_000.0),),
        register_class=1,
        neighbours=(1_000_000.0,) * 60,
        warnings=(WarningFacts("weather.rain", "red", 999_000.0, 1_001_000.0),),
    )
    assert not RULES.alerts(assess(facts, RULES).level)


@pytest.mark.parametrize(("category", "gravity"), [("fire", 0.9), ("gas.leak", 0.95)])
def test_one_report_of_the_gravest_kind_and_class_deserves_an_alert(
    category: str, gravity: float
) -> None:
    facts = CaseFacts((_incident(category=category, gravity=gravity, severity=1),), 1_000_000.0)
    assert RULES.alerts(assess(facts, RULES).level)


def test_what_patrols_find_does_not_count_as_frequency() -> None:
    reported = CaseFacts(tuple(_incident(id=str(one)) for one in range(4)), 1_000_000.0)
    found = CaseFacts(tuple(replace(one, reports=0, feeds=0) for one in reported.incidents), 1e6)
    value = {term.factor: term.value for term in assess(found, RULES).terms}
    assert value["frequency"] == 0
    assert {term.factor: term.value for term in assess(reported, RULES).terms}["frequency"] > 0


def test_every_file_of_factors_is_a_factor() -> None:
    folder = Path(__file__).resolve().parents[3] / "risk" / "domain" / "factors"
    names = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert set(FACTORS) == names


def test_levels_are_ordered() -> None:
    assert at_least("major", "larger")
    assert not at_least("general", "larger")
    assert RULES.level(100) == "major"
    assert RULES.level(0) == "low"


def test_all_errors_of_a_ruleset_are_told_at_once() -> None:
    broken = json.loads(json.dumps(DOCUMENT))
    broken["version"] = 0
    broken["case"]["window_days"] = -1
    broken["factors"][0]["factor"] = "astrology"
    broken["factors"][1]["weight"] = 1
    broken["factors"][2]["params"] = {"saturation_count": "many"}
    broken["levels"]["general"] = 99
    broken["alert"]["min_level"] = "dreadful"
    broken["warnings"]["default_hours"] = 0
    broken["feeds"]["silent"] = {"general": 0.5, "larger": 9, "major": 2, "dire": 3}
    del broken["card"]
    with pytest.raises(RuleBroken) as caught:
        read(broken)
    text = " | ".join(caught.value.detail["errors"])  # type: ignore[arg-type]
    for word in ("version", "window_days", "astrology", "sum to", "saturation_count", "levels."):
        assert word in text
    assert "min_level" in text
    assert "default_hours" in text
    for level in ("general", "major", "dire"):
        assert f"feeds.silent.{level}" in text
    assert "card" in text


def test_no_factor_knows_of_persons() -> None:
    kinds = (IncidentFacts, CaseFacts, WarningFacts, FindingFacts)
    fields = {name for kind in kinds for name in kind.__dataclass_fields__}
    assert fields == {
        "id", "category", "severity", "gravity", "last_at", "reports", "feeds", "dead", "injured",
        "people", "told", "in_hand", "incidents", "as_of", "family", "warnings", "grade",
        "starts_at", "ends_at", "findings", "register_class", "neighbours", "settled_before",
    }  # fmt: skip
