"""How departments worked together in a period, from the frozen facts of the history."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, FloatField, Q, QuerySet, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from accounts.domain import Viewer
from city.selectors import organisations_by_id
from core.clock import now
from departments.domain.clocks import stamp
from departments.domain.facts import OWING
from departments.domain.measures import Counts, Measures
from departments.domain.states import PartState, Role
from departments.models import Task, TaskEntry, TaskPart
from departments.selectors.visibility import tasks_visible_to

__all__ = ["collaboration"]

_FEEDBACK = ("submit_feedback", "merge_feedback")
_REWORK = ("verify_fail", "reopen")
_Row = Mapping[str, Any]


def collaboration(viewer: Viewer, start: datetime, end: datetime) -> list[Measures]:
    """Measures per organisation with anything to count from `start` to before `end`, by code.

    Exercises are not counted. A supervisor sees the organisations of the tasks in scope, an
    officer the own organisations and those below. Four queries.
    """
    tasks = tasks_visible_to(viewer).filter(exercise=False)
    counted: dict[UUID, dict[str, int | float]] = defaultdict(dict)
    for rows in (
        _given(tasks, start, end),
        _history(tasks, start, end),
        _open(tasks, start, end),
        _closed(tasks, start, end),
    ):
        _add(counted, rows)
    known = organisations_by_id()
    scope = known.keys() if viewer.everything or viewer.districts else viewer.organisations
    return sorted(
        (
            Measures(known[one].code, known[one].name_zh, known[one].name_en, _counts(values))
            for one, values in counted.items()
            if one in scope and any(values.values())
        ),
        key=lambda measures: measures.organisation,
    )


def _add(counted: dict[UUID, dict[str, int | float]], rows: Iterable[_Row]) -> None:
    for row in rows:
        mine = counted[row["who"]]
        for name, value in row.items():
            if name != "who":
                mine[name] = mine.get(name, 0) + value


def _counts(values: dict[str, int | float]) -> Counts:
    """Add what was done in the period to what fell due in it and was not done."""
    whole = {name: int(value) for name, value in values.items() if name != "hours"}
    late_sign = whole.pop("signed_later", 0) + whole.pop("unsigned", 0)
    late = whole.pop("fed_back_later", 0) + whole.pop("unfed", 0)
    return Counts(
        **whole,
        hours=float(values.get("hours", 0)),
        should_sign=whole.get("signed", 0) + late_sign,
        should_feed_back=whole.get("fed_back", 0) + late,
        waiting=late,
    )


def _given(tasks: QuerySet[Task], start: datetime, end: datetime) -> Iterable[_Row]:
    parts = TaskPart.objects.filter(task__in=tasks, dispatched_at__gte=start, dispatched_at__lt=end)
    return (
        parts.values(who=F("organisation_id"))
        .annotate(
            led=Count("id", filter=Q(role=Role.LEAD)),
            supported=Count("id", filter=Q(role=Role.SUPPORTING)),
        )
        .order_by()
    )


def _history(tasks: QuerySet[Task], start: datetime, end: datetime) -> Iterable[_Row]:
    """What was done in the period, and later what had fallen due in it."""
    within = Q(at__lt=end)
    # Instants are frozen as sortable texts; `later` had its due instant in the period.
    due = Q(due_text__gte=stamp(start), due_text__lt=stamp(min(end, now())))
    later = Q(at__gte=end) & due
    signed, fed_back = Q(name="sign_for"), Q(name__in=_FEEDBACK)
    in_time = Q(detail__in_time=True)
    entries = TaskEntry.objects.filter(task__in=tasks, at__gte=start).exclude(part=None)
    return (
        entries.annotate(due_text=KT("detail__due"), spent=Cast(KT("detail__hours"), FloatField()))
        .values(who=F("part__organisation_id"))
        .annotate(
            signed=Count("id", filter=signed & within),
            signed_in_time=Count("id", filter=signed & within & in_time),
            signed_later=Count("id", filter=signed & later),
            fed_back=Count("id", filter=fed_back & within),
            fed_back_in_time=Count("id", filter=fed_back & within & in_time),
            fed_back_later=Count("id", filter=fed_back & later),
            hours=Coalesce(Sum("spent", filter=fed_back & within), 0.0),
            returned=Count("id", filter=Q(name="return") & within),
            reworked=Count("id", filter=Q(name__in=_REWORK) & within),
            urged=Count("id", filter=Q(name__in=("urge", "escalate")) & within),
        )
        .order_by()
    )


def _open(tasks: QuerySet[Task], start: datetime, end: datetime) -> Iterable[_Row]:
    """Parts that fell due in the period and are still not done."""
    until = min(end, now())
    unsigned = Q(state=PartState.TO_SIGN, sign_due__gte=start, sign_due__lt=until)
    unfed = Q(state__in=sorted(OWING), due__gte=start, due__lt=until)
    parts = TaskPart.objects.filter(unsigned | unfed, task__in=tasks)
    return (
        parts.values(who=F("organisation_id"))
        .annotate(unsigned=Count("id", filter=unsigned), unfed=Count("id", filter=unfed))
        .order_by()
    )


def _closed(tasks: QuerySet[Task], start: datetime, end: datetime) -> Iterable[_Row]:
    """Tasks closed in the period, for their leads."""
    leads = TaskPart.objects.filter(
        task__in=tasks, role=Role.LEAD, task__closed_at__gte=start, task__closed_at__lt=end
    ).exclude(state=PartState.RELEASED)
    return leads.values(who=F("organisation_id")).annotate(closed=Count("id")).order_by()
