"""What the sample suggests, part by part, with its certainty, its reason and the alternatives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from integration.domain.proposing import Part, Proposal
from integration.ui.workshop.words import Certainty, certainty, described, in_words, section_of

__all__ = ["Suggestion", "suggestions"]


@dataclass(frozen=True)
class Offer:
    """One way to fill a part; `taken` says that the document has it so."""

    place: int
    label: str
    sure: Certainty
    why: str
    taken: bool


@dataclass(frozen=True)
class Suggestion:
    """A part of the profile and the ways to fill it, the likeliest first.

    `open`: it waits for a person, who has left it as it was proposed; `ask` says what for.
    """

    section: str
    name: str
    offers: Sequence[Offer]
    ask: str
    open: bool


def suggestions(document: Mapping[str, Any], proposal: Proposal | None) -> list[Suggestion]:
    """The parts about which something was found: what a person must decide comes first."""
    parts = proposal.parts if proposal else ()
    found = [_suggestion(document, one) for one in parts if one.options or one.ask]
    return sorted(found, key=lambda one: not one.open)


def _suggestion(document: Mapping[str, Any], part: Part) -> Suggestion:
    offers = [
        Offer(
            place,
            described(part.section, one.value),
            certainty(one.certainty),
            "" if one.note == part.ask else in_words(one.note),
            document.get(part.section) == one.value,
        )
        for place, one in enumerate(part.options)
    ]
    untouched = document.get(part.section) == part.value
    waits = untouched and (part.ask is not None or (bool(part.options) and not part.decided))
    ask = in_words(part.ask) if waits else ""
    return Suggestion(part.section, section_of(part.section), offers, ask, waits)
