"""Rows of a database as lines of JSON, and the mark of the row that was read last."""

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from core.errors import RuleBroken
from core.words import N_

__all__ = ["Mark", "lines", "lower", "mark", "value"]

Mark = dict[str, str]
_KINDS: dict[str, Any] = {
    "integer": int,
    "number": Decimal,
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
    "text": str,
}


def lines(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """One JSON object a row. Numbers keep their digits, and those that are none become null.

    Other things become their text.
    """
    encode = msgspec.json.Encoder(enc_hook=_text, decimal_format="number").encode
    return b"".join(
        encode(dict(zip(columns, map(_plain, row), strict=True))) + b"\n" for row in rows
    )


def mark(found: object) -> Mark:
    """A value of the rising column as JSON keeps it; RuleBroken ``no_rising_column``."""
    for kind, type_ in (("moment", datetime), ("day", date), ("number", Decimal), ("text", str)):
        if isinstance(found, type_):
            told = found.isoformat() if isinstance(found, date) else str(found)
            return {"kind": kind, "value": told}
    if isinstance(found, int) and not isinstance(found, bool):
        return {"kind": "integer", "value": str(found)}
    message = N_("The rising column must hold numbers, times or texts, and never be empty.")
    raise RuleBroken("no_rising_column", message)


def value(kept: Mark) -> Any:
    """The value of a mark."""
    return _KINDS[kept["kind"]](kept["value"])


def lower(found: Any, overlap: int) -> Any:
    """A value so much below another: seconds for times, days for days; texts stay."""
    if not overlap or isinstance(found, str):
        return found
    if isinstance(found, datetime):
        return found - timedelta(seconds=overlap)
    if isinstance(found, date):
        return found - timedelta(days=overlap)
    return found - overlap


def _plain(one: object) -> object:
    if isinstance(one, float | Decimal) and not math.isfinite(one):
        return None
    if isinstance(one, list):
        return list(map(_plain, one))
    return bytes(one) if isinstance(one, memoryview) else one


def _text(one: object) -> str:
    return str(one)
