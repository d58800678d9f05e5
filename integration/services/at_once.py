"""A delivery of one sound row that makes a new record: all of it by a single statement.

What the ordinary way asks of the database before it writes, here the constraints answer: the feed
is still as it was, the delivery did not come before, and the record is new. Where one of them says
no, the statement fails and the ordinary way begins.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.db import DataError, connection, transaction
from psycopg2.errors import DivisionByZero

from core.writings import Writing
from integration.domain.rows import Sheet
from integration.services import copying
from integration.services.ready import Ready
from integration.services.statements import KEY, SAME, STAGED
from integration.services.storing import Context, same_of_keys, same_of_records
from work.writing import NotPreparedError, insertion_of, write_prepared

__all__ = ["NotAtOnceError", "alone", "fits_at_once", "write_at_once"]


class NotAtOnceError(Exception):
    """The delivery cannot be stored by one statement; nothing of it was."""


def fits_at_once(sheet: Sheet, rows: Any) -> bool:
    """Whether a chunk is one row that is to become a record, with nothing to be said of it."""
    return (
        isinstance(rows, Ready) and sheet.chunk.size == len(rows.lines) == 1 and not sheet.reasons
    )


def write_at_once(rows: Ready, context: Context, writings: Sequence[Writing]) -> None:
    """Write the one row and its delivery, as ``Whole.writings`` has it for one ``alone``.

    Raises NotAtOnceError.
    """
    texts = rows.texts_at([0])
    key = [*copying.values(texts.keys[0]), *copying.values(same_of_keys(context))]
    record = [*copying.values(texts.rows[0]), *copying.values(same_of_records(context))]
    named = insertion_of("integration_recordkey", KEY, key, name="named", given="delivered")
    stored = insertion_of("integration_record", (*STAGED, *SAME, "version"), record)
    counted = Writing(stored.sql, stored.parameters, after=_COUNTED)
    try:
        write_prepared([*writings, named, counted])
    except NotPreparedError as error:
        raise NotAtOnceError from error
    except DataError as error:
        if isinstance(error.__cause__, DivisionByZero):
            raise NotAtOnceError from error
        raise


def alone() -> AbstractContextManager[object]:
    """Where the one statement stands: by itself, being a transaction of its own."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


# A statement that finds one of them missing fails as a whole, and leaves nothing.
_COUNTED = (
    ("1 / (SELECT count(*) FROM delivered)", ()),
    ("1 / (SELECT count(*) FROM named)", ()),
)
