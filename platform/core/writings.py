"""Several statements that write as one statement to the database.

Each app keeps the SQL of its own tables; whoever closes a transaction sends what all of them
have to say in one round trip. The parts see the database as it was before any of them, and all
of them are done or none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Writing", "together"]


@dataclass(frozen=True, slots=True)
class Writing:
    """One INSERT, UPDATE or DELETE with its parameters, in order, for ``%s`` in the text.

    ``name``: by which the others may read what it returns; one that does so is done after it.
    ``after``: expressions to evaluate once with all of it (``pg_notify(…)``), each with its
    parameters.
    """

    sql: str
    parameters: Sequence[Any] = ()
    name: str = ""
    after: Sequence[tuple[str, Sequence[Any]]] = ()


def together(writings: Sequence[Writing]) -> tuple[str, list[Any]]:
    """One statement that does them all, and its parameters. Raises ValueError for none.

    It answers one row: the values of all ``after``, or a 1.
    """
    if not writings:
        raise ValueError("nothing to write")
    parts = [f"{one.name or f'w{place}'} AS ({one.sql})" for place, one in enumerate(writings)]
    told = [expression for one in writings for expression, _ in one.after]
    parameters = [value for one in writings for value in one.parameters]
    parameters += [value for one in writings for _, values in one.after for value in values]
    return f"WITH {', '.join(parts)} SELECT {', '.join(told) or '1'}", parameters
