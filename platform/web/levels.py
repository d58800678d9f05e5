"""The four computed risk levels and the four of issued warnings: never shown by colour alone.

Both use the colours that the law gives them. A risk level is a solid shape; a warning's level is
hatched, each in its own way, and always has the word.
"""

from dataclasses import dataclass

from django.utils.translation import gettext

from core.words import N_


@dataclass(frozen=True)
class LevelMark:
    """`label` is an English msgid; `tone` names the colour; `shape` is an SVG path in a 16 box."""

    label: str
    tone: str
    shape: str


LEVELS = {
    "major": LevelMark(
        N_("Major risk"), "red", "M5.2 1.5h5.6l3.7 3.7v5.6l-3.7 3.7H5.2l-3.7-3.7V5.2z"
    ),
    "larger": LevelMark(N_("Larger risk"), "orange", "M8 1.6 15 14.2H1z"),
    "general": LevelMark(N_("General risk"), "yellow", "M8 1 15 8l-7 7-7-7z"),
    "low": LevelMark(N_("Low risk"), "blue", "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z"),
}


def level_name(level: str) -> str:
    """The level in the active language; the key itself for one that is not known."""
    return gettext(LEVELS[level].label) if level in LEVELS else level


@dataclass(frozen=True)
class WarningMark:
    """`label` is an English msgid; `tone` names the colour and its hatching."""

    label: str
    tone: str


WARNING_LEVELS = {
    "red": WarningMark(N_("Red warning"), "red"),
    "orange": WarningMark(N_("Orange warning"), "orange"),
    "yellow": WarningMark(N_("Yellow warning"), "yellow"),
    "blue": WarningMark(N_("Blue warning"), "blue"),
}
"""The gravest first."""
NO_LEVEL = WarningMark(N_("Warning without a level"), "none")


def warning_mark(level: str) -> WarningMark:
    """How a warning's level is shown; its issuer may have told none."""
    return WARNING_LEVELS.get(level, NO_LEVEL)
