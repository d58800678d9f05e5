"""Bringing a table to what a folder says, writing only the rows that differ."""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from django.db import models

__all__ = ["Row", "replace", "store"]

M = TypeVar("M", bound=models.Model)
Row = Mapping[str, object]


def store(model: type[M], key: str, rows: Sequence[Row]) -> int:
    """Create or change rows by the unique field ``key``; gives the number written.

    All rows have the same fields. Rows of the table that are not named stay as they are.
    """
    if not rows:
        return 0
    held = {getattr(one, key): one for one in model._default_manager.all()}
    new = [model(**row) for row in rows if row[key] not in held]
    fields = [name for name in rows[0] if name not in (key, "id")]
    changed = [
        _set(held[row[key]], row)
        for row in rows
        if row[key] in held and _differs(held[row[key]], row)
    ]
    model._default_manager.bulk_create(new, batch_size=500)
    if changed and fields:
        model._default_manager.bulk_update(changed, fields, batch_size=200)
    return len(new) + len(changed)


def replace(model: type[M], fields: Sequence[str], wanted: Collection[tuple[object, ...]]) -> int:
    """Make a table hold exactly the ``wanted`` tuples of ``fields``; gives the number written."""
    held = {tuple(values): pk for pk, *values in model._default_manager.values_list("pk", *fields)}
    gone = [pk for values, pk in held.items() if values not in wanted]
    model._default_manager.filter(pk__in=gone).delete()
    new = [
        model(**dict(zip(fields, values, strict=True))) for values in wanted if values not in held
    ]
    model._default_manager.bulk_create(new, batch_size=500)
    return len(gone) + len(new)


def _differs(one: models.Model, row: Row) -> bool:
    return any(getattr(one, name) != value for name, value in row.items())


def _set(one: M, row: Row) -> M:
    for name, value in row.items():
        setattr(one, name, value)
    return one
