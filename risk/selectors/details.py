"""One incident, case or subject with all that belongs to it, if the viewer may see it."""

from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from accounts.domain.viewer import Viewer
from core.errors import NotFound
from core.words import N_
from risk.models import (
    Alert,
    CaseParty,
    Incident,
    IncidentRecord,
    RiskCase,
    Subject,
)
from risk.selectors.visibility import (
    cases_listed_to,
    cases_visible_to,
    incidents_visible_to,
    subject_links_visible_to,
    subjects_visible_to,
)

Row = TypeVar("Row", bound=Model)
RECORDS_SHOWN = 1000


@dataclass(frozen=True)
class RecordLink:
    """A record behind an incident or about a subject, and why."""

    id: UUID
    feed: str
    source_id: str
    grounds: list[dict[str, object]]
    weight: float


@dataclass(frozen=True)
class IncidentDetail:
    """An incident, its records and its case if it is in one."""

    incident: Incident
    records: list[RecordLink]
    case_id: UUID | None


@dataclass(frozen=True)
class CaseDetail:
    """A case with its newest assessment, incidents with their records, parties and alerts."""

    case: RiskCase
    incidents: list[IncidentDetail]
    parties: list[CaseParty]
    alerts: list[Alert]


@dataclass(frozen=True)
class SubjectDetail:
    """A subject, and of its newest records and its cases those that the viewer may see."""

    subject: Subject
    records: list[RecordLink]
    cases: list[RiskCase]


def _one(rows: QuerySet[Row], key: UUID) -> Row:
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound("not_found", N_("There is no such object, or you may not see it."))
    return found


def incident_detail(viewer: Viewer, incident_id: UUID) -> IncidentDetail:
    """An incident the viewer may see, else NotFound."""
    incident = _one(incidents_visible_to(viewer, exercise=None), incident_id)
    return _details([incident])[0]


def case_detail(viewer: Viewer, case_id: UUID) -> CaseDetail:
    """A case the viewer may see, else NotFound; a constant number of queries."""
    rows = cases_visible_to(viewer, exercise=None).select_related("subject", "assessment__ruleset")
    case = _one(rows, case_id)
    incidents = Incident.objects.filter(case_links__case=case).order_by("-last_at", "-id")
    parties = CaseParty.objects.filter(case=case).select_related("organisation")
    alerts = Alert.objects.filter(case=case).order_by("-opened_at", "-id")
    return CaseDetail(
        case, _details(list(incidents)), list(parties.order_by("since", "id")), list(alerts)
    )


def subject_detail(viewer: Viewer, subject_id: UUID) -> SubjectDetail:
    """A subject the viewer may see, else NotFound."""
    subject = _one(subjects_visible_to(viewer), subject_id)
    cases = cases_listed_to(viewer).filter(subject=subject).order_by("-last_at", "-id")
    links = subject_links_visible_to(viewer, subject).order_by("-id")
    rows = links.values_list(
        "record_id", "record__feed__key", "record__source_id", "grounds", "weight"
    )
    records = [RecordLink(*row) for row in rows[:RECORDS_SHOWN]]
    return SubjectDetail(subject, records, list(cases[:RECORDS_SHOWN]))


def _details(incidents: list[Incident]) -> list[IncidentDetail]:
    found = {one.id: IncidentDetail(one, [], None) for one in incidents}
    rows = IncidentRecord.objects.filter(incident_id__in=list(found)).values_list(
        "incident_id", "record_id", "record__feed__key", "record__source_id", "grounds", "weight"
    )
    for incident_id, *link in rows.order_by("id"):
        found[incident_id].records.append(RecordLink(*link))
    cases = Incident.objects.filter(id__in=list(found)).values_list("id", "case_links__case_id")
    case_of = dict(cases)
    return [
        IncidentDetail(one.incident, one.records, case_of.get(one.incident.id))
        for one in found.values()
    ]
