"""Which records are about which subjects, and why: the links follow what the records say now."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from core.ids import uuid7_batch
from risk.services.bulk import copy_rows

Grounds = Sequence[dict[str, object]]


@dataclass(frozen=True, slots=True)
class About:
    """A record is about a subject, on these grounds; the link weighs their sum."""

    record: str
    subject: str
    grounds: Grounds


def follow(records: Collection[str], wanted: Iterable[About]) -> tuple[set[str], set[str]]:
    """Make the subject links of records those of `wanted`; a link that stays keeps its grounds.

    Answers the subjects that won a record and those that lost one. Under the lock of ASSOCIATE.
    """
    held = _held(records)
    links = {(one.record, one.subject): one for one in wanted}
    stale, fresh = held.difference(links), [one for key, one in links.items() if key not in held]
    if stale:
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM risk_subjectrecord AS link USING unnest(%s::uuid[], %s::uuid[]) "
                "AS stale(record, subject) "
                "WHERE link.record_id = stale.record AND link.subject_id = stale.subject",
                [[record for record, _ in stale], [subject for _, subject in stale]],
            )
    # Grounds are few objects that many links share.
    each = {id(one.grounds): one.grounds for one in fresh}
    told = {key: (json.dumps(one), _weight(one)) for key, one in each.items()}
    copy_rows(
        "risk_subjectrecord",
        ("id", "record_id", "subject_id", "grounds", "weight"),
        (
            (key, one.record, one.subject, *told[id(one.grounds)])
            for key, one in zip(uuid7_batch(len(fresh)), fresh, strict=True)
        ),
    )
    return {one.subject for one in fresh}, {subject for _, subject in stale}


def _weight(grounds: Grounds) -> float:
    return sum(float(str(one["weight"])) for one in grounds)


def _held(records: Collection[str]) -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT record_id::text, subject_id::text FROM risk_subjectrecord "
            "WHERE record_id = ANY(%s::uuid[])",
            [list(records)],
        )
        return set(cursor.fetchall())
