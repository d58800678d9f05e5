"""A quarantined row as a form: what may be corrected, what is wrong where, what was typed."""

import csv
import io
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from core.errors import RuleBroken
from core.words import N_
from integration.services import RawRow
from integration.ui.profile_reading import Reading, meaning_of
from integration.wording import in_language

__all__ = [
    "Fault",
    "RowField",
    "as_text",
    "changes",
    "faults_of",
    "like",
    "pasted",
    "row_fields",
    "typed",
]

PREFIX = "field:"
_LONG = 40  # characters from which a value gets lines
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True)
class Fault:
    """One thing that keeps the row out; `field` may be a whole of which fields are parts.

    `record`: the id of the stored record with which the row is in conflict.
    """

    code: str
    field: str
    message: str
    record: str = ""


@dataclass(frozen=True)
class RowField:
    """One field of the row; a `locked` one is masked and stays as it is."""

    path: str
    id: str
    meaning: str
    how: str
    value: str
    locked: bool
    long: bool
    faults: Sequence[Fault]
    focus: bool

    @property
    def name(self) -> str:
        """The name of the input."""
        return PREFIX + self.path


def faults_of(problems: Iterable[Mapping[str, Any]]) -> list[Fault]:
    """The problems of an answer that keep a row out, in the officer's language."""
    return [
        Fault(one["code"], one["field"], in_language(one["code"], one["field"]))
        for one in problems
        if one["outcome"] == "quarantined"
    ]


def row_fields(
    raw: RawRow, known: Sequence[Reading], faults: Sequence[Fault], typed: Mapping[str, str]
) -> list[RowField]:
    """The fields in the order of the row; the first that is wrong has the focus.

    A field that is wrong because the row has none is added empty.
    """
    values = dict(raw.fields or {})
    for one in faults:
        if one.field and not any(_touches(one.field, path) for path in values):
            values[one.field] = None
    found: list[RowField] = []
    for place, (path, value) in enumerate(values.items()):
        reading = meaning_of(path, known)
        own = [one for one in faults if one.field and _touches(one.field, path)]
        text = typed.get(path, as_text(value))
        locked = path in raw.masked
        focus = bool(own) and not locked and not any(one.focus for one in found)
        found.append(
            RowField(
                path=path,
                id=f"row-{place}",
                meaning=reading.meaning if reading else "",
                how=reading.how if reading else "",
                value=text,
                locked=locked,
                long=len(text) > _LONG or "\n" in text,
                faults=own,
                focus=focus,
            )
        )
    return found


def _touches(wrong: str, path: str) -> bool:
    """Whether what is wrong is the field, a part of it, or what it is a part of."""
    return (
        path == wrong
        or path.startswith((f"{wrong}.", f"{wrong}["))
        or wrong.startswith((f"{path}.", f"{path}["))
    )


def typed(sent: Mapping[str, str]) -> dict[str, str]:
    """Path → text of the inputs that were sent."""
    return {key.removeprefix(PREFIX): text for key, text in sent.items() if key.startswith(PREFIX)}


def changes(raw: RawRow, texts: Mapping[str, str]) -> dict[str, object]:
    """What was changed, as values of the kind that stood there; masked fields stay."""
    before = raw.fields or {}
    return {
        path: like(before.get(path), text)
        for path, text in texts.items()
        if path not in raw.masked and _plain(text) != _plain(as_text(before.get(path)))
    }


def as_text(value: object) -> str:
    """A value of a row as it stands in an input; nothing is an empty text."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _plain(text: str) -> str:
    # Browsers send their own line breaks.
    return text.replace("\r\n", "\n")


def like(before: object, text: str) -> object:
    """What was typed, as a value of the kind that stood there."""
    if isinstance(before, str):
        return text
    if not text:
        return None
    if isinstance(before, bool) and text in ("true", "false"):
        return text == "true"
    if isinstance(before, int | float) and _NUMBER.fullmatch(text.strip()):
        number = json.loads(text)
        return number if math.isfinite(number) else text
    return text


def pasted(text: str, delimiter: str) -> dict[str, object]:
    """A whole row from a JSON object, or from a header line and a line of values.

    Raises RuleBroken ``row_unreadable``.
    """
    found = _object(text) if text.lstrip().startswith("{") else _line(text, delimiter)
    if not found:
        raise RuleBroken(
            "row_unreadable",
            N_("Paste the row as a JSON object, or as a header line and a line of values below."),
        )
    return found


def _object(text: str) -> dict[str, object]:
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return {}
    return found if isinstance(found, dict) else {}


def _line(text: str, delimiter: str) -> dict[str, object]:
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
    except csv.Error:
        return {}
    if len(rows) != 2 or len(rows[0]) != len(rows[1]):
        return {}
    return dict(zip(rows[0], rows[1], strict=True))
