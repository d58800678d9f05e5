"""How well it is confirmed: reports and feeds behind the best confirmed incident."""

from collections.abc import Mapping
from typing import Any

from core.words import N_
from risk.domain.facts import CaseFacts, Finding
from risk.domain.params import number, only

LABEL = N_("Corroboration")


def evaluate(facts: CaseFacts, params: Mapping[str, Any]) -> Finding:
    """`feeds_share` of further feeds plus the rest of further reports, each up to saturation."""
    share = params["feeds_share"]
    reports, feeds = max((one.reports, one.feeds) for one in facts.incidents)
    feeds = max([feeds, *(one.feeds for one in facts.incidents)])
    value = share * _further(feeds, params["feeds_saturation"])
    value += (1 - share) * _further(reports, params["reports_saturation"])
    reason = N_("Best confirmed incident: %(reports)s reports, %(feeds)s feeds")
    return Finding(value, reason, {"reports": reports, "feeds": feeds})


def _further(count: int, saturation: float) -> float:
    return min(1.0, max(0, count - 1) / (saturation - 1))


def check(params: Mapping[str, Any]) -> list[str]:
    """`reports_saturation`, `feeds_saturation` above 1; `feeds_share` from 0 to 1."""
    errors = only(params, {"reports_saturation", "feeds_saturation", "feeds_share"})
    for name in ("reports_saturation", "feeds_saturation"):
        errors += number(params, name, 2, 10_000)
    return errors + number(params, "feeds_share", 0, 1)
