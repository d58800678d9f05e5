"""What addresses and queries hold, read strictly: ids, yes or no, instants."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from django.utils.dateparse import parse_datetime

from core.errors import BadInput, NotFound
from core.words import N_

__all__ = ["bad_value", "flag", "instant", "object_id"]

_WORDS = {"1": True, "true": True, "0": False, "false": False}


def object_id(text: str) -> UUID:
    """The id in an address; NotFound for anything that cannot be one."""
    try:
        return UUID(text)
    except ValueError:
        message = N_("There is no such object, or you may not see it.")
        raise NotFound("not_found", message) from None


def flag(query: Mapping[str, str], name: str) -> bool | None:
    """A yes/no parameter: 1 or 0, true or false; None when absent or empty."""
    text = query.get(name, "").lower()
    if text and text not in _WORDS:
        raise bad_value(name, text)
    return _WORDS.get(text)


def instant(query: Mapping[str, str], name: str) -> datetime | None:
    """An instant with its zone, in UTC; None when absent."""
    text = query.get(name)
    if text is None:
        return None
    try:
        # A plus sign that was not escaped arrives as a space.
        found = parse_datetime(text.replace(" ", "+"))
        if found is not None and found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass  # no such day, or one beyond the calendar once it is UTC: told below
    raise bad_value(name, text)


def bad_value(name: str, value: str) -> BadInput:
    """The refusal of a parameter's value."""
    message = N_("The value of %(name)s cannot be read: %(value)s.")
    return BadInput("bad_filter", message, name=name, value=value[:100])
