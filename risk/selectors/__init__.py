"""Reads of what happened and how it is judged; what a viewer sees is in the query."""

from risk.selectors.belonging import Belonging, belonging
from risk.selectors.by_feed import counts_by_feed, feeds_of_cases
from risk.selectors.details import case_detail, incident_detail, subject_detail
from risk.selectors.evidence import case_facts
from risk.selectors.facts import AlertMatter, alert_facts, alert_matters
from risk.selectors.filters import narrow
from risk.selectors.links import clusters, counts
from risk.selectors.rulesets import active_rules, active_ruleset, rules_of
from risk.selectors.visibility import (
    alerts_visible_to,
    cases_listed_to,
    cases_visible_to,
    incidents_visible_to,
    subjects_visible_to,
)
from risk.selectors.warnings import in_force, warning_detail, warnings_visible_to

__all__ = [
    "AlertMatter",
    "Belonging",
    "active_rules",
    "active_ruleset",
    "alert_facts",
    "alert_matters",
    "alerts_visible_to",
    "belonging",
    "case_detail",
    "case_facts",
    "cases_listed_to",
    "cases_visible_to",
    "clusters",
    "counts",
    "counts_by_feed",
    "feeds_of_cases",
    "in_force",
    "incident_detail",
    "incidents_visible_to",
    "narrow",
    "rules_of",
    "subject_detail",
    "subjects_visible_to",
    "warning_detail",
    "warnings_visible_to",
]
