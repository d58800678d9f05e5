"""Settling many quarantined rows in one go: what was asked for, and what became of each row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from accounts.domain import Viewer
from core.errors import DomainError, RuleBroken, fill
from core.words import N_
from integration.domain.profile_document import trusted
from integration.models import Problem
from integration.selectors import open_problems_visible_to
from integration.services import RawRow, Settled, discard_many, raw_row, release_many
from integration.ui.profile_reading import Reading, meaning_of, readings
from integration.ui.quarantine_list import WaitingLine, waiting_lines
from integration.ui.row_form import Fault, faults_of, like

__all__ = ["ACTS", "Choice", "Selection", "Tried", "Wanted", "selection", "settle_many"]

ACTS = ("discard", "set", "release")
_SAMPLE = 20  # rows that are opened to know which fields there are


@dataclass(frozen=True)
class Wanted:
    """What an officer asks for; `field` and `value` belong to setting, `reason` to discarding."""

    act: str
    reason: str = ""
    field: str = ""
    value: str = ""


@dataclass(frozen=True)
class Choice:
    """A field that may be set for all rows; `wrong`: it is what keeps one of them out."""

    path: str
    meaning: str
    wrong: bool


@dataclass(frozen=True)
class Selection:
    """The rows that were chosen and still wait, and the fields that they share."""

    lines: Sequence[WaitingLine]
    several_feeds: bool
    fields: Sequence[Choice]
    before: Mapping[str, object]

    @property
    def ids(self) -> list[UUID]:
        """The rows to settle."""
        return [one.id for one in self.lines]


@dataclass(frozen=True)
class Tried:
    """What became of one row."""

    line: WaitingLine
    outcome: str
    faults: Sequence[Fault]
    message: str


def selection(viewer: Viewer, ids: Sequence[UUID], *, exercise: bool) -> Selection:
    """The chosen rows that the viewer may settle and that still wait."""
    rows = open_problems_visible_to(viewer, exercise=exercise).filter(id__in=ids)
    found = list(rows.order_by("-found_at", "-id"))
    lines = [one for one in waiting_lines(viewer, found) if one.may_settle]
    several = len({one.feed_id for one in found}) > 1
    if several or not lines:
        return Selection(lines, several, (), {})
    before = _values(viewer, lines[:_SAMPLE])
    return Selection(lines, several, _choices(lines, before, _known(found[0])), before)


def _known(problem: Problem) -> list[Reading]:
    profile = problem.delivery.feed.profile or problem.delivery.profile
    return readings(trusted(profile.document))


def _values(viewer: Viewer, lines: Sequence[WaitingLine]) -> dict[str, object]:
    """Path → the first value found, of the fields that may be seen."""
    found: dict[str, object] = {}
    opened = [raw for one in lines if (raw := _opened(viewer, one.id)) is not None]
    for raw in opened:
        for path, value in (raw.fields or {}).items():
            if path not in raw.masked and found.get(path) is None:
                found[path] = value
    return found


def _opened(viewer: Viewer, problem_id: UUID) -> RawRow | None:
    try:
        return raw_row(viewer=viewer, problem_id=problem_id)
    except DomainError:
        return None  # gone meanwhile: settling it will say so


def _choices(
    lines: Sequence[WaitingLine], values: Mapping[str, object], known: Sequence[Reading]
) -> list[Choice]:
    wrong = {one.field for line in lines for one in line.reasons if one.field}
    missing = [path for path in wrong if not _has(values, path)]
    found = []
    for path in (*values, *sorted(missing)):
        reading = meaning_of(path, known)
        meaning = reading.meaning if reading else ""
        found.append(Choice(path, meaning, any(_part(path, one) for one in wrong)))
    return sorted(found, key=lambda one: not one.wrong)


def _has(values: Mapping[str, object], path: str) -> bool:
    return any(_part(one, path) for one in values)


def _part(path: str, whole: str) -> bool:
    return path == whole or path.startswith((f"{whole}.", f"{whole}["))


def settle_many(viewer: Viewer, chosen: Selection, wanted: Wanted) -> list[Tried]:
    """Settle the rows as asked for; RuleBroken for an act, a field or a reason that is missing."""
    settled = _settled(viewer, chosen, wanted)
    lines = {one.id: one for one in chosen.lines}
    return [_tried(lines[one.problem_id], one) for one in settled if one.problem_id in lines]


def _settled(viewer: Viewer, chosen: Selection, wanted: Wanted) -> list[Settled]:
    if wanted.act == "discard":
        return discard_many(viewer=viewer, problem_ids=chosen.ids, reason=wanted.reason)
    if wanted.act == "release":
        return release_many(viewer=viewer, problem_ids=chosen.ids)
    if wanted.field not in {one.path for one in chosen.fields}:
        raise RuleBroken("field_missing", N_("Choose the field to set."))
    value = like(chosen.before.get(wanted.field), wanted.value)
    changes = {wanted.field: value}
    return release_many(viewer=viewer, problem_ids=chosen.ids, changes=changes)


def _tried(line: WaitingLine, settled: Settled) -> Tried:
    message = fill(gettext(settled.message), settled.detail) if settled.message else ""
    problems: Sequence[Mapping[str, Any]] = settled.problems
    return Tried(line, settled.outcome, faults_of(problems), message)
