"""When a case deserves an alert, and why not."""

from dataclasses import dataclass
from enum import Enum

from core.words import N_
from risk.domain.rules import Rules, at_least

CASE_RULE = "case.risk_level"
"""The rule of alerts on a case's risk level."""
SILENT_RULE = "feed.silent"
"""The rule of alerts on feeds that say nothing, or nothing new."""
DEVICE_RULE = "feed.device"
"""The rule of alerts on devices of a feed that say nothing while the feed itself does."""
CASE_SOURCE, FEED_SOURCE = "case", "feed"
"""What alerts are about."""

SILENCED = "silenced"
"""The outcome of an alert that was closed as it was made, its reason kept."""

RAISED = N_("%(level)s, score %(score)s")
CLOSED_UPSTREAM = N_("Every record of the case was already closed by the department that sent it")
IN_HAND_UPSTREAM = N_("Every record of the case is already in hand at the department that sent it")
_ATTENDED = frozenset({"dispatched", "in_hand", "closed"})

FEED_SILENT = N_("Nothing has come from the feed %(name)s since %(since)s")
FEED_NOTHING_NEW = N_(
    "The feed %(name)s is in contact, but nothing new has come from it since %(since)s"
)
FEED_NEVER_ANYTHING = N_(
    "The feed %(name)s is in contact, but nothing has come from it since it was set up on %(since)s"
)
FEED_PULLS_FAIL = N_(
    "The feed %(name)s cannot be pulled: %(failures)s attempts in a row failed; no contact since"
    " %(since)s"
)
DEVICES_OFFLINE = N_(
    "%(count)s of %(known)s devices of the feed %(name)s are not heard of: %(devices)s"
)
FEED_NEVER_HEARD = N_("Nothing has come from the feed %(name)s since it was set up on %(since)s")
HEARD_AGAIN = "heard_again"
"""The outcome of a feed's alert that the machine closed."""


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
    distinct handling states that its records have at their departments, "" where one tells none;
    `by_hand`: an incident of it was entered by hand; `silenced`: it was already kept silent
    at this level.
    """

    state: str
    level: str
    open_level: str
    upstream: frozenset[str]
    by_hand: bool = False
    silenced: bool = False

    @property
    def silence(self) -> str:
        """Why it keeps silent, "" if it does not: nobody is sent again to what is in hand."""
        if self.by_hand or not self.upstream or not self.upstream <= _ATTENDED:
            return ""
        return CLOSED_UPSTREAM if self.upstream == {"closed"} else IN_HAND_UPSTREAM


def decide(facts: AlertFacts, rules: Rules) -> Verdict:
    """Open an alert, raise it, keep silent or do nothing; doing it again gives nothing new."""
    if facts.open_level:
        higher = facts.level != facts.open_level and at_least(facts.level, facts.open_level)
        return Verdict.RAISE if higher else Verdict.NOTHING
    settled = facts.state in {"settled", "false_alarm", "in_hand"}
    if settled or not rules.alerts(facts.level):
        return Verdict.NOTHING
    if facts.silence:
        return Verdict.NOTHING if facts.silenced else Verdict.SILENCE
    return Verdict.OPEN
