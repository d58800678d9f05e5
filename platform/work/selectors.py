"""What is owed, what is dead, and who lives."""

from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from core.clock import now
from work.models import Heartbeat, WorkItem


def ready(step: str) -> int:
    """How many items of `step` could be claimed now."""
    instant = now()
    free = Q(leased_until=None) | Q(leased_until__lt=instant)
    return WorkItem.objects.filter(free, step=step, dead=False, available_at__lte=instant).count()


def waiting() -> dict[str, int]:
    """Items not yet done, by step, dead ones left out."""
    rows = WorkItem.objects.filter(dead=False).values_list("step").annotate(Count("id"))
    return dict(rows.order_by("step"))


def dead() -> QuerySet[WorkItem]:
    """Items that no retry helped, oldest first."""
    return WorkItem.objects.filter(dead=True).order_by("id")


def last_beat(name: str) -> datetime | None:
    """When the process `name` last said that it lives."""
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()


def alive(name: str, *, within: timedelta) -> bool:
    """Whether `name` said so within the given time."""
    at = last_beat(name)
    return at is not None and now() - at <= within
