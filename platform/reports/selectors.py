"""Read-only views over everything, for those who supervise."""

from dataclasses import dataclass, fields

from accounts.domain import Viewer
from city.selectors import zone
from core.clock import now
from core.errors import NotAllowed
from core.words import N_
from departments.domain.measures import Counts, Measures
from departments.selectors import collaboration
from reports.domain.period import Period, read_period


@dataclass(frozen=True)
class CollaborationReport:
    """Measures per organisation in a period, and of all of them together."""

    period: Period
    rows: list[Measures]
    total: Measures


def collaboration_report(viewer: Viewer, *, first: str, last: str) -> CollaborationReport:
    """How departments worked together, as far as the viewer sees; NotAllowed without business."""
    if not viewer.sees_business:
        raise NotAllowed(
            "no_business_data", N_("Administrators see no business data; use another account.")
        )
    city_zone = zone()
    period = read_period(first, last, today=now().astimezone(city_zone).date(), zone=city_zone)
    rows = collaboration(viewer, period.start, period.end)
    return CollaborationReport(period, rows, _total(rows))


def _total(rows: list[Measures]) -> Measures:
    sums = {one.name: sum(getattr(row.counts, one.name) for row in rows) for one in fields(Counts)}
    return Measures("", "", "", Counts(**sums))
