"""How states are shown: their words, and a tone that says whether somebody has to act."""

from collections.abc import Iterable

from django.utils.translation import gettext, pgettext

from city.selectors import area_names, categories, families, name
from core.words import N_
from departments.domain.labels import PART_STATES, TASK_STATES
from risk.domain.factors import FACTORS

CASE_STATES = {
    "open": N_("Open, no task yet"),
    "in_hand": N_("In hand"),
    "settled": N_("Settled"),
    "false_alarm": N_("False alarm"),
    "recurred": N_("Recurred"),
}

PERSONAL_KINDS = {
    "name": N_("Full name"),
    "phone": N_("Telephone"),
    "email": N_("E-mail"),
    "address": N_("Address"),
    "plate": N_("Number plate"),
    "resident_id": N_("Identity number"),
    "text": N_("Text of the report"),
}

_TONES = {
    "waiting": {
        "reported", "accepted", "filed", "to_sign", "returned", "rework", "verifying",
        "to_call_back", "open", "recurred", "paused", "deferred",
    },
    "active": {"dispatched", "in_hand", "signed", "fed_back"},
    "done": {"closed", "done", "settled", "archived"},
    "ended": {"refused", "void", "released", "false_alarm"},
}  # fmt: skip
_TONE_OF = {state: tone for tone, states in _TONES.items() for state in states}


def tone(state: str) -> str:
    """The tone of a task's, part's or case's state; `plain` for one that is not known."""
    return _TONE_OF.get(state, "plain")


def task_state(state: str) -> str:
    """The words for a task's state."""
    return _words({str(key): text for key, text in TASK_STATES.items()}, state)


def part_state(state: str) -> str:
    """The words for a part's state."""
    return _words({str(key): text for key, text in PART_STATES.items()}, state)


def case_state(state: str) -> str:
    """The words for a risk case's state."""
    return _words(CASE_STATES, state)


def personal_kind(kind: str) -> str:
    """What a personal field is; its kind's key for one without words."""
    return _words(PERSONAL_KINDS, kind)


def district(code: str) -> str:
    """The name of a district, its code where it is not known, nothing for none."""
    return area_names().get(code, code)


def category(key: str) -> str:
    """The name of a category, its key where it is not known."""
    found = categories().get(key)
    return name(found) if found else key


def family(key: str) -> str:
    """The name of a hazard family, its key where it is not known."""
    found = families().get(key)
    return name(found) if found else key


def _words(table: dict[str, str], state: str) -> str:
    return gettext(table[state]) if state in table else state


def listed(names: Iterable[str]) -> str:
    """Names one after another, as the active language separates them."""
    return pgettext("between names of a list", ", ").join(names)


def factor(key: str) -> str:
    """The name of a factor of the score; its key in plain words for one that is gone."""
    return gettext(FACTORS[key].label) if key in FACTORS else key.replace("_", " ").capitalize()
