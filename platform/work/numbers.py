"""Numbers people quote: a letter, the city's date and a running number that never repeats."""

from datetime import date

from django.db import connection

_LETTERS = {"incident": "I", "case": "R", "alert": "A", "task": "T"}


def reserve(kind: str, count: int, day: date) -> list[str]:
    """`count` new numbers such as T20261120-000017, in order. Gaps are possible.

    One database sequence per kind, so that writers never wait for each other.
    """
    letter = _LETTERS[kind]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(%s::regclass) FROM generate_series(1, %s)",
            [f"number_{kind}", count],
        )
        return [f"{letter}{day:%Y%m%d}-{row[0]:06d}" for row in cursor.fetchall()]
