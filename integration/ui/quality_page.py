"""The words and lines of a feed's quality page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from city.selectors import zone
from core.clock import now
from integration import labels
from integration.domain.quality import DIMENSIONS
from integration.models import Delivery, Feed
from integration.selectors.quality import (
    Grade,
    Quality,
    Sample,
    quality_by_day,
    quality_of,
    samples_of,
)
from integration.ui.fields import DayField
from integration.ui.moments import day_start

__all__ = [
    "DayBar",
    "DimensionLine",
    "GradeLine",
    "PeriodForm",
    "QualityPage",
    "SampleLine",
    "quality_page",
]

_DAYS, _MOST_DAYS = 30, 366


class PeriodForm(forms.Form):
    """The days to look at; without any the last thirty."""

    since = DayField(_("First day"))
    until = DayField(_("Last day"))

    def clean(self) -> dict[str, date]:
        """Both days, in their order and not too far apart."""
        given = super().clean() or {}
        last = given.get("until") or now().astimezone(zone()).date()
        first = given.get("since") or last - timedelta(days=_DAYS - 1)
        if not self.errors and not 0 <= (last - first).days < _MOST_DAYS:
            message = _("The period must end after it begins and have %(most)s days at most.")
            raise forms.ValidationError(message, params={"most": _MOST_DAYS})
        return {"since": first, "until": last}


@dataclass(frozen=True)
class SampleLine:
    """A row that speaks against an indicator."""

    source_id: str
    line: int
    delivery_id: UUID
    reason: str


@dataclass(frozen=True)
class GradeLine:
    """One indicator in words; ``percent`` and ``good`` as in ``Grade``."""

    grade: Grade
    name: str
    counts: str
    samples: Sequence[SampleLine]


@dataclass(frozen=True)
class DimensionLine:
    """A dimension with its assessed indicators."""

    code: str
    name: str
    score: float | None
    lines: Sequence[GradeLine]
    unassessed: Sequence[str]


@dataclass(frozen=True)
class DayBar:
    """One day of the chart: rows that came, and its score, None without rows."""

    day: date
    received: int
    quarantined: int
    score: float | None


@dataclass(frozen=True)
class QualityPage:
    """What the page shows of a period."""

    quality: Quality
    dimensions: Sequence[DimensionLine]
    days: Sequence[DayBar]


def quality_page(
    feed: Feed, deliveries: QuerySet[Delivery], first: date, last: date
) -> QualityPage:
    """The quality of a feed from ``first`` to ``last``; ``deliveries`` that the viewer may see."""
    since, until = day_start(first), day_start(last + timedelta(days=1))
    quality = quality_of(Feed.objects.filter(id=feed.id), since, until)[feed.id]
    imperfect = [one.indicator.code for one in quality.grades if one.satisfied < one.assessed]
    came = deliveries.filter(
        feed=feed, exercise=False, received_at__gte=since, received_at__lt=until
    )
    samples = samples_of(came, imperfect)
    dimensions = [_dimension(code, name, quality, samples) for code, name in DIMENSIONS.items()]
    return QualityPage(quality, dimensions, _days(feed, since, until, first, last))


def _dimension(code: str, name: str, quality: Quality, samples: Sequence[Sample]) -> DimensionLine:
    grades = [one for one in quality.grades if one.indicator.dimension == code]
    return DimensionLine(
        code,
        gettext(name),
        quality.dimension(code),
        [_grade(one, samples) for one in grades if one.assessed],
        [gettext(one.indicator.name) for one in grades if not one.assessed],
    )


def _grade(grade: Grade, samples: Sequence[Sample]) -> GradeLine:
    against = [one for one in samples if one.indicator == grade.indicator.code]
    return GradeLine(
        grade,
        gettext(grade.indicator.name),
        gettext(grade.indicator.counts),
        [
            SampleLine(one.source_id, one.line, one.delivery_id, labels.title(one.code))
            for one in against
        ],
    )


def _days(feed: Feed, since: datetime, until: datetime, first: date, last: date) -> list[DayBar]:
    """Every day of the period, those without rows too: a gap is news."""
    known = quality_by_day(feed, since, until)
    nothing = Quality(feed.id)
    days = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    return [
        DayBar(one, found.received, found.quarantined, found.overall)
        for one in days
        for found in (known.get(one, nothing),)
    ]
