"""The gate in words: what is met, what is missing, and where it is answered."""

from dataclasses import dataclass

from django.db.models import Max

from integration.domain.gate import Gate
from integration.models import FeedProfile, ProfileDraft
from integration.ui.workshop.words import GATE, in_words

__all__ = ["GateLine", "gate_lines", "next_version"]

_BENCH = ("valid", "organisation", "tried", "changed")


@dataclass(frozen=True)
class GateLine:
    """One condition; `step` is the page that answers it, empty for what no page answers."""

    code: str
    name: str
    text: str
    met: bool
    step: str


def gate_lines(gate: Gate) -> list[GateLine]:
    """Every condition, in the order of the gate."""
    return [
        GateLine(
            one.code,
            str(GATE.get(one.code, one.code)),
            in_words(one.note),
            one.met,
            _step(one.code),
        )
        for one in gate.lines
    ]


def _step(code: str) -> str:
    if code in ("second_person", "role"):
        return ""
    return "bench" if code in _BENCH else "gate"


def next_version(draft: ProfileDraft) -> int:
    """The number that the draft will have as a version."""
    known = FeedProfile.objects.filter(feed__key=draft.key).aggregate(last=Max("version"))
    return (known["last"] or 0) + 1
