"""Where cases are, for what is asked about their surroundings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.db.models import TextField
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from core.cells import cells
from risk.models import RiskCase, SubjectCell


@dataclass(frozen=True)
class Place:
    """Where and of what kind a case is.

    `case`: its id as a text; `as_of`: seconds since the epoch of its last evidence; `cells` of
    its subject (H3, resolution 9), none for a whole district; `lon`, `lat`: its subject's, WGS-84
    degrees.
    """

    case: str
    family: str
    district: str
    exercise: bool
    as_of: float
    lon: float
    lat: float
    cells: tuple[int, ...]


def among(ids: Iterable[UUID | str]) -> RawSQL:
    """Thousands of ids as one parameter, for `__in`: a list of them costs more than the query."""
    return RawSQL("SELECT unnest(%s::uuid[])", [[str(one) for one in ids]])


def as_text(column: str) -> Cast:
    """Ids as texts: a UUID object for each of many rows costs more than reading them."""
    return Cast(column, TextField())


def places_of(as_of: Mapping[str, float]) -> list[Place]:
    """The places of cases, given the time of each one's last evidence. Two queries."""
    rows = list(
        RiskCase.objects.filter(id__in=among(as_of))
        .order_by("id")
        .values_list(
            as_text("id"), "family", "district", "exercise", "subject__lon", "subject__lat",
            as_text("subject_id"), "subject__attributes__located",
        )
    )  # fmt: skip
    held = _cells({row[6] for row in rows})
    # A place that an address names covers no cells: it stands where its records put it.
    held |= {row[6]: [_cell(row[4], row[5])] for row in rows if row[7] and row[6] not in held}
    return [
        Place(case, family, district, exercise, as_of[case], lon, lat, tuple(held.get(subject, ())))
        for case, family, district, exercise, lon, lat, subject, _ in rows
    ]


def _cell(lon: float, lat: float) -> int:
    return int(cells(np.array([lon]), np.array([lat]))[0])


def _cells(subjects: Iterable[str]) -> dict[str, list[int]]:
    rows = SubjectCell.objects.filter(subject_id__in=among(subjects)).order_by("cell")
    found: dict[str, list[int]] = {}
    for subject, cell in rows.values_list(as_text("subject_id"), "cell"):
        found.setdefault(subject, []).append(cell)
    return found
