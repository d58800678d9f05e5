"""What the case page shows, gathered from the case and the records behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.domain.viewer import Viewer
from city.selectors import name
from core.errors import NotFound
from core.words import N_
from departments.selectors import TaskRow, tasks_visible_to
from departments.selectors.lists import rows_of
from desk import labels
from desk.case_records import RecordLine, record_lines
from desk.score_terms import Term, contributing, terms_of
from desk.task_page import points_of
from risk.selectors import case_detail
from web.maps import Map, Point
from web.tables import Column, Table

RECORD_COLUMNS = (
    Column(_("Record")),
    Column(_("Category")),
    Column(_("Severity"), numeric=True),
    Column(_("Contact")),
    Column(_("Why here")),
    Column(_("Time"), numeric=True),
)
HISTORY_SHOWN = 20


@dataclass(frozen=True)
class Past:
    """An earlier or the present assessment."""

    score: float
    risk_level: str
    ruleset: str
    assessed_at: datetime


@dataclass(frozen=True)
class CasePage:
    """Everything on the page of a risk case."""

    case: Any  # a risk case with its subject
    title: str
    score: float | None
    ruleset: str
    assessed_at: datetime | None
    terms: Sequence[Term]
    incidents: Sequence[Any]
    records: Sequence[RecordLine]
    record_table: Table
    tasks: Sequence[TaskRow]
    history: Sequence[Past]
    map: Map
    facts: Sequence[tuple[str, object]]

    @property
    def weights(self) -> float:
        """Sum of the terms' weights."""
        return sum(term.weight for term in self.terms)

    @property
    def contributing(self) -> Sequence[Term]:
        """The terms that add to the score: the bars of the chart."""
        return contributing(self.terms)

    @property
    def heaviest(self) -> float:
        """The largest weight among them: the longest bar."""
        return max((term.weight for term in self.contributing), default=0.0)


def case_page(viewer: Viewer, case_id: UUID) -> CasePage:
    """The page of a case the viewer may see, else NotFound."""
    found = case_detail(viewer, case_id)
    case = found.case
    incidents = [one.incident for one in found.incidents]
    records = record_lines(viewer, found)
    past = case.assessments.select_related("ruleset").order_by("-assessed_at", "-id")
    newest = case.assessment
    tasks = tasks_visible_to(viewer).filter(case_id=case.id).order_by("-created_at", "-id")
    return CasePage(
        case=case,
        title=title_of(case),
        score=case.score,
        ruleset=_ruleset(newest) if newest else "",
        assessed_at=newest.assessed_at if newest else None,
        terms=terms_of(newest),
        incidents=incidents,
        records=records,
        record_table=Table(
            caption=_("Records"),
            columns=RECORD_COLUMNS,
            rows=records,
            row_template="desk/record_row.html",
            cursor=None,
            query={},
            empty=_("No record: the case was reported by hand."),
        ),
        tasks=rows_of(list(tasks)),
        history=[_past(one) for one in past[:HISTORY_SHOWN]],
        map=_map(case, incidents),
        facts=_facts(found.case, found.parties),
    )


def record_of_case(viewer: Viewer, case_id: UUID, record_id: UUID) -> RecordLine:
    """One record of a case the viewer may see, else NotFound."""
    for line in record_lines(viewer, case_detail(viewer, case_id)):
        if line.id == record_id:
            return line
    raise NotFound("not_found", N_("There is no such object, or you may not see it."))


def case_address(case_id: UUID) -> str:
    """The address of a case's page."""
    return reverse("case", args=[case_id])


def title_of(case: Any) -> str:
    """What kind of risk and where, as people would call it."""
    return f"{labels.family(case.family)} · {name(case.subject)}"


def _ruleset(one: Any) -> str:
    return f"{name(one.ruleset)} v{one.ruleset.version}"


def _past(one: Any) -> Past:
    return Past(one.score, one.risk_level, _ruleset(one), one.assessed_at)


def _map(case: Any, incidents: Sequence[Any]) -> Map:
    points = points_of(incidents)
    spot = Point(case.subject.lon, case.subject.lat, name(case.subject), case.risk_level)
    return Map([*points, spot], label=gettext("Map of the case and its incidents"))


def _facts(case: Any, parties: Sequence[Any]) -> list[tuple[str, object]]:
    who = labels.listed(name(one.organisation) for one in parties)
    return [
        (gettext("Risk point"), name(case.subject)),
        (gettext("District"), labels.district(case.district)),
        (gettext("Unit grid"), case.grid),
        (gettext("Taking part"), who),
    ]
