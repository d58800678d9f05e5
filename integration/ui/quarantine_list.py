"""The rows of the quarantine desk, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from accounts.domain import Viewer
from accounts.selectors import names_by_username
from city.selectors import name
from integration import labels
from integration.models import Problem
from integration.selectors import WaitingRow, may_send, with_reasons
from integration.ui.row_form import Fault
from integration.wording import in_language

__all__ = ["Group", "SettledLine", "WaitingLine", "groups", "settled_lines", "waiting_lines"]


@dataclass(frozen=True)
class Group:
    """Waiting rows by the first reason that keeps them out."""

    code: str
    label: str
    count: int


@dataclass(frozen=True)
class WaitingLine:
    """A row that waits, with its reasons; only some of those who see it may settle it."""

    id: UUID
    at: datetime | None
    feed: str
    line: int
    source_id: str
    reasons: Sequence[Fault]
    may_settle: bool


@dataclass(frozen=True)
class SettledLine:
    """A row that was settled: how, by whom, when and why."""

    id: UUID
    feed: str
    line: int
    source_id: str
    reason: str
    settlement: str
    settled_at: datetime | None
    settled_by: str
    why: str


def groups(rows: QuerySet[Problem]) -> list[Group]:
    """How many rows wait for which reason, the most first."""
    counted = (
        rows.order_by().values_list("code").annotate(rows=Count("id")).order_by("-rows", "code")
    )
    return [Group(code, labels.title(code), count) for code, count in counted]


def waiting_lines(viewer: Viewer, problems: Sequence[Problem]) -> list[WaitingLine]:
    """A page of waiting rows."""
    return [_waiting(viewer, one) for one in with_reasons(problems)]


def _waiting(viewer: Viewer, row: WaitingRow) -> WaitingLine:
    problem = row.problem
    feed = problem.feed or problem.delivery.feed
    return WaitingLine(
        id=problem.id,
        at=problem.found_at,
        feed=name(feed),
        line=problem.line,
        source_id=problem.source_id,
        reasons=[faults_in_words(one) for one in row.reasons],
        may_settle=may_send(viewer, feed),
    )


def faults_in_words(problem: Problem) -> Fault:
    """A stored reason in the officer's language."""
    message = in_language(problem.code, problem.field)
    return Fault(problem.code, problem.field, message, str(problem.detail.get("record", "")))


def settled_lines(problems: Iterable[Problem]) -> list[SettledLine]:
    """A page of settled rows; officers are named, not their accounts."""
    found = list(problems)
    people = names_by_username(one.settled_by for one in found)
    return [
        SettledLine(
            id=one.id,
            feed=name(one.feed) if one.feed else "",
            line=one.line,
            source_id=one.source_id,
            reason=labels.title(one.code),
            settlement=one.settlement,
            settled_at=one.settled_at,
            settled_by=people.get(one.settled_by, one.settled_by),
            why=one.settled_reason if one.settlement == "discarded" else "",
        )
        for one in found
    ]
