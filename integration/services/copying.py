"""Columns to the text form of COPY, and COPY itself."""

import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from django.db import connection

__all__ = [
    "NULL",
    "array",
    "booleans",
    "cells",
    "copy_in",
    "documents",
    "flags",
    "hexes",
    "instants",
    "numbers",
    "texts",
    "values",
]

NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_LETTERS = {"n": "\n", "r": "\r", "t": "\t"}
_BUFFER = 1 << 16
_NO_NUMBERS = {"None": NULL, "nan": NULL}
_EPOCH = 946_684_800  # seconds from 1970 to 2000, where PostgreSQL begins to count
_MICRO = 1_000_000


def texts(values: Sequence[str]) -> Sequence[str]:
    """Texts, escaped where any needs it."""
    whole = "".join(values)
    if "\\" in whole or "\t" in whole or "\n" in whole or "\r" in whole:
        return [value.translate(_ESCAPES) for value in values]
    return values


def documents(values: Sequence[str | None]) -> Sequence[str]:
    """JSON texts; None is NULL."""
    if not any(values):
        return [NULL if value is None else value for value in values]
    if None not in values:
        return texts([value for value in values if value is not None])
    return [NULL if value is None else value.translate(_ESCAPES) for value in values]


def booleans(values: Sequence[bool]) -> list[str]:
    """Truth values."""
    return ["t"] * len(values) if all(values) else ["t" if value else "f" for value in values]


def numbers(values: Sequence[Any]) -> list[str]:
    """Numbers; None and NaN are NULL."""
    found = list(map(repr, values))
    if "nan" in found or "None" in found:
        return [_NO_NUMBERS.get(text, text) for text in found]
    return found


def cells(values: Sequence[int]) -> list[str]:
    """Numbers of cells; 0 is NULL."""
    found = list(map(str, values))
    return [NULL if text == "0" else text for text in found] if "0" in found else found


def instants(seconds: Sequence[float]) -> list[str]:
    """Seconds since 1970 UTC as timestamps, to the microsecond as to_timestamp rounds; NaN: NULL.

    Outside the years 1 to 9999 they are of no form that PostgreSQL reads: callers bound them.
    """
    column = np.asarray(seconds, dtype=np.float64)
    known = ~np.isnan(column)
    if not known.any():
        return [NULL] * len(column)
    shifted = np.where(known, column, _EPOCH) - _EPOCH
    micros = np.rint(shifted * _MICRO).astype(np.int64) + _EPOCH * _MICRO
    whole = not (micros % _MICRO).any()
    stamps = (micros // _MICRO).view("M8[s]") if whole else micros.view("M8[us]")
    found: list[str] = np.datetime_as_string(stamps, timezone="UTC").tolist()
    if known.all():
        return found
    return [text if told else NULL for text, told in zip(found, known.tolist(), strict=True)]


def hexes(values: Sequence[bytes | None]) -> list[str]:
    """Bytes as bytea."""
    return [NULL if value is None else "\\\\x" + value.hex() for value in values]


def flags(values: Sequence[Sequence[str]]) -> list[str]:
    """Lists of plain words as text[]."""
    if not any(values):
        return ["{}"] * len(values)
    return ["{" + ",".join(value) + "}" if value else "{}" for value in values]


def array(values: Sequence[str]) -> str:
    """Texts as the text of one text[], which is read faster than as many parameters."""
    inside = '","'.join(values)
    if "\\" in inside or inside.count('"') > 2 * max(len(values) - 1, 0):
        inside = '","'.join([one.replace("\\", "\\\\").replace('"', '\\"') for one in values])
    return f'{{"{inside}"}}' if values else "{}"


def values(row: str) -> list[str | None]:
    """The values of a row of ready texts, as parameters of a statement."""
    return [None if one == NULL else _ESCAPED.sub(_meant, one) for one in row.split("\t")]


def _meant(escaped: re.Match[str]) -> str:
    return _LETTERS.get(escaped[1], escaped[1])


def copy_in(table: str, columns: Iterable[str], rows: Sequence[str], same: str = "") -> None:
    """COPY rows of ready texts into ``table``, in the present transaction.

    ``rows``: each the values of its first columns, tabs between them. ``same``: those of the last
    columns, which all rows share.
    """
    if not rows:
        return
    end = f"\t{same}" if same else ""
    names = ", ".join(columns)
    body = f"{end}\n".join(rows) + end
    with connection.cursor() as cursor:
        # Table and column names come from this package alone.
        cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", io.BytesIO(body.encode()), _BUFFER)
