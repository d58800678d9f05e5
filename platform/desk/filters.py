"""Filters of lists: each is a choice among known values, and nothing else is accepted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from core.errors import BadInput
from core.words import N_

PAGING = frozenset({"cursor"})


@dataclass(frozen=True)
class Choice:
    """A value that a filter may take."""

    value: str
    label: str


@dataclass(frozen=True)
class Filter:
    """A filter of a list with the value now in force, "" for none."""

    name: str
    label: str | Promise
    choices: Sequence[Choice]
    chosen: str = ""


def read(query: Mapping[str, str], filters: Sequence[Filter]) -> list[Filter]:
    """The filters with the values that `query` chooses.

    Raises BadInput ``unknown_filter`` for a name or a value that is not offered.
    """
    known = {one.name: {choice.value for choice in one.choices} for one in filters}
    for name, value in query.items():
        if name not in PAGING and value and value not in known.get(name, ()):
            raise BadInput("unknown_filter", N_("This list cannot be filtered that way."))
    return [Filter(one.name, one.label, one.choices, query.get(one.name, "")) for one in filters]


def in_force(filters: Sequence[Filter]) -> dict[str, str]:
    """Name and value of the filters that are set."""
    return {one.name: one.chosen for one in filters if one.chosen}
