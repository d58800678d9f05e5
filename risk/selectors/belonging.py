"""To what one record belongs, as far as the viewer may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from accounts.domain.viewer import Viewer
from risk.models import Incident, IncidentRecord, IssuedWarning, RiskCase, Subject
from risk.selectors.visibility import (
    cases_visible_to,
    incidents_visible_to,
    subjects_visible_to,
)
from risk.selectors.warnings import warnings_visible_to

__all__ = ["Belonging", "belonging"]


@dataclass(frozen=True)
class Belonging:
    """What a record is part of or about, as far as it may be seen.

    `grounds` say why the record is in its incident.
    """

    incident: Incident | None
    grounds: Sequence[dict[str, object]]
    case: RiskCase | None
    warning: IssuedWarning | None
    subjects: Sequence[Subject]


def belonging(viewer: Viewer, record_id: UUID) -> Belonging:
    """What the viewer may see of what a record belongs to."""
    link = IncidentRecord.objects.filter(record_id=record_id).first()
    subjects = subjects_visible_to(viewer).filter(links__record_id=record_id)
    warnings = warnings_visible_to(viewer, exercise=None).filter(record_id=record_id)
    return Belonging(
        incident=_incident(viewer, link),
        grounds=link.grounds if link else (),
        case=_case(viewer, link),
        warning=warnings.first(),
        subjects=list(subjects.order_by("-id").distinct()),
    )


def _incident(viewer: Viewer, link: IncidentRecord | None) -> Incident | None:
    if link is None:
        return None
    return incidents_visible_to(viewer, exercise=None).filter(pk=link.incident_id).first()


def _case(viewer: Viewer, link: IncidentRecord | None) -> RiskCase | None:
    if link is None:
        return None
    cases = cases_visible_to(viewer, exercise=None).filter(links__incident_id=link.incident_id)
    return cases.select_related("subject").first()
