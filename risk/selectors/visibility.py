"""Who sees what: incidents and subjects as records are seen, cases and alerts by taking part.

Exercises are left out of every list unless they are asked for.
"""

from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from accounts.domain.viewer import Viewer
from integration.selectors import feeds_visible_to
from risk.domain.alerting import FEED_SOURCE
from risk.models import (
    Alert,
    CaseIncident,
    CaseParty,
    Incident,
    IncidentRecord,
    RiskCase,
    Subject,
    SubjectRecord,
)

Row = TypeVar("Row", bound=Model)


def _in_scope(rows: QuerySet[Row], viewer: Viewer) -> QuerySet[Row] | None:
    """All rows or none where the viewer's kind decides, None where single rows decide."""
    if not viewer.sees_business:
        return rows.none()
    return rows if viewer.everything else None


def _operation(rows: QuerySet[Row], exercise: bool | None) -> QuerySet[Row]:
    return rows if exercise is None else rows.filter(exercise=exercise)


def _record_seen(viewer: Viewer, prefix: str = "record__") -> Q:
    """A linked record is the viewer's organisations' own, or of a category they may see."""
    own = Q(**{f"{prefix}feed__organisation_id__in": viewer.organisations})
    return own | Q(**{f"{prefix}record__category__in": viewer.categories})


def incidents_visible_to(viewer: Viewer, *, exercise: bool | None = False) -> QuerySet[Incident]:
    """Incidents the viewer may see; `exercise` None: exercises as well."""
    rows = _operation(Incident.objects.all(), exercise)
    decided = _in_scope(rows, viewer)
    if decided is not None:
        return decided
    linked = IncidentRecord.objects.filter(_record_seen(viewer), incident_id=OuterRef("pk"))
    return rows.filter(
        Exists(linked)
        | Q(organisation_id__in=viewer.organisations)
        | Q(district__in=viewer.districts)
    )


def cases_visible_to(viewer: Viewer, *, exercise: bool | None = False) -> QuerySet[RiskCase]:
    """Cases with a record of the viewer's organisations, or that these take part in."""
    rows = _operation(RiskCase.objects.all(), exercise)
    decided = _in_scope(rows, viewer)
    if decided is not None:
        return decided
    own = CaseIncident.objects.filter(case_id=OuterRef("pk")).filter(
        Q(incident__links__record__feed__organisation_id__in=viewer.organisations)
        | Q(incident__organisation_id__in=viewer.organisations)
    )
    party = CaseParty.objects.filter(
        case_id=OuterRef("pk"), organisation_id__in=viewer.organisations
    )
    return rows.filter(Exists(own) | Exists(party) | Q(district__in=viewer.districts))


def cases_listed_to(viewer: Viewer, *, exercise: bool | None = False) -> QuerySet[RiskCase]:
    """The visible cases that something is in: one whose incidents all went elsewhere tells nothing.

    Such a case is still found by its address, for a task may stand on it.
    """
    return cases_visible_to(viewer, exercise=exercise).filter(incident_count__gt=0)


def alerts_visible_to(viewer: Viewer, *, exercise: bool | None = False) -> QuerySet[Alert]:
    """Alerts of the cases the viewer may see, and of the feeds whose keeping is theirs.

    That a feed is silent is known to its organisation, to those who see everything, and to system
    administrators, who set feeds up: it tells of no matter of the city.
    """
    rows = _operation(Alert.objects.all(), exercise)
    if viewer.kind == "partner":
        return rows.none()
    about_feed = Q(source_kind=FEED_SOURCE, source_id__in=feeds_visible_to(viewer).values("id"))
    if not viewer.sees_business:
        return rows.filter(about_feed)
    if viewer.everything:
        return rows
    cases = cases_visible_to(viewer, exercise=None).filter(pk=OuterRef("case_id"))
    return rows.filter(Exists(cases) | about_feed)


def real_subjects() -> QuerySet[Subject]:
    """Subjects about which something was really reported."""
    links = SubjectRecord.objects.filter(subject_id=OuterRef("pk"), record__exercise=False)
    cases = RiskCase.objects.filter(subject_id=OuterRef("pk"), exercise=False)
    return Subject.objects.filter(Exists(links) | Exists(cases))


def subject_links_visible_to(viewer: Viewer, subject: Subject) -> QuerySet[SubjectRecord]:
    """The links of a visible subject to the real records that the viewer may see."""
    links = SubjectRecord.objects.filter(subject=subject, record__exercise=False)
    decided = _in_scope(links, viewer)
    if decided is not None:
        return decided
    return links.filter(_record_seen(viewer) | Q(record__record__district__in=viewer.districts))


def subjects_visible_to(viewer: Viewer) -> QuerySet[Subject]:
    """Places about which the viewer may see a record; those of exercises alone are left out."""
    rows = real_subjects()
    decided = _in_scope(rows, viewer)
    if decided is not None:
        return decided
    real = SubjectRecord.objects.filter(record__exercise=False)
    linked = real.filter(_record_seen(viewer), subject_id=OuterRef("pk"))
    return rows.filter(Exists(linked) | Q(district__in=viewer.districts))
