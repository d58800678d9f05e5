"""When a case alerts, and when it keeps silent because somebody is at it."""

from dataclasses import replace
from itertools import product

import pytest

from risk.domain.alerting import CLOSED_UPSTREAM, IN_HAND_UPSTREAM, AlertFacts, Verdict, decide
from tests.risk.domain.test_assessment import RULES

GRAVE = AlertFacts(state="open", level="larger", open_level="", upstream=frozenset({"received"}))


@pytest.mark.parametrize(
    ("upstream", "reason"),
    [
        ({"closed"}, CLOSED_UPSTREAM),
        ({"closed", "in_hand"}, IN_HAND_UPSTREAM),
        ({"dispatched"}, IN_HAND_UPSTREAM),
        ({"in_hand", "dispatched", "closed"}, IN_HAND_UPSTREAM),
        ({"in_hand", "received"}, ""),
        ({"closed", ""}, ""),  # one department does not say
        ({""}, ""),
        (set(), ""),
    ],
)
def test_what_somebody_attends_to_keeps_silent_with_its_reason(
    upstream: set[str], reason: str
) -> None:
    facts = replace(GRAVE, upstream=frozenset(upstream))
    assert facts.silence == reason
    assert decide(facts, RULES) is (Verdict.SILENCE if reason else Verdict.OPEN)
    assert decide(replace(facts, silenced=True), RULES) is (
        Verdict.NOTHING if reason else Verdict.OPEN
    )
    assert decide(replace(facts, by_hand=True), RULES) is Verdict.OPEN


def test_an_open_alert_only_rises() -> None:
    levels = ("major", "larger", "general", "low")
    for level, held in product(levels, levels[:2]):
        facts = replace(GRAVE, level=level, open_level=held, upstream=frozenset({"closed"}))
        rises = levels.index(level) < levels.index(held)
        assert decide(facts, RULES) is (Verdict.RAISE if rises else Verdict.NOTHING)
