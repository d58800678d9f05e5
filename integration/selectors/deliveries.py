"""Deliveries and the problems of their rows."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import QuerySet

from accounts.domain import Viewer
from integration.models import Delivery, Problem
from integration.selectors.feeds import feeds_of_business

__all__ = ["deliveries_visible_to", "problems_of", "problems_visible_to"]


def deliveries_visible_to(viewer: Viewer) -> QuerySet[Delivery]:
    """Deliveries of the feeds whose organisation the viewer belongs to, or of the own key."""
    return Delivery.objects.select_related("feed").filter(
        feed__in=feeds_of_business(viewer).values("id")
    )


def problems_visible_to(viewer: Viewer) -> QuerySet[Problem]:
    """Problems of visible deliveries."""
    return Problem.objects.filter(delivery__feed__in=feeds_of_business(viewer).values("id"))


def problems_of(delivery_id: UUID) -> Iterator[dict[str, object]]:
    """Every problem of a delivery by line, as the sender is told; for operators."""
    names = ("line", "source_id", "code", "field", "outcome", "message")
    problems = Problem.objects.filter(delivery_id=delivery_id).order_by("line", "id")
    return iter(problems.values(*names).iterator(chunk_size=2000))
