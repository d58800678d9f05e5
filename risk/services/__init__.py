"""Verbs of judging: associate, gather, assess, alert, and what officers and tasks do to these."""

from risk.services.alerts import close_alert, mark_dispatched, raise_alerts
from risk.services.assessing import assess
from risk.services.association import associate
from risk.services.cases import add_parties, settle_case, take_up_case
from risk.services.gathering import gather
from risk.services.incidents import Report, report_incident
from risk.services.rulesets import load_ruleset
from risk.services.silence import sweep_silent_feeds

__all__ = [
    "Report",
    "add_parties",
    "assess",
    "associate",
    "close_alert",
    "gather",
    "load_ruleset",
    "mark_dispatched",
    "raise_alerts",
    "report_incident",
    "settle_case",
    "sweep_silent_feeds",
    "take_up_case",
]
