"""What must be known before a profile may read a feed: the gate of the workshop.

Sources: Data Security Law art. 21 (classes of data), Personal Information Protection Law arts. 6,
19, 55 and 56 (purpose, retention, impact assessment before processing).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from core.words import N_
from integration.domain.profile import Profile
from integration.domain.proposing.told import Note

__all__ = [
    "OUTCOMES",
    "RETENTION",
    "Gate",
    "GateLine",
    "Tried",
    "gate",
    "retention_class",
    "sensitive",
]

RETENTION: Final[Mapping[str, int]] = MappingProxyType(
    {"short": 180, "standard": 1095, "long": 3650, "archive": 36500}
)
"""Retention classes and the most days that records of each are kept."""
OUTCOMES = ("approved", "approved_with_measures", "refused")
"""What an impact assessment may come to."""

_CLASSES = ("general", "important", "core")
_ASSESSMENT = ("by", "on", "outcome", "reference")


@dataclass(frozen=True, slots=True)
class GateLine:
    """One condition: whether it is met, why it is asked, and the section that answers it."""

    code: str
    met: bool
    note: Note
    section: str


@dataclass(frozen=True, slots=True)
class Gate:
    """Every condition of switching a document on."""

    lines: tuple[GateLine, ...]

    @property
    def open(self) -> bool:
        """Whether all of them are met."""
        return all(one.met for one in self.lines)

    @property
    def missing(self) -> tuple[str, ...]:
        """The codes of those that are not."""
        return tuple(one.code for one in self.lines if not one.met)


@dataclass(frozen=True, slots=True)
class Tried:
    """The last try-out: whether it was of this very document, and how many rows it accepted."""

    current: bool
    accepted: int


def sensitive(profile: Profile) -> bool:
    """Whether the law asks for an impact assessment and this house for a second person.

    Personal fields, data above the general class, or places that are shown coarsely because they
    can tell a person.
    """
    part = profile.position
    coarse = part is not None and part.shown_decimals is not None
    return bool(profile.personal) or coarse or profile.header.get("data_class") != "general"


def retention_class(days: object) -> str | None:
    """The class of a number of days, None for what is no such number."""
    if isinstance(days, bool) or not isinstance(days, int) or days < 1:
        return None
    return next((name for name, most in RETENTION.items() if days <= most), None)


def gate(
    document: Mapping[str, object],
    profile: Profile | None,
    *,
    tried: Tried,
    drafted_by: Collection[str],
    who: str,
    may_switch: bool,
    organisation_known: bool,
    differs: bool,
    today: date,
) -> Gate:
    """The gate of a document; ``profile`` is None while it has faults.

    ``drafted_by``, ``who``: user names. ``differs``: from what reads the feed now. ``today``: the
    city's date.
    """
    given = document.get("header")
    header = given if isinstance(given, dict) else {}
    grave = profile is None or sensitive(profile)
    return Gate(
        (
            GateLine("valid", profile is not None, Note(_VALID), ""),
            GateLine("organisation", organisation_known, Note(_ORGANISATION), "organisation"),
            *_header(header),
            GateLine("impact_assessment", _assessed(header, grave, today), _why(profile), "header"),
            GateLine("tried", tried.current and tried.accepted > 0, Note(_TRIED), ""),
            GateLine("changed", differs, Note(_CHANGED), ""),
            GateLine("second_person", not grave or who not in drafted_by, Note(_SECOND), ""),
            GateLine("role", may_switch, Note(_ROLE), ""),
        )
    )


def _header(header: Mapping[str, object]) -> Iterator[GateLine]:
    for name, text in (("legal_basis", _BASIS), ("purpose", _PURPOSE)):
        yield GateLine(name, _told(header, name), Note(text), "header")
    yield GateLine("data_class", header.get("data_class") in _CLASSES, Note(_CLASS), "header")
    kept, days = header.get("retention_class"), header.get("retention_days")
    fits = isinstance(kept, str) and kept in RETENTION and retention_class(days) is not None
    fits = fits and isinstance(days, int) and days <= RETENTION[str(kept)]
    yield GateLine("retention_class", fits, Note(_RETENTION), "header")


def _told(header: Mapping[str, object], name: str) -> bool:
    given = [header.get(key) for key in (name, f"{name}_zh", f"{name}_en")]
    return any(isinstance(one, str) and one.strip() for one in given)


def _assessed(header: Mapping[str, object], grave: bool, today: date) -> bool:
    """Whether the assessment is told: in words always, by whom, when and how where it is grave."""
    told = header.get("assessment")
    if told is None:
        return not grave and _told(header, "impact_assessment")
    if not isinstance(told, dict):
        return False
    whole = all(isinstance(told.get(name), str) and told[name].strip() for name in _ASSESSMENT)
    return (
        whole
        and _told(header, "impact_assessment")
        and told["outcome"] in OUTCOMES[:2]
        and _past(told["on"], today)
    )


def _past(text: str, today: date) -> bool:
    try:
        return date.fromisoformat(text) <= today
    except ValueError:
        return False


def _why(profile: Profile | None) -> Note:
    return Note(_GRAVE if profile is None or sensitive(profile) else _LIGHT)


_VALID = N_("The document has no faults.")
_ORGANISATION = N_("An organisation that exists answers for the feed.")
_BASIS = N_("The legal basis is named.")
_PURPOSE = N_("The purpose is named.")
_CLASS = N_("The class of the data is named: general, important or core.")
_RETENTION = N_("A retention class is chosen, and the days of retention lie within it.")
_GRAVE = N_(
    "Personal or sensitive data: the impact assessment is told, by whom, when, with what outcome"
    " and under which reference, and it approves."
)
_LIGHT = N_("It is told why no impact assessment of persons is needed.")
_TRIED = N_("This very document was tried on the sample, and at least one row was accepted.")
_CHANGED = N_("The document differs from the version in use.")
_SECOND = N_(
    "Personal or sensitive data: whoever switches it on is not one of those who drafted it."
)
_ROLE = N_("Only system administrators switch profiles on.")
