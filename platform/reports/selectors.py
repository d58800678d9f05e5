"""Read-only views over everything, for those who supervise."""

from dataclasses import dataclass, fields

from django.utils.translation import gettext

from accounts.domain import Viewer
from city.selectors import zone
from core.clock import now
from core.errors import NotAllowed
from core.words import N_
from departments.domain.measures import Counts, Measures
from departments.selectors import collaboration
from integration.domain.quality import DIMENSIONS
from integration.selectors.quality import FeedQuality, qualities
from reports.domain.period import Period, read_period


@dataclass(frozen=True)
class CollaborationReport:
    """Measures per organisation in a period, and of all of them together."""

    period: Period
    rows: list[Measures]
    total: Measures


def collaboration_report(viewer: Viewer, *, first: str, last: str) -> CollaborationReport:
    """How departments worked together, as far as the viewer sees; NotAllowed without business."""
    period = _period(viewer, first, last)
    rows = collaboration(viewer, period.start, period.end)
    return CollaborationReport(period, rows, _total(rows))


@dataclass(frozen=True)
class Scorecard:
    """A feed, the quality of what it sent, and the score of each dimension by its name."""

    told: FeedQuality

    @property
    def scores(self) -> list[tuple[str, float | None]]:
        """The name of each dimension, in the active language, and its score."""
        quality = self.told.quality
        return [(gettext(name), quality.dimension(code)) for code, name in DIMENSIONS.items()]


@dataclass(frozen=True)
class QualityReport:
    """The quality of every feed that the viewer may know of, in a period."""

    period: Period
    rows: list[Scorecard]


def quality_report(viewer: Viewer, *, first: str, last: str) -> QualityReport:
    """Scorecards of feeds by organisation and key; NotAllowed without business."""
    period = _period(viewer, first, last)
    told = qualities(viewer, period.start, period.end)
    return QualityReport(period, [Scorecard(one) for one in told])


def _period(viewer: Viewer, first: str, last: str) -> Period:
    if not viewer.sees_business:
        raise NotAllowed(
            "no_business_data", N_("Administrators see no business data; use another account.")
        )
    city_zone = zone()
    return read_period(first, last, today=now().astimezone(city_zone).date(), zone=city_zone)


def _total(rows: list[Measures]) -> Measures:
    sums = {one.name: sum(getattr(row.counts, one.name) for row in rows) for one in fields(Counts)}
    return Measures("", "", "", Counts(**sums))
