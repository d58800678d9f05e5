"""What a step asks for besides the note, and the reading of what was given."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.errors import RuleBroken
from core.words import N_

__all__ = ["FIELDS", "Field", "FieldKind", "read_fields"]

_LONGEST = 64
_MOST = 50


class FieldKind(StrEnum):
    """How a page asks for a field."""

    ORGANISATION = "organisation"  # an organisation's code
    ORGANISATIONS = "organisations"  # several codes
    PART = "part"  # the code of an organisation with a part in the task
    OFFICER = "officer"  # username of an officer of the acting organisation
    CHOICE = "choice"  # one of `choices`


@dataclass(frozen=True, slots=True)
class Field:
    """A field with its label (msgid), kind, and for a choice the values in order."""

    name: str
    label: str
    kind: FieldKind
    choices: tuple[str, ...] = ()
    required: bool = False


FIELDS = {
    field.name: field
    for field in (
        Field("lead", N_("Lead department"), FieldKind.ORGANISATION),
        Field("supporting", N_("Supporting departments"), FieldKind.ORGANISATIONS),
        Field("part", N_("Whose part"), FieldKind.PART),
        Field(
            "decision",
            N_("Ruling"),
            FieldKind.CHOICE,
            choices=("confirm", "reassign"),
            required=True,
        ),
        Field("organisation", N_("New department"), FieldKind.ORGANISATION),
        Field("proposed", N_("Department you propose"), FieldKind.ORGANISATION),
        Field("officer", N_("Officer"), FieldKind.OFFICER, required=True),
        Field("satisfied", N_("The reporter is"), FieldKind.CHOICE, choices=("yes", "no")),
        Field("outcome", N_("Outcome"), FieldKind.CHOICE, choices=("real", "false_alarm")),
    )
}


def read_fields(names: Iterable[str], given: Mapping[str, object]) -> dict[str, object]:
    """The given fields of a step, checked: texts, and tuples of texts for several codes.

    Empty values count as not given. Raises RuleBroken `unknown_field`, `field_missing` or
    `field_invalid`.
    """
    asked = {name: FIELDS[name] for name in names}
    values = {name: value for name, value in given.items() if value not in (None, "", [], ())}
    for name in values.keys() - asked.keys():
        raise RuleBroken("unknown_field", N_("This step has no field %(field)s."), field=name)
    for field in asked.values():
        if field.required and field.name not in values:
            raise RuleBroken(
                "field_missing", N_("The field %(field)s is missing."), field=field.name
            )
    return {name: _read(asked[name], value) for name, value in values.items()}


def _read(field: Field, value: object) -> str | tuple[str, ...]:
    if field.kind is FieldKind.ORGANISATIONS:
        several = [value] if isinstance(value, str) else value
        if not isinstance(several, list | tuple) or len(several) > _MOST:
            raise _invalid(field)
        return tuple(dict.fromkeys(_text(field, one) for one in several))
    text = _text(field, value)
    if field.choices and text not in field.choices:
        raise _invalid(field)
    return text


def _text(field: Field, value: object) -> str:
    if isinstance(value, bool) and field.choices == ("yes", "no"):
        return "yes" if value else "no"
    if not isinstance(value, str) or len(value) > _LONGEST or "\x00" in value:
        raise _invalid(field)
    return value.strip()


def _invalid(field: Field) -> RuleBroken:
    return RuleBroken("field_invalid", N_("The field %(field)s is not valid."), field=field.name)
