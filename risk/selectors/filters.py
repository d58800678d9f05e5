"""The allow-listed filters of lists."""

from collections.abc import Mapping
from typing import TypeVar

from django.db.models import Model, QuerySet

from restapi.reading import instant

Row = TypeVar("Row", bound=Model)


def narrow(
    rows: QuerySet[Row], query: Mapping[str, str], *, columns: Mapping[str, str], time: str = ""
) -> QuerySet[Row]:
    """Rows that fit `query`: equal in `columns` (filter → column), `time` in since ≤ t < until.

    BadInput `bad_filter` for a time that is none.
    """
    chosen: dict[str, object] = {
        column: query[name] for name, column in columns.items() if name in query
    }
    if time and "since" in query:
        chosen[f"{time}__gte"] = instant(query, "since")
    if time and "until" in query:
        chosen[f"{time}__lt"] = instant(query, "until")
    return rows.filter(**chosen)
