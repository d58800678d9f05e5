"""The terms of an assessment in words, as the case and the task show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from core.errors import fill
from desk import labels

REASONS_SHOWN = 3


@dataclass(frozen=True)
class Term:
    """One term of the score in words."""

    factor_name: str
    value: float
    weight: float
    contribution: float
    text: str


def terms_of(assessment: Any) -> list[Term]:
    """The terms of an assessment in its own order; none where nothing was assessed."""
    return [_term(term) for term in assessment.terms] if assessment else []


def contributing(terms: Iterable[Term]) -> list[Term]:
    """The terms that add to the score, the largest contribution first."""
    return sorted((one for one in terms if one.contribution), key=lambda one: -one.contribution)


def main_reasons(terms: Iterable[Term]) -> Sequence[str]:
    """The few reasons that weigh most."""
    return [one.text for one in contributing(terms)[:REASONS_SHOWN]]


def _term(term: dict[str, Any]) -> Term:
    params = dict(term.get("params", {}))
    if "category" in params:
        params["category"] = labels.category(params["category"])
    return Term(
        factor_name=labels.factor(term["factor"]),
        value=term["value"],
        weight=term["weight"],
        contribution=term["contribution"],
        text=fill(gettext(term["reason"]), params),
    )
