"""What a viewer may do with a task, with the fields and choices that each step asks for."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.utils.translation import gettext

from accounts.domain import Viewer
from city.selectors import name
from core.workflow import Offer
from departments.domain.facts import OWING, PartFacts, TaskFacts
from departments.domain.fields import FIELDS, Field, FieldKind
from departments.domain.labels import WAYS
from departments.domain.states import PartState, TaskState
from departments.models import Task, TaskEntry, TaskPart
from departments.selectors import wording
from departments.selectors.officers import officers_of
from departments.selectors.shapes import FieldLine, OfferLine
from departments.selectors.standing import own_parts, part_offers, task_facts, task_offers

__all__ = ["offer_lines"]

_AnyOffer = Offer[TaskState, TaskFacts] | Offer[PartState, PartFacts]
_Choices = tuple[tuple[str, str], ...]


def offer_lines(
    viewer: Viewer,
    task: Task,
    parts: Sequence[TaskPart],
    entries: Sequence[TaskEntry],
    at: datetime,
) -> tuple[OfferLine, ...]:
    """The steps of the viewer's own parts, then those of the whole; refused ones with reasons."""
    facts = task_facts(viewer, task, parts, entries)
    own = [
        _part_line(offer, part, at)
        for part in own_parts(viewer, parts)
        for offer in part_offers(viewer, part)
    ]
    return (*own, *(_task_line(offer, parts) for offer in task_offers(task, facts)))


def _part_line(offer: Offer[PartState, PartFacts], part: TaskPart, at: datetime) -> OfferLine:
    def choices(field: Field) -> _Choices:
        if field.kind is not FieldKind.OFFICER:
            return _named(field)
        officers = officers_of(part.organisation_id, at)
        return tuple((one.username, name(one)) for one in officers)

    return _line(
        offer,
        choices,
        wording.organisation_code(part.organisation_id),
        wording.organisation_name(part.organisation_id),
    )


def _task_line(offer: Offer[TaskState, TaskFacts], parts: Sequence[TaskPart]) -> OfferLine:
    returned = offer.transition.name == "rule"

    def choices(field: Field) -> _Choices:
        if field.kind is not FieldKind.PART:
            return _named(field)
        wanted = {PartState.RETURNED} if returned else OWING
        return tuple(
            (
                wording.organisation_code(part.organisation_id),
                wording.organisation_name(part.organisation_id),
            )
            for part in parts
            if part.state in wanted
        )

    return _line(offer, choices, "", "")


def _line(
    offer: _AnyOffer, choices: Callable[[Field], _Choices], code: str, organisation: str
) -> OfferLine:
    step = offer.transition
    return OfferLine(
        name=step.name,
        label=gettext(step.label),
        allowed=offer.allowed,
        reason=gettext(offer.reason) if offer.reason else "",
        needs_note=step.needs_note,
        organisation=code,
        organisation_name=organisation,
        fields=tuple(_field(FIELDS[one], choices) for one in step.fields) if offer.allowed else (),
    )


def _field(field: Field, choices: Callable[[Field], _Choices]) -> FieldLine:
    return FieldLine(
        name=field.name,
        label=gettext(field.label),
        kind=field.kind.value,
        required=field.required,
        choices=choices(field),
    )


def _named(field: Field) -> _Choices:
    return tuple((value, gettext(WAYS[value])) for value in field.choices)
