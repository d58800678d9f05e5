"""When a case deserves an alert, and why not."""

from dataclasses import dataclass
from enum import Enum

from core.words import N_
from risk.domain.rules import Rules, at_least

CASE_RULE = "case.risk_level"
"""The rule of alerts on a case's risk level."""

RAISED = N_("Risk level %(level)s with a score of %(score)s")
CLOSED_UPSTREAM = N_("Every record of the case was already closed by the department that sent it")


class Verdict(Enum):
    """What becomes of a case in step 6."""

    NOTHING = "nothing"
    OPEN = "open"
    RAISE = "raise"  # the open alert goes up to the case's level
    SILENCE = "silence"  # no alert, with a reason


@dataclass(frozen=True)
class AlertFacts:
    """A case as step 6 sees it.

    `state`: of the case; `open_level`: of the alert that is not closed, "" if none; `upstream`:
    distinct handling states that its records have at their departments; `by_hand`: an incident
    of it was entered by hand; `silenced`: it was already kept silent for this level.
    """

    state: str
    level: str
    open_level: str
    upstream: frozenset[str]
    by_hand: bool = False
    silenced: bool = False


def decide(facts: AlertFacts, rules: Rules) -> Verdict:
    """Open an alert, raise it, keep silent or do nothing; doing it again gives nothing new."""
    if facts.open_level:
        higher = facts.level != facts.open_level and at_least(facts.level, facts.open_level)
        return Verdict.RAISE if higher else Verdict.NOTHING
    settled = facts.state in {"settled", "false_alarm", "in_hand"}
    if settled or not rules.alerts(facts.level):
        return Verdict.NOTHING
    if facts.upstream == {"closed"} and not facts.by_hand:
        return Verdict.NOTHING if facts.silenced else Verdict.SILENCE
    return Verdict.OPEN
