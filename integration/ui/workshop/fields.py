"""The fields of a sample beside what each becomes: the first third of the bench."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from integration.domain.proposing import Option, Proposal, Seen
from integration.ui.workshop.groups import Choice, Group, Groups
from integration.ui.workshop.uses import PERSONAL, SINGLE, uses_of
from integration.ui.workshop.words import (
    PERSONAL_KINDS,
    USES,
    Certainty,
    certainty,
    in_words,
    use_name,
)

__all__ = ["FieldLine", "field_lines"]

_LISTS = {"attribute": "attributes", "ignored": "ignored"}


@dataclass(frozen=True)
class FieldLine:
    """One field: what the sample has of it, what it becomes, why, and what can be set.

    `others`: names of what it becomes besides. `sure` and `why` are the proposal's, where it
    proposed this use; `other_use` is what it proposed instead.
    """

    path: str
    id: str
    seen: Seen | None
    use: str
    use_name: str
    others: Sequence[str]
    sure: Certainty | None
    why: str
    other_use: str
    group: Group | None
    in_sample: bool

    @property
    def open(self) -> bool:
        """Whether nothing has been said of it."""
        return not self.use

    @property
    def choices(self) -> Sequence[tuple[str, Sequence[Choice]]]:
        """What it may become, in named groups."""
        return _choices(self.use)


def _choices(use: str) -> Sequence[tuple[str, Sequence[Choice]]]:
    plain = [Choice(key, str(label), key == use) for key, label in USES.items()]
    sealed = [
        Choice(f"{PERSONAL}{kind}", str(label), f"{PERSONAL}{kind}" == use)
        for kind, label in PERSONAL_KINDS.items()
    ]
    return [
        ("", [Choice("", gettext("Not decided yet"), not use)]),
        (gettext("Becomes"), plain[:-2]),
        (gettext("Kept or left"), plain[-2:]),
        (gettext("Personal, kept sealed"), sealed),
    ]


def field_lines(document: Mapping[str, Any], proposal: Proposal | None) -> list[FieldLine]:
    """The sample's fields in their order, then those that only the document names."""
    uses = uses_of(document)
    proposed = uses_of(proposal.document) if proposal else {}
    seen = {one.path: one for one in proposal.paths} if proposal else {}
    groups = Groups(document, proposal)
    return [
        _line(place, path, seen.get(path), uses.get(path, []), proposed.get(path, []), groups)
        for place, path in enumerate(dict.fromkeys([*seen, *uses]))
        if path
    ]


def _line(
    place: int,
    path: str,
    seen: Seen | None,
    uses: Sequence[str],
    proposed: Sequence[str],
    groups: Groups,
) -> FieldLine:
    use = uses[0] if uses else ""
    option = _option(groups.proposal, use, path) if use in proposed else None
    other = proposed[0] if proposed and use not in proposed else ""
    return FieldLine(
        path=path,
        id=f"field-{place}",
        seen=seen,
        use=use,
        use_name=use_name(use),
        others=[use_name(one) for one in uses[1:]],
        sure=certainty(option.certainty) if option else None,
        why=in_words(option.note) if option else "",
        other_use=use_name(other) if other else "",
        group=next(filter(None, (groups.of(path, one) for one in uses)), None),
        in_sample=seen is not None or groups.proposal is None,
    )


def _option(proposal: Proposal | None, use: str, path: str) -> Option | None:
    """The proposal's option by which a field has a use."""
    if use.startswith(PERSONAL):
        section = "personal"
    else:
        section = SINGLE[use][0] if use in SINGLE else _LISTS.get(use, use)
    part = proposal.part(section) if proposal else None
    return next((one for one in part.options if path in _paths(one.value)), None) if part else None


def _paths(value: object) -> Iterable[object]:
    if isinstance(value, list):
        return [one.get("path") if isinstance(one, dict) else one for one in value]
    return list(value.values()) if isinstance(value, dict) else ()
