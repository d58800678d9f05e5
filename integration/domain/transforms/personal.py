"""Personal fields: gathered into each row's bundle, which leaves this process only sealed."""

from integration.domain.checks import flag_unsound
from integration.domain.profile import Profile
from integration.domain.rows import Sheet, Surroundings
from integration.domain.values import tidy
from privacy.domain.bundle import PersonalField

__all__ = ["ORDER", "apply"]

ORDER = 70


def apply(profile: Profile, sheet: Sheet, around: Surroundings) -> None:
    """Put every declared personal field that is not empty into the bundle of its row."""
    for part in profile.personal:
        found = tidy(sheet, sheet.values(part.path), part.path, profile.limits.text)
        flag_unsound(sheet, found, part.check, part.path, around.now)
        sheet.keep_all_private(
            [PersonalField(part.path, part.kind, text) if text else None for text in found]
        )
