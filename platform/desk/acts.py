"""The steps an officer is offered, as forms of the task page; what was typed survives a refusal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext

from city.selectors import name as name_of
from city.selectors import organisations
from core.words import N_
from departments.domain.fields import FIELDS, FieldKind
from departments.selectors import FieldLine, OfferLine
from desk.filters import Choice

# Steps that bring the work forward; the first of them that is allowed stands out.
_FORWARD = frozenset(
    {
        "accept", "file", "dispatch", "rule", "sign_for", "start", "submit_feedback",
        "merge_feedback", "verify_pass", "call_back", "close",
    }
)  # fmt: skip
_NOTE_LABELS = {
    "submit_feedback": N_("What was done and found"),
    "merge_feedback": N_("Merged result for the verification"),
    "call_back": N_("What the reporter said"),
}
_OWN_WORDS = frozenset({"csrfmiddlewaretoken", "name", "note", "version"})


@dataclass(frozen=True)
class Typed:
    """What an officer sent with a step that was refused."""

    name: str
    organisation: str
    note: str
    fields: Mapping[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Field:
    """A choice that a step asks for."""

    name: str
    label: str
    several: bool
    required: bool
    choices: Sequence[Choice]
    chosen: Sequence[str]


@dataclass(frozen=True)
class Act:
    """A step as a button with its form, or greyed with the reason."""

    id: str
    name: str
    label: str
    allowed: bool
    reason: str
    organisation: str
    organisation_name: str
    needs_note: bool
    note_label: str
    note: str
    fields: Sequence[Field]
    first: bool
    open: bool


def read_typed(post: QueryDict) -> Typed:
    """The step that a form of the task page asks for."""
    given = {key: post.getlist(key) for key in post if key not in _OWN_WORDS}
    return Typed(
        name=post.get("name", ""),
        organisation=post.get("organisation", ""),
        note=post.get("note", ""),
        fields={key: values for key, values in given.items() if any(values)},
    )


def fields_to_send(typed: Typed) -> dict[str, object]:
    """The fields for the service: a text, or a list for those that take several."""
    return {
        key: values if _takes_several(key) else values[-1] for key, values in typed.fields.items()
    }


def _takes_several(name: str) -> bool:
    return name in FIELDS and FIELDS[name].kind is FieldKind.ORGANISATIONS


def acts_of(offers: Sequence[OfferLine], typed: Typed | None = None) -> list[Act]:
    """The offers as forms: what brings the work forward, what else is allowed, what has to wait."""
    first = next((one for one in offers if one.allowed and one.name in _FORWARD), None)
    ordered = sorted(offers, key=lambda one: (not one.allowed, one.name not in _FORWARD))
    return [_act(one, one is first, typed) for one in ordered]


def _act(offer: OfferLine, first: bool, typed: Typed | None) -> Act:
    again = typed if typed is not None and _is_same(offer, typed) else None
    return Act(
        id="_".join(filter(None, ("act", offer.name, offer.organisation))),
        name=offer.name,
        label=offer.label,
        allowed=offer.allowed,
        reason=offer.reason,
        organisation=offer.organisation,
        organisation_name=offer.organisation_name,
        needs_note=offer.needs_note,
        note_label=gettext(_NOTE_LABELS.get(offer.name, N_("Reason"))),
        note=again.note if again else "",
        fields=[_field(one, again) for one in offer.fields],
        first=first,
        open=again is not None,
    )


def _is_same(offer: OfferLine, typed: Typed) -> bool:
    same_part = not offer.organisation or typed.organisation in ("", offer.organisation)
    return offer.allowed and offer.name == typed.name and same_part


def _only(line: FieldLine) -> list[str]:
    """The one choice that an offer leaves, chosen already."""
    return [line.choices[0][0]] if len(line.choices) == 1 and line.name == "part" else []


def _field(line: FieldLine, again: Typed | None) -> Field:
    choices = [Choice(value, label) for value, label in line.choices]
    if not choices and line.kind in ("organisation", "organisations"):
        choices = [Choice(one.code, name_of(one)) for one in organisations()]
    return Field(
        name=line.name,
        label=line.label,
        several=line.kind == "organisations",
        required=line.required,
        choices=choices,
        chosen=again.fields.get(line.name, []) if again else _only(line),
    )
