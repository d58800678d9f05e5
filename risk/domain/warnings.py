"""Warnings (预警) as authorities issue them: how long each is valid, and what replaces what.

A message is known by its sender, identifier and time (CAP 1.2, 3.2.1). An Update or a Cancel
names the messages it replaces. What stands is decided from all messages together, so the order in
which they came changes nothing: a Cancel that came before its warning still ends it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

ALERT, UPDATE, CANCEL = "Alert", "Update", "Cancel"
MESSAGE_TYPES = (ALERT, UPDATE, CANCEL)
"""Message types that are warnings; acknowledgements and errors are none."""

LEVELS = ("red", "orange", "yellow", "blue")
"""Warning levels, gravest first. Issued, never computed from a severity."""

SCOPES = ("Public", "Restricted", "Private")
TEXTS = ("language", "event", "headline", "description", "instruction", "area")
_PARTS_OF_A_REFERENCE = 3
_NATIONAL_DIGITS = 6
_YEARS = range(1900, 9000)  # hours are added to instants, which must not leave the calendar


@dataclass(frozen=True)
class Reference:
    """The message that another one names; `sent_at` None and `sender` "" where it tells none."""

    sender: str
    identifier: str
    sent_at: datetime | None


@dataclass(frozen=True)
class Validity:
    """From when until when a warning stands; `end_assumed` where the message told no end."""

    starts_at: datetime
    ends_at: datetime
    end_assumed: bool = False

    def __post_init__(self) -> None:
        if self.ends_at < self.starts_at:
            raise ValueError("a validity does not end before it begins")


@dataclass(frozen=True)
class Message:
    """What decides how a message stands among others.

    `issuer`: whose it is; nobody replaces another body's warnings, nor an exercise a real one.
    """

    id: UUID
    issuer: UUID
    exercise: bool
    sender: str
    identifier: str
    sent_at: datetime
    message_type: str
    references: tuple[Reference, ...] = ()
    withdrawn: bool = False


@dataclass(frozen=True)
class Standing:
    """The state of a message and the message that took its place."""

    state: str
    replaced_by: UUID | None = None


@dataclass(frozen=True)
class Told:
    """What a warning's record says, read and tidied."""

    sender: str
    identifier: str
    message_type: str
    scope: str
    level: str
    severity: str
    urgency: str
    certainty: str
    issuer: str
    texts: list[dict[str, str]]
    districts: tuple[str, ...]
    references: tuple[Reference, ...]
    validity: Validity


def standings(messages: Iterable[Message]) -> dict[UUID, Standing]:
    """How each message stands, given all that may name it; the same in whatever order they come.

    A Cancel among those that name a message cancels it, else the latest Update takes its place.
    A Cancel itself never stands; one that was withdrawn neither stands nor replaces.
    """
    everyone = sorted(messages, key=_order)
    naming: dict[str, list[tuple[Message, Reference]]] = {}
    for one in everyone:
        for reference in () if one.withdrawn else one.references:
            naming.setdefault(reference.identifier, []).append((one, reference))
    return {
        one.id: _standing(one, _replacers(one, naming.get(one.identifier, ()))) for one in everyone
    }


def _order(one: Message) -> tuple[datetime, str, str, str]:
    return one.sent_at, one.sender, one.identifier, str(one.id)


def _replacers(target: Message, naming: Sequence[tuple[Message, Reference]]) -> list[Message]:
    return [
        one
        for one, reference in naming
        if one.id != target.id
        and one.message_type in (UPDATE, CANCEL)
        and (one.issuer, one.exercise) == (target.issuer, target.exercise)
        and one.sent_at >= target.sent_at
        and reference.sender in ("", target.sender)
        and reference.sent_at in (None, target.sent_at)
    ]


def _standing(target: Message, replacers: Sequence[Message]) -> Standing:
    if target.withdrawn:
        return Standing("withdrawn")
    cancels = [one for one in replacers if one.message_type == CANCEL]
    if cancels:  # the first of them ended it
        return Standing("cancelled", cancels[0].id)
    if target.message_type == CANCEL:
        return Standing("cancelled")
    if replacers:
        return Standing("updated", replacers[-1].id)
    return Standing("issued")


