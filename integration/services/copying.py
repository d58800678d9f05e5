"""Columns to the text form of COPY, and COPY itself."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

__all__ = ["NULL", "booleans", "copy_in", "documents", "flags", "hexes", "numbers", "texts"]

NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_BUFFER = 1 << 16


def texts(values: Sequence[str]) -> Sequence[str]:
    """Texts, escaped where any needs it."""
    whole = "".join(values)
    if "\\" in whole or "\t" in whole or "\n" in whole or "\r" in whole:
        return [value.translate(_ESCAPES) for value in values]
    return values


def documents(values: Sequence[str | None]) -> Sequence[str]:
    """JSON texts; None is NULL."""
    known = [value for value in values if value is not None]
    if not known:
        return [NULL] * len(values)
    if len(known) == len(values):
        return texts(known)
    return [NULL if value is None else value.translate(_ESCAPES) for value in values]


def booleans(values: Sequence[bool]) -> list[str]:
    """Truth values."""
    return ["t" if value else "f" for value in values]


def numbers(values: Sequence[Any]) -> list[str]:
    """Numbers; None and NaN are NULL."""
    return [NULL if value is None or value != value else repr(value) for value in values]


def hexes(values: Sequence[bytes | None]) -> list[str]:
    """Bytes as bytea."""
    return [NULL if value is None else "\\\\x" + value.hex() for value in values]


def flags(values: Sequence[Sequence[str]]) -> list[str]:
    """Lists of plain words as text[]."""
    return ["{" + ",".join(value) + "}" if value else "{}" for value in values]


def copy_in(table: str, columns: Iterable[str], values: Sequence[Sequence[str]]) -> None:
    """COPY equally long columns of ready texts into ``table``, in the present transaction."""
    rows = "\n".join(map("\t".join, zip(*values, strict=True)))
    if not rows:
        return
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        # Table and column names come from this package alone.
        cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", io.BytesIO(rows.encode()), _BUFFER)
