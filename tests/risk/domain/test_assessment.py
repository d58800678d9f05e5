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
from risk.domain.facts import CaseFacts, IncidentFacts
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
    del broken["card"]
    with pytest.raises(RuleBroken) as caught:
        read(broken)
    text = " | ".join(caught.value.detail["errors"])  # type: ignore[arg-type]
    for word in ("version", "window_days", "astrology", "sum to", "saturation_count", "levels."):
        assert word in text
    assert "min_level" in text
    assert "card" in text


def test_no_factor_knows_of_persons() -> None:
    fields = {*IncidentFacts.__dataclass_fields__, *CaseFacts.__dataclass_fields__}
    assert fields == {
        "id", "category", "severity", "gravity", "last_at", "reports", "feeds", "incidents",
        "as_of",
    }  # fmt: skip
