"""Who sees which warnings, which of them are in force, and one of them with all it belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.domain.viewer import Viewer
from core.errors import NotFound
from core.words import N_
from risk.models import IssuedWarning, WarningDistrict, WarningState

_PUBLIC = "Public"


@dataclass(frozen=True)
class WarningDetail:
    """A warning, and of the messages it replaces those that came and the viewer may see.

    `warning.replaced_by` and `warning.districts.all()` are at hand.
    """

    warning: IssuedWarning
    replaces: Sequence[IssuedWarning]


def warnings_visible_to(
    viewer: Viewer, *, exercise: bool | None = False
) -> QuerySet[IssuedWarning]:
    """Warnings the viewer may see, Cancels among them, their districts at hand.

    Public ones are seen by whoever sees business data; the others as records are: by their
    organisation, by those who may see their category, by supervision of their districts. Those
    that were withdrawn were no warnings. `exercise` None: exercises as well.
    """
    rows = IssuedWarning.objects.exclude(state=WarningState.WITHDRAWN)
    rows = rows.select_related("organisation").prefetch_related("districts")
    if exercise is not None:
        rows = rows.filter(exercise=exercise)
    if viewer.kind == "partner" or not viewer.sees_business:
        return rows.none()
    if viewer.everything:
        return rows
    here = WarningDistrict.objects.filter(warning_id=OuterRef("pk"), district__in=viewer.districts)
    return rows.filter(
        Q(scope=_PUBLIC)
        | Q(organisation_id__in=viewer.organisations)
        | Q(category__in=viewer.categories)
        | Exists(here)
    )


def in_force(
    rows: QuerySet[IssuedWarning], at: datetime, *, in_city: bool = False
) -> QuerySet[IssuedWarning]:
    """Of some warnings those that stand at an instant; `in_city`: for a district of the city."""
    found = rows.filter(state=WarningState.ISSUED, starts_at__lte=at, ends_at__gt=at)
    if not in_city:
        return found
    return found.filter(Exists(WarningDistrict.objects.filter(warning_id=OuterRef("pk"))))


def warning_detail(viewer: Viewer, warning_id: UUID) -> WarningDetail:
    """A warning the viewer may see, else NotFound."""
    rows = warnings_visible_to(viewer, exercise=None)
    found = rows.select_related("organisation", "replaced_by").filter(pk=warning_id).first()
    if found is None:
        raise NotFound("not_found", N_("There is no such object, or you may not see it."))
    return WarningDetail(found, list(rows.filter(replaced_by=found).order_by("sent_at", "id")))
