"""Every reason a row can be given, and what it tells the sender to do.

The one table of codes: messages are English msgids with a ``%(field)s`` place.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from core.errors import fill
from core.words import N_

__all__ = ["DUPLICATE", "FLAGGED", "MESSAGES", "QUARANTINED", "text"]

QUARANTINED: Final = "quarantined"
FLAGGED: Final = "flagged"
DUPLICATE: Final = "duplicate"

MESSAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        # Quarantined
        "missing_id": N_("The row has no id in %(field)s. Send the row again with its id."),
        "missing_field": N_("%(field)s is empty. Send the row again with a value."),
        "bad_time": N_(
            "%(field)s is not a time in the form agreed for this feed. Correct it and resend."
        ),
        "future_time": N_("%(field)s lies in the future. Check the sender's clock and resend."),
        "too_old": N_("%(field)s lies further back than this feed accepts. Check the date."),
        "bad_number": N_("%(field)s is not a number. Correct it and resend."),
        "not_finite": N_("%(field)s is not a finite number. Correct it and resend."),
        "wrong_type": N_("%(field)s has another type than agreed for this feed. Correct it."),
        "coordinates_out_of_range": N_(
            "%(field)s and its partner are no position on Earth. Check the coordinates."
        ),
        "coordinates_out_of_area": N_(
            "The position in %(field)s lies outside the city. Check coordinates and their system."
        ),
        "crs_unknown": N_(
            "%(field)s names a coordinate system this feed does not use. Name a known one."
        ),
        "null_island": N_(
            "The position in %(field)s is 0, 0. Leave coordinates empty when they are unknown."
        ),
        "bad_geometry": N_("The shape in %(field)s is not valid. Correct it and resend."),
        "bad_reference": N_(
            "%(field)s is no list of “sender,identifier,sent”, or names the message itself."
            " Correct it and resend."
        ),
        "geometry_too_large": N_("The shape in %(field)s has too many points. Simplify it."),
        "control_characters": N_(
            "The row contains the character U+0000. Remove it at the source and resend."
        ),
        "malformed_row": N_(
            "The row cannot be read: cut off, damaged or not in the agreed form. Resend it whole."
        ),
        "too_long": N_("%(field)s is longer than this feed allows. Shorten it and resend."),
        "unknown_datastream": N_(
            "%(field)s names a datastream that is not registered. Correct it, or have it registered"
            " and the row released."
        ),
        "conflict": N_(
            "A row with this id but other content is already stored, and the feed does not allow"
            " a change. Use a new id, or a newer version mark."
        ),
        # Flagged
        "bad_code": N_(
            "The code in %(field)s is not in the agreed list. It was kept as text; ask for it to"
            " be added, or correct it."
        ),
        "no_coordinates": N_(
            "The row has no coordinates in %(field)s. Send them when they become known."
        ),
        "low_precision": N_(
            "The coordinates in %(field)s have fewer than three decimals. Send them in full."
        ),
        "bad_identifier": N_(
            "The identifier in %(field)s fails its check. Correct it if it was mistyped."
        ),
        "spreadsheet_damage": N_(
            "A spreadsheet program made a number of %(field)s, and digits are lost. Format the"
            " column as text at the source and send the row again."
        ),
        "cleaned_characters": N_("Invisible or reordering characters were removed from %(field)s."),
        "time_order": N_("%(field)s lies before the occurrence. Check both times."),
        "time_ambiguous": N_(
            "%(field)s falls into the change of daylight saving time; the first reading was used."
        ),
        "zone_assumed": N_(
            "%(field)s has no offset from UTC; it was read in the zone agreed for this feed. Send"
            " times with their offset."
        ),
        "late_report": N_(
            "%(field)s lies much later than the occurrence. Check both times, or send sooner."
        ),
        "mended_geometry": N_(
            "The shape in %(field)s had a small fault of drawing; it was mended. Correct it at the"
            " source."
        ),
        "nonstandard_time": N_(
            "%(field)s is written in a way the standard does not allow; it was understood. Write"
            " the offset from UTC as ±hh:mm."
        ),
        "unknown_reference": N_(
            "%(field)s names a message that has not come yet. Check that it was sent."
        ),
        "unknown_field": N_(
            "The row has a field that is not agreed for this feed; it was not read."
        ),
        "repeated_field": N_(
            "The row names a field more than once; the last value was read. Send each field once."
        ),
        "retired_code": N_("The code in %(field)s is no longer in use. Use its successor."),
        "coordinates_swapped": N_(
            "Longitude and latitude in %(field)s are exchanged; only where that is certain they"
            " are put right. Send them in the agreed order."
        ),
        # Duplicates
        "duplicate": N_("This content is already stored; nothing was changed."),
    }
)


@lru_cache(maxsize=4096)
def text(code: str, field: str) -> str:
    """The English message of ``code`` about ``field``."""
    return fill(MESSAGES[code], {"field": field})
