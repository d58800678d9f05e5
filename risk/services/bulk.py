"""Many rows at once: COPY for new ones, one statement for changed ones."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from io import StringIO
from math import isnan

import msgspec
from django.db import connection

_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Append rows to a table of this app by COPY, inside the caller's transaction.

    None and NaN become NULL, lists and mappings JSON. Table and columns are the caller's own
    words, never input.
    """
    buffer = StringIO()
    for row in rows:
        buffer.write("\t".join([_copied(value) for value in row]))
        buffer.write("\n")
    buffer.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", buffer)


def _copied(value: object) -> str:
    if value is None or (isinstance(value, float) and isnan(value)):
        return r"\N"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, list | dict):
        return msgspec.json.encode(value).decode().translate(_ESCAPES)
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def update_rows(table: str, columns: Mapping[str, str], values: Sequence[Sequence[object]]) -> None:
    """Set columns of the rows named by id; `columns` gives each column's type, `id` first.

    `values`: one sequence per column, all of one length.
    """
    names = list(columns)
    changes = ", ".join(f"{name} = new.{name}" for name in names[1:])
    arrays = ", ".join(f"%s::{kind}[]" for kind in columns.values())
    # Words of this app only; every value travels as a parameter.
    statement = (
        f"UPDATE {table} AS old SET {changes} "  # noqa: S608
        f"FROM unnest({arrays}) AS new({', '.join(names)}) WHERE old.id = new.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(column) for column in values])
