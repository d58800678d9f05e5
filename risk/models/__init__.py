"""What records are about, what they amount to, and how it is judged."""

from risk.models.alerts import Alert, AlertState
from risk.models.cases import (
    Assessment,
    CaseIncident,
    CaseParty,
    CaseState,
    RiskCase,
    RiskLevel,
    Ruleset,
)
from risk.models.incidents import Incident, IncidentOrigin, IncidentRecord
from risk.models.subjects import Subject, SubjectCell, SubjectRecord
from risk.models.warnings import (
    IssuedWarning,
    WarningDistrict,
    WarningLevel,
    WarningReference,
    WarningState,
)

__all__ = [
    "Alert",
    "AlertState",
    "Assessment",
    "CaseIncident",
    "CaseParty",
    "CaseState",
    "Incident",
    "IncidentOrigin",
    "IncidentRecord",
    "IssuedWarning",
    "RiskCase",
    "RiskLevel",
    "Ruleset",
    "Subject",
    "SubjectCell",
    "SubjectRecord",
    "WarningDistrict",
    "WarningLevel",
    "WarningReference",
    "WarningState",
]
