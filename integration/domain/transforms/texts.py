"""Address and summary: cleaned, and personal identifiers in them masked.

A masked text goes into the row's sealed bundle as it came.
"""

from integration.domain.profile import Profile, TextField
from integration.domain.rows import Sheet, Surroundings
from integration.domain.values import tidy
from privacy.domain.bundle import PersonalField
from privacy.domain.masks import mask_texts

__all__ = ["ORDER", "apply"]

ORDER = 50

_LONGEST_ADDRESS = 500


def apply(profile: Profile, sheet: Sheet, around: Surroundings) -> None:
    """Fill ``address`` and ``summary``."""
    longest = profile.limits.text
    sheet.record["address"] = _column(profile.address, sheet, min(longest, _LONGEST_ADDRESS))
    sheet.record["summary"] = _column(profile.summary, sheet, longest)


def _column(part: TextField | None, sheet: Sheet, longest: int) -> list[str]:
    if part is None:
        return [""] * len(sheet)
    shown = tidy(sheet, sheet.values(part.path), part.path, longest)
    for position, masked in mask_texts(shown).items():
        sheet.keep_private(position, PersonalField(part.path, "text", shown[position]))
        shown[position] = masked
    return shown
