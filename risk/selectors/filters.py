"""The allow-listed filters of lists."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils.dateparse import parse_datetime

from core.errors import BadInput
from core.words import N_

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
        chosen[f"{time}__gte"] = _instant("since", query)
    if time and "until" in query:
        chosen[f"{time}__lt"] = _instant("until", query)
    return rows.filter(**chosen)


def _instant(name: str, query: Mapping[str, str]) -> datetime:
    text = query[name]
    try:
        found = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        found = None
    if found is None or found.utcoffset() is None:
        raise BadInput(
            "bad_filter", N_("%(name)s must be a time with its zone."), name=name, value=text
        )
    return found
