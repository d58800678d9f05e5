"""Whether somebody is at it: the share of reports that no department has in hand yet."""

from collections.abc import Mapping
from typing import Any

from core.words import N_
from risk.domain.facts import CaseFacts, Finding
from risk.domain.params import number, only

LABEL = N_("Not attended to")


def evaluate(facts: CaseFacts, params: Mapping[str, Any]) -> Finding:
    """Of the reports whose department says how far it is, those that nobody has in hand."""
    told = sum(one.told for one in facts.incidents)
    if not told:
        return Finding(params["missing"], N_("No department says how far it is with it"))
    waiting = told - sum(one.in_hand for one in facts.incidents)
    reason = N_("Reports that nobody has in hand: %(count)s of %(told)s")
    return Finding(waiting / told, reason, {"count": waiting, "told": told})


def check(params: Mapping[str, Any]) -> list[str]:
    """`missing`: the value where no department says anything, from 0 to 1."""
    return only(params, {"missing"}) + number(params, "missing", 0, 1)
