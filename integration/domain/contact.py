"""How it stands with a feed: in contact, silent, out of contact. From facts alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

__all__ = ["MOST_FAILURES", "Contact", "FeedFacts", "Standing", "standing"]

MOST_FAILURES = 5
"""So many pulls that fail in a row are no contact, also where no limit was agreed."""


class Contact(StrEnum):
    """What is told apart."""

    FINE = "fine"
    SILENT = "silent"  # in contact, but nothing new comes
    LOST = "no_contact"  # nothing is heard, or pulls fail
    OPEN = "unwatched"  # no limit was agreed: nothing is missed
    CLOSED = "closed"  # switched off


@dataclass(frozen=True)
class FeedFacts:
    """What is known of a feed. ``began_at``: since when it is expected, its first profile.

    ``silent_after``: longest time without a sign of life; ``rows_within``: longest time without
    a new row, None: the same, zero: any. ``failures``: pulls in a row that failed since
    ``failing_since``; 0 for feeds that are pushed.
    """

    active: bool
    began_at: datetime | None
    silent_after: timedelta | None
    rows_within: timedelta | None
    last_contact_at: datetime | None
    last_row_at: datetime | None
    failures: int = 0
    failing_since: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """A feed's contact; ``since``: the last sign, or the feed's beginning if there was none.

    ``limit``: the time that was agreed for it, if any. ``heard``: there was such a sign at all.
    """

    contact: Contact
    since: datetime | None = None
    limit: timedelta | None = None
    heard: bool = True

    @property
    def troubled(self) -> bool:
        """Whether somebody ought to look."""
        return self.contact in (Contact.SILENT, Contact.LOST)


def standing(facts: FeedFacts, at: datetime) -> Standing:
    """How it stands with a feed at an instant."""
    if not facts.active or facts.began_at is None:
        return Standing(Contact.CLOSED)
    heard = facts.last_contact_at or facts.began_at
    known = facts.last_contact_at is not None
    if facts.silent_after is not None and heard + facts.silent_after < at:
        return Standing(Contact.LOST, heard, facts.silent_after, known)
    if facts.failures >= MOST_FAILURES:
        since = facts.last_contact_at or facts.failing_since or facts.began_at
        return Standing(Contact.LOST, since, facts.silent_after, known)
    patience = facts.silent_after if facts.rows_within is None else facts.rows_within
    came = facts.last_row_at or facts.began_at
    if patience and came + patience < at:
        return Standing(Contact.SILENT, came, patience, facts.last_row_at is not None)
    watched = facts.silent_after is not None or patience
    return Standing(Contact.FINE if watched else Contact.OPEN)
