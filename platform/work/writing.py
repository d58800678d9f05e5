"""Rows of models as statements that are sent together, with each other and with what they owe."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DatabaseError, connection
from django.db.models import Model
from psycopg2.errors import InvalidSqlStatementName

from core.writings import Writing, together

__all__ = ["NotPreparedError", "change", "insertion", "insertion_of", "write", "write_prepared"]


def insertion(row: Model, *, name: str = "", given: str = "") -> Writing:
    """The INSERT of a new row; every field is given, as when Django saves it.

    ``given``: the name of another writing. Then the row is only inserted where that one returns
    something and no constraint stands against it, and its id is returned.
    """
    fields = row._meta.concrete_fields
    names = [f'"{field.column}"' for field in fields]
    return insertion_of(row._meta.db_table, names, _values(row, fields), name=name, given=given)


def insertion_of(
    table: str, names: Sequence[str], values: Sequence[Any], *, name: str = "", given: str = ""
) -> Writing:
    """The same of a table's columns and their values; a text is read by the column's type."""
    places = ", ".join(["%s"] * len(names))
    what = f"VALUES ({places})"
    if given:
        what = f"SELECT {places} FROM {given} ON CONFLICT DO NOTHING RETURNING id"  # noqa: S608
    sql = f"INSERT INTO {table} ({', '.join(names)}) {what}"
    return Writing(sql, values, name)


def change(row: Model, names: Collection[str]) -> Writing:
    """The UPDATE of some fields of a stored row."""
    fields = [field for field in row._meta.concrete_fields if field.name in names]
    sets = ", ".join(f'"{field.column}" = %s' for field in fields)
    key = row._meta.pk
    sql = f'UPDATE "{row._meta.db_table}" SET {sets} WHERE "{key.column}" = %s'  # noqa: S608 - our own names
    return Writing(sql, [*_values(row, fields), row.pk])


def _values(row: Model, fields: Iterable[Any]) -> list[Any]:
    """The values of a row as the driver takes them; nearly all of them it takes as they are."""
    return [
        field.get_db_prep_save(value, connection)
        if isinstance(value := getattr(row, field.attname), dict | list)
        else value
        for field in fields
    ]


def write(writings: Sequence[Writing]) -> Any:
    """Send them to the database as one statement; the row that it answers."""
    with connection.cursor() as cursor:
        cursor.execute(*together(writings))
        return cursor.fetchone()


class NotPreparedError(Exception):
    """The database has lost a prepared statement, as behind a pool of connections."""


def write_prepared(writings: Sequence[Writing]) -> Any:
    """``write`` for what is written alike many times: the database plans it once a connection.

    Parameters are of the columns' own types or texts of them. Raises NotPreparedError; then the
    transaction is to be rolled back, and what stood in it done without.
    """
    sql, parameters = together(writings)
    with connection.cursor() as cursor:  # only now it is sure which connection this is
        names = _prepared.setdefault(connection.connection, {})
        if sql not in names:
            first, *others = sql.split("%s")
            numbered = first + "".join(f"${n}{text}" for n, text in enumerate(others, 1))
            cursor.execute(f"PREPARE writing_{len(names)} AS {numbered}")
            names[sql] = f"writing_{len(names)}"
        try:
            places = ", ".join(["%s"] * len(parameters))
            cursor.execute(f"EXECUTE {names[sql]}({places})", parameters)
        except DatabaseError as error:
            if isinstance(error.__cause__, InvalidSqlStatementName):
                del _prepared[connection.connection]
                raise NotPreparedError from error
            raise
        return cursor.fetchone()


_prepared: "WeakKeyDictionary[Any, dict[str, str]]" = WeakKeyDictionary()
"""Names of prepared statements by connection and text; they live as long as the connection."""
