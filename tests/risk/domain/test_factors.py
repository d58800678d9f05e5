"""Each factor alone: nothing, the middle, saturation, and what its parameters may be."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.domain.factors import FACTORS
from risk.domain.facts import CaseFacts, FindingFacts, IncidentFacts, WarningFacts

FILE = Path(__file__).resolve().parents[3] / "fixtures" / "binhai" / "rulesets" / "general.json"
RULES = {one["factor"]: one for one in json.loads(FILE.read_text("utf-8"))["factors"]}
HOUR, DAY = 3600.0, 86_400.0
AT = 1_790_000_000.0


def incident(**changes: Any) -> IncidentFacts:
    return replace(IncidentFacts("a", "flood", 2, 0.7, AT, 1, 1), **changes)


def case(*incidents: IncidentFacts, **changes: Any) -> CaseFacts:
    rows = incidents or (incident(),)
    return CaseFacts(rows, max(one.last_at for one in rows), family="water", **changes)


def value(factor: str, facts: CaseFacts, **params: Any) -> float:
    """A factor's value under the city's parameters, some of them changed."""
    return FACTORS[factor].evaluate(facts, {**RULES[factor]["params"], **params}).value


def rain(start: float, end: float, grade: str = "orange", category: str = "weather.rain") -> Any:
    """A warning from and until so many hours after the last evidence."""
    return WarningFacts(category, grade, AT + start * HOUR, AT + end * HOUR)


def test_every_factor_is_in_the_citys_ruleset_and_the_other_way_round() -> None:
    assert set(RULES) == set(FACTORS)
    assert len(FACTORS) >= 12


@pytest.mark.parametrize(
    ("warning", "expected"),
    [
        (rain(-1, 5), 0.75),
        (rain(-1, 5, "red"), 1.0),
        (rain(-1, 5, "blue"), 0.3),
        (rain(-1, 5, "Extreme"), 1.0),  # a message without a level tells its severity
        (rain(-1, 5, ""), 0.3),
        (rain(-20, -5), 0.75),  # ended five hours before
        (rain(-20, -6), 0.0),
        (rain(24, 30), 0.75),  # begins a day later
        (rain(24.1, 30), 0.0),
        (rain(-1, 5, category="weather.haze"), 0.0),  # haze does not bear on water
        (rain(-1, 5, category="earthquake"), 0.0),
    ],
)
def test_a_warning_bears_by_kind_level_and_hours(warning: WarningFacts, expected: float) -> None:
    assert value("warning_in_force", case(warnings=(warning,))) == expected


def test_the_gravest_warning_counts_alone() -> None:
    facts = case(warnings=(rain(-1, 5, "blue"), rain(-1, 5, "red"), rain(-1, 5, "orange")))
    found = FACTORS["warning_in_force"].evaluate(facts, RULES["warning_in_force"]["params"])
    assert found.value == 1.0
    assert "red" in found.reason
    assert found.params == {"category": "weather.rain"}
    assert value("warning_in_force", case()) == 0.0


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ((), 0.0),
        ((FindingFacts("fire.hazard", 3, AT - DAY),), 0.4),
        ((FindingFacts("fire.hazard", 3, AT), FindingFacts("fire.hazard", 1, AT - 89 * DAY)), 1.0),
        ((FindingFacts("fire.hazard", 1, AT - 91 * DAY),), 0.0),
        ((FindingFacts("fire", 1, AT),), 0.0),  # an operation is no hazard found
        ((FindingFacts("fire.hazard", 4, AT + DAY),), 0.15),
    ],
)
def test_a_hazard_counts_by_its_grade(findings: tuple[Any, ...], expected: float) -> None:
    assert value("hazard_at_place", case(findings=findings)) == expected


def test_many_hazards_are_no_more_than_the_gravest() -> None:
    one = FindingFacts("fire.hazard", 2, AT)
    assert value("hazard_at_place", case(findings=(one,) * 9)) == 0.7


@pytest.mark.parametrize(("grade", "expected"), [(None, 0.0), (4, 0.1), (2, 0.6), (1, 1.0)])
def test_a_place_is_as_vulnerable_as_its_gravest_enterprise(
    grade: int | None, expected: float
) -> None:
    assert value("place_vulnerability", case(register_class=grade)) == expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, 0.0),
        ({"injured": 2}, 0.3),
        ({"dead": 1, "injured": 1}, 0.65),
        ({"dead": 2}, 1.0),
        ({"dead": 30, "injured": 100}, 1.0),
        ({"people": 20}, 0.2),
    ],
)
def test_casualties_are_those_of_the_worst_incident(told: dict[str, int], expected: float) -> None:
    facts = case(incident(), incident(id="b", **told), incident(id="c", injured=0))
    assert value("casualties", facts) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("ages", "expected"),
    [
        ([0], 0.0),  # one is no trend
        ([0, 1, 2], 0.5),
        ([0, 1, 2, 3, 4, 5], 1.0),
        ([0, 1, 2, 8, 9, 10], 0.0),
        ([0, 8, 9], 0.0),
        ([0, 1, 2, 6.9, 7.1], 0.5),
    ],
)
def test_a_trend_is_more_than_the_week_before(ages: list[float], expected: float) -> None:
    facts = case(*(incident(id=str(age), last_at=AT - age * DAY) for age in ages))
    assert value("trend", facts) == expected


def test_patrols_make_no_trend_and_no_persistence() -> None:
    rows = [incident(id=str(n), last_at=AT - n * DAY, reports=0, feeds=0) for n in range(1, 6)]
    facts = case(incident(), *rows)
    assert value("trend", facts) == value("persistence", facts) == 0.0
    alone = case(*rows)
    assert value("recency", alone) == pytest.approx(value("recency", case()))


@pytest.mark.parametrize(
    ("hours", "expected"),
    [([], 0.0), ([0, 10, 71], 0.5), ([0] * 6, 1.0), ([0] * 40, 1.0), ([72.1, -1], 0.0)],
)
def test_neighbours_count_within_their_hours(hours: list[float], expected: float) -> None:
    facts = case(neighbours=tuple(AT - one * HOUR for one in hours))
    assert value("neighbourhood", facts) == expected


@pytest.mark.parametrize(("count", "expected"), [(0, 0.0), (1, 0.5), (2, 1.0), (9, 1.0)])
def test_what_came_again_counts(count: int, expected: float) -> None:
    assert value("recurrence", case(settled_before=count)) == expected


@pytest.mark.parametrize(
    ("told", "in_hand", "expected"), [(0, 0, 0.0), (4, 4, 0.0), (4, 1, 0.75), (4, 0, 1.0)]
)
def test_nobody_at_it_is_worse(told: int, in_hand: int, expected: float) -> None:
    facts = case(incident(told=told, in_hand=in_hand), incident(id="b"))
    assert value("unattended", facts) == expected
    assert value("unattended", case(), missing=0.5) == 0.5


@pytest.mark.parametrize(
    ("days", "expected"), [([0], 0.0), ([0, 0.5], 0.0), ([0, 1, 2], 0.5), (range(9), 1.0)]
)
def test_going_on_for_days_counts(days: Any, expected: float) -> None:
    facts = case(*(incident(id=str(day), last_at=AT - day * DAY) for day in days))
    assert value("persistence", facts) == expected


facts = st.builds(
    CaseFacts,
    incidents=st.lists(
        st.builds(
            IncidentFacts,
            id=st.uuids().map(str),
            category=st.sampled_from(["flood", "fire"]),
            severity=st.none() | st.integers(1, 4),
            gravity=st.none() | st.floats(0, 1),
            last_at=st.floats(1e9, 2e9),
            reports=st.integers(0, 40),
            feeds=st.integers(0, 9),
            dead=st.integers(0, 400),
            injured=st.integers(0, 400),
            people=st.integers(0, 10**6),
            told=st.integers(5, 9),
            in_hand=st.integers(0, 5),
        ),
        min_size=1,
        max_size=6,
    ).map(tuple),
    as_of=st.floats(1.9e9, 2e9),
    family=st.sampled_from(["water", "fire", ""]),
    warnings=st.lists(
        st.builds(
            WarningFacts, st.sampled_from(["weather.rain", "x"]), st.sampled_from(["red", "", "?"]),
            st.floats(1e9, 2e9), st.floats(1e9, 2e9),
        ), max_size=3,
    ).map(tuple),
    findings=st.lists(
        st.builds(FindingFacts, st.just("fire.hazard"), st.integers(1, 4), st.floats(1e9, 2e9)),
        max_size=3,
    ).map(tuple),
    register_class=st.none() | st.integers(1, 4),
    neighbours=st.lists(st.floats(1e9, 2e9), max_size=5).map(tuple),
    settled_before=st.integers(0, 9),
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(facts=facts)
def test_every_factor_stays_between_nothing_and_all(facts: CaseFacts) -> None:
    for name, factor in FACTORS.items():
        found = factor.evaluate(facts, RULES[name]["params"])
        assert 0.0 <= found.value <= 1.0, name
        assert found.reason % dict.fromkeys(found.params, 1) if found.params else found.reason
        assert factor.label


@settings(max_examples=50, deadline=None)
@given(facts=facts, seed=st.randoms())
def test_the_digest_is_that_of_the_evidence_alone(facts: CaseFacts, seed: Any) -> None:
    shuffled = {}
    for name in ("incidents", "warnings", "findings", "neighbours"):
        rows = list(getattr(facts, name))
        seed.shuffle(rows)
        shuffled[name] = tuple(rows)
    assert replace(facts, **shuffled).digest() == facts.digest()
    more = replace(facts, settled_before=facts.settled_before + 1)
    warned = replace(facts, warnings=(*facts.warnings, WarningFacts("a", "red", 1.0, 2.0)))
    assert len({facts.digest(), more.digest(), warned.digest()}) == 3


@pytest.mark.parametrize("name", sorted(FACTORS))
def test_a_factor_says_everything_that_is_wrong_with_its_parameters(name: str) -> None:
    check, good = FACTORS[name].check, RULES[name]["params"]
    assert check(good) == []
    assert check({**good, "astrology": 1}) != []
    for key in good:
        without = {other: one for other, one in good.items() if other != key}
        assert any(error.startswith(key) for error in check(without)), key
        for wrong in (None, "many", -1, True, float("nan"), [1], {"x": "y"}):
            assert any(error.startswith(key) for error in check({**good, key: wrong})), (key, wrong)
