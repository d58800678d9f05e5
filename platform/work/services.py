"""The outbox: owed work is written with its cause, claimed under a lease, done once.

A lease is a fence: only who still holds it, for the generation it claimed, can finish an item.
Whoever does the work finishes it in the transaction that holds the effect, so that a crash
before COMMIT leaves both undone and a crash after it leaves both done.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction

from core.clock import now
from core.writings import Writing, together
from work.models import Heartbeat

CHANNEL = "egret_work"
MAX_ATTEMPTS = 6


@dataclass(frozen=True)
class Claim:
    """An item under lease: do the work of `step` for `object_id`, then `finish`."""

    id: int
    object_id: UUID
    generation: int
    attempts: int
    lease: UUID


def owed(*, step: str, object_ids: Iterable[UUID]) -> Writing:
    """What ``enqueue`` writes, to be sent together with its cause; for at least one object."""
    instant = now()
    # Sorted, so that two writers meet the same rows in the same order.
    ids = "{" + ",".join(str(one) for one in sorted(set(object_ids))) + "}"
    return Writing(
        """
        INSERT INTO work_workitem
            (step, object_id, generation, attempts, available_at, dead, error, created_at)
        SELECT %s, id, 1, 0, %s, false, '', %s
        FROM unnest(%s::uuid[]) WITH ORDINALITY AS owed(id, place) ORDER BY place
        ON CONFLICT (step, object_id) DO UPDATE SET
            generation = work_workitem.generation + 1,
            attempts = 0, available_at = excluded.available_at, dead = false, error = ''
        """,
        (step, instant, instant, ids),
        after=(("pg_notify(%s, %s)", (CHANNEL, step)),),
    )


def enqueue(*, step: str, object_ids: Iterable[UUID]) -> None:
    """Owe `step` to each object; an object already waiting is owed once more, not twice.

    Joins the caller's transaction; the worker wakes when that commits.
    """
    ids = set(object_ids)
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(*together([owed(step=step, object_ids=ids)]))


def claim(*, step: str, limit: int, lease_seconds: int = 300) -> list[Claim]:
    """Lease up to `limit` ready items, oldest first; commits at once.

    The attempt is counted here, before the work, so that an item that kills its worker is
    counted too.
    """
    instant, lease = now(), uuid4()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            WITH ready AS (
                SELECT id FROM work_workitem
                WHERE step = %(step)s AND NOT dead AND available_at <= %(now)s
                  AND (leased_until IS NULL OR leased_until < %(now)s)
                ORDER BY available_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
            )
            UPDATE work_workitem AS item
            SET lease = %(lease)s, leased_until = %(until)s, attempts = attempts + 1
            FROM ready WHERE item.id = ready.id
            RETURNING item.id, item.object_id, item.generation, item.attempts
            """,
            {
                "step": step,
                "now": instant,
                "limit": limit,
                "lease": str(lease),
                "until": instant + timedelta(seconds=lease_seconds),
            },
        )
        rows = sorted(cursor.fetchall())
    return [Claim(row[0], UUID(str(row[1])), row[2], row[3], lease) for row in rows]


def finish(claims: Sequence[Claim]) -> int:
    """Mark claimed items done, inside the transaction of their effect; answers how many held.

    Items that changed again meanwhile stay, ready anew. A claim whose lease was lost to another
    worker is not finished: the caller must roll back when the answer is short (see
    `pipeline.worker`).
    """
    if not claims:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id, generation FROM work_workitem
            WHERE id = ANY(%s) AND lease = %s ORDER BY id FOR UPDATE
            """,
            [[one.id for one in claims], str(claims[0].lease)],
        )
        held = dict(cursor.fetchall())
        done = [one.id for one in claims if held.get(one.id) == one.generation]
        again = [one.id for one in claims if held.get(one.id, one.generation) != one.generation]
        cursor.execute("DELETE FROM work_workitem WHERE id = ANY(%s)", [done])
        cursor.execute(
            "UPDATE work_workitem SET lease = NULL, leased_until = NULL WHERE id = ANY(%s)",
            [again],
        )
    return len(held)


@transaction.atomic
def fail(claims: Sequence[Claim], *, error: str, retry: bool = True) -> None:
    """Give claimed items back after an error: later again, or dead when no retry can help.

    An item that changed again meanwhile is another matter: it starts anew.
    """
    with connection.cursor() as cursor:
        for one in claims:
            dead = not retry or one.attempts >= MAX_ATTEMPTS
            cursor.execute(
                """
                UPDATE work_workitem
                SET lease = NULL, leased_until = NULL, dead = %s AND generation = %s, error = %s,
                    available_at = %s
                WHERE id = %s AND lease = %s
                """,
                [
                    dead,
                    one.generation,
                    error.replace("\x00", "")[:4000],
                    now() + timedelta(seconds=2**one.attempts),
                    one.id,
                    str(one.lease),
                ],
            )


@transaction.atomic
def revive(*, ids: Sequence[int]) -> None:
    """Let dead items try again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE work_workitem SET dead = false, attempts = 0, available_at = %s "
            "WHERE id = ANY(%s)",
            [now(), list(ids)],
        )
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def beat(name: str, detail: dict[str, object] | None = None) -> None:
    """Say that the process `name` lives."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=now(), detail=detail or {})],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["at", "detail"],
    )
