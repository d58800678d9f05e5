"""Whether a row is meant in earnest: tests and drafts of the sender must have no effect."""

from integration.domain.profile import Profile
from integration.domain.rows import Sheet, Surroundings
from integration.domain.values import texts

__all__ = ["ORDER", "apply"]

ORDER = 45


def apply(profile: Profile, sheet: Sheet, around: Surroundings) -> None:
    """Fill ``operational``: true unless the feed says otherwise of the row."""
    part = profile.operational
    if part is None:
        sheet.record["operational"] = [True] * len(sheet)
    else:
        meant = frozenset(part.values)
        sheet.record["operational"] = [text in meant for text in texts(sheet.values(part.path))]