def read(
    attributes: Mapping[str, Any],
    *,
    source_id: str,
    sent_at: datetime,
    summary: str,
    default: timedelta,
) -> Told | None:
    """What the attributes of a warning's record say; None for a message that is no warning.

    Whatever is missing or of another kind than expected is left empty: a warning is not lost
    because of a word in it. `default`: how long one is valid that tells no end.
    """
    message_type = _text(attributes, "message_type", 8) or ALERT
    if message_type not in MESSAGE_TYPES:
        return None
    level = _text(attributes, "level", 8)
    return Told(
        sender=_text(attributes, "sender", 200),
        identifier=_text(attributes, "identifier", 200) or source_id,
        message_type=message_type,
        scope=_scope(_text(attributes, "scope", 12)),
        level=level if level in LEVELS else "",
        severity=_text(attributes, "severity", 12),
        urgency=_text(attributes, "urgency", 12),
        certainty=_text(attributes, "certainty", 12),
        issuer=_text(attributes, "issuer", 200),
        texts=_texts(attributes.get("texts"), summary),
        districts=tuple(_listed(attributes.get("districts"))),
        references=tuple(references(attributes.get("references"))),
        validity=validity(
            message_type,
            sent_at,
            _instant(attributes.get("starts_at")),
            _instant(attributes.get("ends_at")),
            default,
        ),
    )


def _scope(text: str) -> str:
    """For whom a message is; one that cannot be understood is for the fewest."""
    if not text:
        return SCOPES[0]
    return text if text in SCOPES else SCOPES[-1]


def validity(
    message_type: str,
    sent_at: datetime,
    starts_at: datetime | None,
    ends_at: datetime | None,
    default: timedelta,
) -> Validity:
    """When a message stands: as it tells, else from its sending on for `default`.

    A Cancel stands at no time. An end that is not after the start, but after the sending, counts
    from the sending; one before both is taken as not told.
    """
    if message_type == CANCEL:
        return Validity(sent_at, sent_at)
    start = starts_at or sent_at
    if ends_at is not None and ends_at > start:
        return Validity(start, ends_at)
    if ends_at is not None and ends_at > sent_at:
        return Validity(sent_at, ends_at)
    return Validity(start, start + default, end_assumed=True)


def references(value: object) -> list[Reference]:
    """The messages that a list of texts `sender,identifier,sent` names.

    A text without commas is an identifier alone, as older national feeds write it.
    """
    found = []
    for text in _listed(value):
        parts = [part.strip() for part in text.split(",")]
        if len(parts) == _PARTS_OF_A_REFERENCE:
            sender, identifier, sent = parts
            found.append(Reference(sender[:200], identifier[:200], _instant(sent)))
        elif len(parts) == 1:
            found.append(Reference("", parts[0][:200], None))
    return list(dict.fromkeys(found))


def named_districts(codes: Iterable[str], districts: Iterable[str], city: str) -> set[str]:
    """The city's districts that official area codes name.

    The code of a district or of a street in it names the district; the code of the city, or of
    the province around it in the national form with trailing zeros (GB/T 2260), names them all.
    """
    known = set(districts)
    found: set[str] = set()
    for code in codes:
        around = _without_zeros(code)
        found |= {
            one
            for one in known
            if code == city or code.startswith(one) or (around != code and one.startswith(around))
        }
    return found


def _without_zeros(code: str) -> str:
    """A national code of six digits without the pairs of zeros that stand for "all of it"."""
    if len(code) != _NATIONAL_DIGITS or not code.isdigit():
        return code
    while code.endswith("00") and len(code) > 2:
        code = code[:-2]
    return code


def _text(attributes: Mapping[str, Any], name: str, longest: int) -> str:
    value = attributes.get(name)
    return value.strip()[:longest] if isinstance(value, str) else ""


def _listed(value: object) -> list[str]:
    """The texts of a list, or one text; empty ones left out."""
    rows = [value] if isinstance(value, str) else value if isinstance(value, list | tuple) else []
    return [one.strip() for one in rows if isinstance(one, str) and one.strip()]


def _texts(value: object, summary: str) -> list[dict[str, str]]:
    rows = [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
    if not rows:
        rows = [{"description": summary}] if summary else []
    return [
        {name: text if isinstance(text := row.get(name), str) else "" for name in TEXTS}
        for row in rows
    ]


def _instant(value: object) -> datetime | None:
    """An instant in UTC; None for anything that names none."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value.strip())
        sound = found.utcoffset() is not None and found.year in _YEARS
        return found.astimezone(UTC) if sound else None
    except ValueError:
        return None
