"""Scoring a case: factors times weights, printed terms that add up to the printed score."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from risk.domain.factors import FACTORS
from risk.domain.facts import CaseFacts
from risk.domain.rules import Rules


@dataclass(frozen=True)
class Term:
    """One factor's share of a score; `reason` is a msgid to be filled with `params`."""

    factor: str
    value: float
    weight: float
    contribution: float
    reason: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class Judged:
    """A score from 0 to 100, its risk level and its terms."""

    score: float
    level: str
    terms: tuple[Term, ...]


def assess(facts: CaseFacts, rules: Rules) -> Judged:
    """Score a case with at least one incident.

    Contributions are rounded to hundredths first and summed as whole hundredths, so that what is
    printed adds up exactly.
    """
    terms, hundredths = [], 0
    for rule in rules.factors:
        finding = FACTORS[rule.factor].evaluate(facts, rule.params)
        value = round(min(1.0, max(0.0, finding.value)), 4)
        share = round(rule.weight * value * 100)
        hundredths += share
        terms.append(
            Term(rule.factor, value, rule.weight, share / 100, finding.reason, finding.params)
        )
    score = hundredths / 100
    return Judged(score, rules.level(score), tuple(terms))
