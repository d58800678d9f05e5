"""The page of one quarantined row, before and after an officer tried to release it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from accounts.domain import Viewer
from accounts.selectors import names_by_username
from city.selectors import name
from core.errors import DomainError, NotAllowed, NotFound, Refused
from core.words import N_
from integration import labels
from integration.domain.profile import Profile
from integration.domain.profile_document import trusted
from integration.models import Problem
from integration.models.deliveries import Settlement
from integration.selectors import (
    may_send,
    problems_visible_to,
    records_visible_to,
    with_reasons,
)
from integration.services import RawRow, raw_row, release
from integration.ui.profile_reading import Reading, readings
from integration.ui.quarantine_list import faults_in_words
from integration.ui.row_form import (
    Fault,
    RowField,
    changes,
    faults_of,
    pasted,
    row_fields,
    typed,
)
from restapi.errors import translated

# Not those that came again: the first one stands for them.
_SHOWN = (Settlement.OPEN, Settlement.RELEASED, Settlement.DISCARDED)

__all__ = ["RowPage", "row_page", "settle"]


@dataclass(frozen=True)
class RowPage:
    """A quarantined row as far as the viewer may know of it.

    `raw` is None where the row may not be seen; `gone` says why. `refusal` tells of an attempt
    that was no use, `done` of one that was. `record_id`: the record that a released row became.
    """

    problem: Problem
    feed: str
    title: str
    faults: Sequence[Fault]
    readings: Sequence[Reading]
    profile: Profile
    raw: RawRow | None
    gone: str
    may_settle: bool
    settlement: str
    settled_by: str
    record_id: UUID | None = None
    tried: bool = False
    texts: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    refusal: str = ""
    done: str = ""
    status: int = 200

    @property
    def fields(self) -> list[RowField]:
        """The fields of a row that could be parsed."""
        if self.raw is None or self.raw.fields is None:
            return []
        return row_fields(self.raw, self.readings, self.faults, self.texts)

    @property
    def elsewhere(self) -> list[Fault]:
        """What is wrong with the row as a whole."""
        own = {(one.code, one.field) for part in self.fields for one in part.faults}
        return [one for one in self.faults if (one.code, one.field) not in own]


def row_page(viewer: Viewer, problem_id: UUID) -> RowPage:
    """The page of a quarantined row the viewer may know of, else NotFound."""
    rows = problems_visible_to(viewer).filter(id=problem_id, settlement__in=_SHOWN)
    problem = rows.select_related("delivery__feed__profile", "delivery__profile").first()
    if problem is None:
        raise NotFound("not_found", N_("There is no such object, or you may not see it."))
    feed = problem.delivery.feed
    profile = trusted((feed.profile or problem.delivery.profile).document)
    raw, gone = _raw(viewer, problem)
    waits = problem.settlement == Settlement.OPEN
    people = names_by_username([problem.settled_by])
    return RowPage(
        problem=problem,
        feed=name(feed),
        title=labels.title(problem.code),
        faults=[faults_in_words(one) for one in with_reasons([problem])[0].reasons],
        readings=readings(profile),
        profile=profile,
        raw=raw,
        gone=gone,
        may_settle=waits and may_send(viewer, feed),
        settlement=labels.word(labels.SETTLEMENTS, problem.settlement),
        settled_by=people.get(problem.settled_by, problem.settled_by),
        record_id=_record_of(viewer, problem),
    )


def _record_of(viewer: Viewer, problem: Problem) -> UUID | None:
    """The record whose content the released row brought, while it is the current one."""
    delivery = problem.detail.get("released_to")
    if not delivery:
        return None
    records = records_visible_to(viewer, exercise=None).filter(delivery_id=delivery)
    return records.values_list("key_id", flat=True).first()


def _raw(viewer: Viewer, problem: Problem) -> tuple[RawRow | None, str]:
    try:
        return raw_row(viewer=viewer, problem_id=problem.id), ""
    except (NotAllowed, NotFound, Refused) as error:
        return None, translated(error)


def settle(viewer: Viewer, page: RowPage, sent: Mapping[str, str]) -> RowPage:
    """The page after an attempt to release the row with what was sent."""
    page = replace(page, tried=True, texts=typed(sent), text=sent.get("row", ""))
    try:
        answer = release(viewer=viewer, problem_id=page.problem.id, **_correction(page))
    except DomainError as error:
        if error.status in (403, 404):
            raise
        return replace(page, refusal=translated(error), status=error.status)
    if answer.body["quarantined"]:
        return replace(page, faults=faults_of(answer.body["problems"]), status=422)
    return replace(page, done=_told(answer.body))


def _correction(page: RowPage) -> dict[str, Any]:
    if page.raw is not None and page.raw.fields is not None:
        return {"changes": changes(page.raw, page.texts)}
    return {"row": pasted(page.text, page.profile.format.delimiter)}


def _told(body: Mapping[str, Any]) -> str:
    if body["duplicates"]:
        return gettext("Released; the same content was already stored.")
    return gettext("Released; the row is a record now.")
