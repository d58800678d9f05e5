"""Codes of records and of their rows in the words that pages show."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.words import N_

__all__ = [
    "FEED_KINDS",
    "FLAGS",
    "KINDS",
    "ORIGINS",
    "OUTCOMES",
    "SETTLEMENTS",
    "TITLES",
    "UPSTREAM",
    "attribute",
    "attribute_order",
    "flag_meaning",
    "title",
    "word",
]

TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "missing_id": N_("No id"),
        "missing_field": N_("Required field empty"),
        "bad_time": N_("Time cannot be read"),
        "future_time": N_("Time in the future"),
        "too_old": N_("Time too far back"),
        "bad_number": N_("Not a number"),
        "not_finite": N_("No finite number"),
        "wrong_type": N_("Wrong type"),
        "coordinates_out_of_range": N_("Impossible coordinates"),
        "coordinates_out_of_area": N_("Outside the city"),
        "crs_unknown": N_("Unknown coordinate system"),
        "null_island": N_("Position 0, 0"),
        "bad_geometry": N_("Shape not valid"),
        "bad_reference": N_("Reference not valid"),
        "geometry_too_large": N_("Shape too large"),
        "mended_geometry": N_("Shape mended"),
        "control_characters": N_("Forbidden character"),
        "malformed_row": N_("Row cannot be read"),
        "too_long": N_("Text too long"),
        "unknown_datastream": N_("Unknown datastream"),
        "conflict": N_("Conflict with a stored record"),
        "bad_code": N_("Unknown code"),
        "no_coordinates": N_("No coordinates"),
        "low_precision": N_("Coarse coordinates"),
        "bad_identifier": N_("Identifier fails its check"),
        "spreadsheet_damage": N_("Digits lost in a spreadsheet"),
        "cleaned_characters": N_("Characters removed"),
        "time_order": N_("Times out of order"),
        "time_ambiguous": N_("Ambiguous time"),
        "zone_assumed": N_("Time zone assumed"),
        "late_report": N_("Late report"),
        "nonstandard_time": N_("Time not in standard form"),
        "unknown_reference": N_("Referenced message missing"),
        "unknown_field": N_("Field not agreed"),
        "repeated_field": N_("Field named twice"),
        "retired_code": N_("Code no longer in use"),
        "coordinates_swapped": N_("Longitude and latitude exchanged"),
        "duplicate": N_("Duplicate"),
    }
)
"""What is wrong with a row, in a few words: for badges, groups and filters."""

FLAGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "bad_code": N_("The source's code is not in the agreed list; it was kept as text."),
        "no_coordinates": N_("The source sent no coordinates; only the address tells the place."),
        "low_precision": N_(
            "The coordinates have fewer than three decimals: the place is only approximate."
        ),
        "bad_identifier": N_("An identifier fails its check digit; it may be mistyped."),
        "spreadsheet_damage": N_(
            "A spreadsheet program made a number of an identifier; its last digits are lost."
        ),
        "cleaned_characters": N_("Invisible or reordering characters were taken out of a text."),
        "time_order": N_("It was reported before it happened: one of the two times is wrong."),
        "time_ambiguous": N_(
            "The time falls into the change of daylight saving time; the first reading was used."
        ),
        "zone_assumed": N_(
            "The time came without its zone; the zone agreed for the feed was used."
        ),
        "late_report": N_("It was reported long after it is said to have happened."),
        "nonstandard_time": N_(
            "The time is written in a way the standard does not allow; it was understood."
        ),
        "unknown_reference": N_("It refers to a message that has not come yet."),
        "unknown_field": N_("The row had a field that is not agreed; it was not read."),
        "repeated_field": N_("The row named a field more than once; the last value was read."),
        "retired_code": N_("The source's code is no longer in use."),
        "coordinates_swapped": N_(
            "Longitude and latitude had been exchanged; they were put right."
        ),
    }
)
"""What a flag of a record means to its reader; the sender is told what to do about it."""

KINDS: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "event": pgettext_lazy("kind of record", "Event report"),
        "register": pgettext_lazy("kind of record", "Register entry"),
        "alarm": pgettext_lazy("kind of record", "Device alarm"),
        "warning": pgettext_lazy("kind of record", "Warning"),
        "hand": pgettext_lazy("kind of record", "Report by hand"),
    }
)
FEED_KINDS: Final[Mapping[str, Promise]] = MappingProxyType(
    {**KINDS, "observation": pgettext_lazy("kind of feed", "Observations")}
)
"""What a feed brings; observations do not become records."""
ORIGINS: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "reported": pgettext_lazy("origin of a record", "Reported"),
        "sensed": pgettext_lazy("origin of a record", "Sensed by a device"),
        "patrol": pgettext_lazy("origin of a record", "Found on patrol"),
        "inspection": pgettext_lazy("origin of a record", "Found in an inspection"),
    }
)
UPSTREAM: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "received": pgettext_lazy("state at the source", "Received"),
        "dispatched": pgettext_lazy("state at the source", "Dispatched"),
        "in_hand": pgettext_lazy("state at the source", "Being handled"),
        "closed": pgettext_lazy("state at the source", "Finished"),
    }
)
SETTLEMENTS: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "open": pgettext_lazy("quarantined row", "Waiting"),
        "released": pgettext_lazy("quarantined row", "Released"),
        "discarded": pgettext_lazy("quarantined row", "Discarded"),
        "repeated": pgettext_lazy("quarantined row", "Came again"),
    }
)

OUTCOMES: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "accepted": pgettext_lazy("row", "Accepted"),
        "quarantined": pgettext_lazy("row", "Quarantined"),
        "flagged": pgettext_lazy("row", "Flagged"),
        "duplicate": pgettext_lazy("row", "Duplicate"),
    }
)

_ATTRIBUTES: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "injured": _("Injured"),
        "dead": _("Dead"),
        "people": _("People concerned"),
        "loss_10k_cny": _("Direct loss (10,000 CNY)"),
        "enterprise": _("Enterprise"),
        "business": _("Business"),
        "founded": _("Founded"),
        "capital_10k_cny": _("Registered capital (10,000 CNY)"),
        "hazards": _("Hazards found"),
        "floor_area_m2": _("Floor area (m²)"),
        "clinic": _("Clinic"),
        "device": _("Device"),
        "model": _("Model of the device"),
        "battery_percent": _("Battery (%)"),
        "channel": _("Channel"),
        "tags": _("Tags"),
        "police_unit": _("Police unit"),
        "grid_code": _("Grid, as the source says"),
        "level": _("Warning level"),
        "event": _("Event named"),
        "issuer": _("Issued by"),
        "starts_at": _("Valid from"),
        "ends_at": _("Valid until"),
        "districts": _("Districts"),
        "texts": _("Text of the message"),
        "rain_mm_h": _("Rain (mm/h)"),
        "wind_ms": _("Wind (m/s)"),
        "urgency": _("Urgency"),
        "severity": _("Severity in the message"),
        "certainty": _("Certainty"),
        "message_type": _("Type of message"),
        "status": _("Status of the message"),
        "scope": _("Scope"),
        "sender": _("Sender of the message"),
        "identifier": _("Identifier of the message"),
        "references": _("Messages referred to"),
        "message_digest": _("Digest of the message"),
    }
)
"""Well-known further fields, in the order in which pages show them."""


def word(table: Mapping[str, Promise], code: str) -> str:
    """The words for a code; the code itself where it has none."""
    return str(table[code]) if code in table else code


def title(code: str) -> str:
    """A reason in a few words; the code itself where it has none."""
    return gettext(TITLES[code]) if code in TITLES else code


def flag_meaning(code: str) -> str:
    """What a flag of a record means to its reader."""
    return gettext(FLAGS[code]) if code in FLAGS else title(code)


def attribute(name: str) -> str:
    """The name of a further field; its key in plain words where it has none of its own."""
    plain = name.replace("_", " ")
    return word(_ATTRIBUTES, name) if name in _ATTRIBUTES else plain[:1].upper() + plain[1:]


def attribute_order(name: str) -> tuple[int, str]:
    """Where a further field stands among others: well-known ones first."""
    known = list(_ATTRIBUTES)
    return (known.index(name) if name in _ATTRIBUTES else len(known), name)
