"""One writer at a time for what is decided by looking at many rows.

Whether a record joins an incident depends on every incident within reach, over the edges of cells
and of deliveries; locking those cells row by row would take thousands of locks in no fixed order.
One advisory lock per step is free of deadlocks, and the work under it takes tens of microseconds
a record. It ends with the transaction.
"""

from enum import IntEnum

from django.db import connection


class Step(IntEnum):
    """What is done by one writer at a time; the number is the lock's name in the database."""

    ASSOCIATE = 0x4547_0001
    GATHER = 0x4547_0002


def only_one(step: Step) -> None:
    """Wait until nobody else does this step, and keep others out until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(step)])
