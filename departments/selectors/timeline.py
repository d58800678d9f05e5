"""The history of a task in words."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext

from accounts.selectors import officer_names
from core.words import N_
from departments.domain.labels import WAYS, entry_label
from departments.models import TaskEntry, TaskPart
from departments.selectors import wording
from departments.selectors.shapes import EntryLine

__all__ = ["entry_lines"]

_IN_TIME, _LATE = N_("In time"), N_("Late")
# Frozen facts that people read, by their key, with the label of the fact.
_FACTS = {
    "in_time": N_("Limit"),
    "decision": N_("Ruling"),
    "organisation": N_("New department"),
    "proposed": N_("Department you propose"),
    "officer": N_("Officer"),
    "satisfied": N_("The reporter is"),
    "outcome": N_("Outcome"),
    "lead": N_("Lead department"),
    "supporting": N_("Supporting departments"),
}
_CODES = frozenset({"organisation", "proposed", "lead", "supporting"})


def entry_lines(
    entries: Sequence[TaskEntry], parts: Mapping[UUID, TaskPart]
) -> tuple[EntryLine, ...]:
    """The entries in order; what parts did only because the task did is left out."""
    whole = {(entry.version, entry.name) for entry in entries if entry.part_id is None}
    told = (
        entry
        for entry in entries
        if entry.part_id is None or (entry.version, entry.name) not in whole
    )
    names = officer_names(
        UUID(entry.actor_id) for entry in entries if entry.actor_kind == "officer"
    )
    return tuple(_line(entry, parts, names) for entry in told)


def _line(entry: TaskEntry, parts: Mapping[UUID, TaskPart], names: Mapping[str, str]) -> EntryLine:
    owner = parts[entry.part_id].organisation_id if entry.part_id else None
    of_part = owner is not None
    return EntryLine(
        id=entry.id,
        at=entry.at,
        name=entry.name,
        label=gettext(entry_label(entry.name)),
        actor=names.get(entry.actor_id, entry.actor_label),
        actor_kind=entry.actor_kind,
        organisation=wording.organisation_code(entry.organisation_id),
        organisation_name=wording.organisation_name(entry.organisation_id),
        part=wording.organisation_code(owner),
        part_name=wording.organisation_name(owner),
        from_state=entry.from_state,
        from_label=wording.state_label(entry.from_state, part=of_part),
        to_state=entry.to_state,
        to_label=wording.state_label(entry.to_state, part=of_part),
        note=entry.note,
        version=entry.version,
        facts=tuple(_facts(entry.detail)),
    )


def _facts(detail: Mapping[str, object]) -> list[tuple[str, str]]:
    return [
        (gettext(label), _value(key, detail[key]))
        for key, label in _FACTS.items()
        if detail.get(key) not in (None, "", [])
    ]


def _value(key: str, value: object) -> str:
    if key == "in_time":
        return gettext(_IN_TIME if value else _LATE)
    if key in _CODES:
        codes = value if isinstance(value, list) else [value]
        return ", ".join(wording.name_of_code(str(code)) for code in codes)
    text = str(value)
    return gettext(WAYS[text]) if text in WAYS else text
