"""How many rows several lists have, in one statement and never counting on for ever."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

MOST_COUNTED = 20_000
"""Beyond this a count says only that there are more: a map has to answer at any size."""


def counts_of(lists: Sequence[QuerySet[Any]]) -> list[int]:
    """The length of each list in order, ``MOST_COUNTED + 1`` for any longer one."""
    terms: list[str] = []
    values: list[Any] = []
    for rows in lists:
        counted = rows.order_by().values("pk")[: MOST_COUNTED + 1]
        try:
            statement, parameters = counted.query.sql_with_params()
        except EmptyResultSet:  # a list that its own conditions already leave empty
            terms.append("0")
        else:
            terms.append(f"(SELECT count(*) FROM ({statement}) AS counted)")  # noqa: S608 - ORM's
            values.extend(parameters)
    if not terms:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(terms)}", values)
        return [int(number) for number in cursor.fetchone()]
