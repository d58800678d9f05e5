"""Quarantined rows that wait for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from accounts.domain import Viewer
from integration.models import Feed, Problem
from integration.models.deliveries import Outcome, Settlement
from integration.selectors.feeds import feeds_of_business

__all__ = [
    "WaitingRow",
    "open_problems_visible_to",
    "settled_problems_visible_to",
    "with_reasons",
]


@dataclass(frozen=True)
class WaitingRow:
    """A quarantined row that waits.

    ``problem`` carries the sealed row and is the one to settle; ``reasons`` are all problems that
    quarantined the row, ``problem`` among them, in the order they were found.
    """

    problem: Problem
    reasons: Sequence[Problem]


def open_problems_visible_to(
    viewer: Viewer, *, feed: str | None = None, code: str | None = None, exercise: bool = False
) -> QuerySet[Problem]:
    """One open problem for each waiting row of the feeds whose rows the viewer may know of.

    ``feed``: key of a feed. ``code``: rows that have this reason, be it the first or not. Comes
    with ``feed`` and ``delivery``; page it by ``found_at`` with ``restapi.pages.newest_first``.
    """
    feeds = _feeds(viewer, feed)
    waiting = Problem.objects.filter(settlement=Settlement.OPEN, delivery__exercise=exercise)
    # A list of ids and not a join, so that the walk along the index stays one.
    waiting = (
        waiting.filter(feed_id__in=feeds) if len(feeds) != 1 else waiting.filter(feed=feeds[0])
    )
    if code is not None:
        same = Problem.objects.filter(
            delivery=OuterRef("delivery"),
            line=OuterRef("line"),
            outcome=Outcome.QUARANTINED,
            code=code,
        )
        waiting = waiting.filter(Exists(same))
    heavy = ("sealed_row", "delivery__answer", "delivery__codes")
    return waiting.select_related("feed", "delivery").defer(*heavy)


def settled_problems_visible_to(viewer: Viewer, *, feed: str | None = None) -> QuerySet[Problem]:
    """Rows that a person released or discarded, of the feeds whose rows the viewer may know of.

    ``feed``: key of a feed. Comes with ``feed``; page it by ``settled_at`` with
    ``restapi.pages.newest_first``.
    """
    settled = Problem.objects.filter(
        settlement__in=[Settlement.RELEASED, Settlement.DISCARDED],
        feed_id__in=_feeds(viewer, feed),
    )
    return settled.select_related("feed")


def _feeds(viewer: Viewer, key: str | None) -> list[UUID]:
    feeds: QuerySet[Feed] = feeds_of_business(viewer)
    if key is not None:
        feeds = feeds.filter(key=key)
    return list(feeds.values_list("id", flat=True))


def with_reasons(problems: Sequence[Problem]) -> list[WaitingRow]:
    """A page of open problems with every reason of their rows, in one query."""
    found: dict[tuple[UUID, int], list[Problem]] = {}
    same = Problem.objects.filter(
        delivery_id__in={one.delivery_id for one in problems},
        line__in={one.line for one in problems},
        outcome=Outcome.QUARANTINED,
    )
    for one in same.defer("sealed_row").order_by("id"):
        found.setdefault((one.delivery_id, one.line), []).append(one)
    return [WaitingRow(one, found[one.delivery_id, one.line]) for one in problems]
