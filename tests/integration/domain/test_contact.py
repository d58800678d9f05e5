"""How it stands with a feed, told from facts alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from integration.domain.contact import MOST_FAILURES, Contact, FeedFacts, standing

AT = datetime(2026, 11, 21, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
WELL = FeedFacts(
    active=True,
    began_at=AT - 100 * HOUR,
    silent_after=HOUR,
    rows_within=None,
    last_contact_at=AT - HOUR / 2,
    last_row_at=AT - HOUR / 2,
)


@pytest.mark.parametrize(
    ("changes", "contact"),
    [
        ({}, Contact.FINE),
        ({"last_row_at": AT - 2 * HOUR}, Contact.SILENT),
        ({"last_row_at": None}, Contact.SILENT),
        ({"last_row_at": AT - 2 * HOUR, "rows_within": 3 * HOUR}, Contact.FINE),
        ({"last_row_at": AT - 90 * HOUR, "rows_within": timedelta(0)}, Contact.FINE),
        ({"last_contact_at": AT - 2 * HOUR}, Contact.LOST),
        ({"last_contact_at": None, "last_row_at": None}, Contact.LOST),
        ({"last_contact_at": AT - HOUR, "last_row_at": AT - HOUR}, Contact.FINE),
        ({"failures": MOST_FAILURES - 1}, Contact.FINE),
        ({"failures": MOST_FAILURES}, Contact.LOST),
        ({"failures": MOST_FAILURES, "silent_after": None}, Contact.LOST),
        ({"silent_after": None, "last_row_at": None, "last_contact_at": None}, Contact.OPEN),
        ({"silent_after": None, "rows_within": HOUR, "last_row_at": AT - 2 * HOUR}, Contact.SILENT),
        ({"active": False, "last_contact_at": None}, Contact.CLOSED),
        ({"began_at": None}, Contact.CLOSED),
        ({"began_at": AT - HOUR / 2, "last_contact_at": None, "last_row_at": None}, Contact.FINE),
    ],
)
def test_silent_no_contact_and_well_are_told_apart(
    changes: dict[str, object], contact: Contact
) -> None:
    assert standing(replace(WELL, **changes), AT).contact is contact


def test_since_when_and_whether_it_was_ever_heard_of() -> None:
    silent = standing(replace(WELL, last_row_at=AT - 2 * HOUR), AT)
    assert (silent.since, silent.limit, silent.heard) == (AT - 2 * HOUR, HOUR, True)
    never = standing(replace(WELL, last_contact_at=None, last_row_at=None), AT)
    assert (never.since, never.heard) == (WELL.began_at, False)
    failing = replace(WELL, failures=9, failing_since=AT - HOUR, last_contact_at=None)
    failing = replace(failing, silent_after=None)
    assert standing(failing, AT).since == AT - HOUR
