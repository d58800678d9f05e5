"""From when until when warnings bear on which districts: what scores and repeats ask of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Least

from risk.models import IssuedWarning, WarningState


@dataclass(frozen=True)
class Effect:
    """A warning on one district, until its end or until another message took its place.

    `grade`: its level, else the severity that its message tells. `drawn`: the message draws an
    area, so that not all of the district need be in it.
    """

    warning: UUID
    district: str
    exercise: bool
    category: str
    grade: str
    starts_at: datetime
    ends_at: datetime
    drawn: bool


def effects(warnings: QuerySet[IssuedWarning]) -> list[Effect]:
    """The effects of some warnings, by warning and district; those that had none are left out.

    One query.
    """
    rows = (
        warnings.exclude(state=WarningState.WITHDRAWN)
        .exclude(districts=None)
        .annotate(until=Least("ends_at", Coalesce("replaced_by__sent_at", "ends_at")))
        .filter(until__gt=F("starts_at"))
        .order_by("id", "districts__district")
        .values_list(
            "id",
            "districts__district",
            "exercise",
            "category",
            "level",
            "severity",
            "starts_at",
            "until",
            "geometry__type",
        )
    )
    return [
        Effect(key, district, exercise, category, level or severity, start, until, _area(kind))
        for key, district, exercise, category, level, severity, start, until, kind in rows
    ]


def _area(kind: str | None) -> bool:
    return kind in {"Polygon", "MultiPolygon", "GeometryCollection"}
