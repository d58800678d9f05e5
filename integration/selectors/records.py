"""Records, their versions, and the rows that association reads; visibility is in the query."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

import pandas as pd
from django.db import connection
from django.db.models import Q, QuerySet

from accounts.domain import Viewer
from core.errors import NotFound
from core.words import N_
from integration.models import Feed, Record, RecordKey, RecordVersion
from integration.selectors.deliveries import problems_visible_to

__all__ = [
    "ASSOCIATION_COLUMNS",
    "current_records",
    "flagged_fields",
    "known_ids",
    "record_by_id",
    "records_visible_to",
    "rows_of_delivery",
    "rows_of_records",
    "told_of_records",
    "versions_of",
]

ASSOCIATION_COLUMNS = (
    "id",
    "feed_id",
    "feed",
    "organisation_id",
    "source_id",
    "category",
    "severity",
    "occurred_at",
    "listed_at",
    "lon",
    "lat",
    "h3",
    "district",
    "grid",
    "address",
    "summary",
    "upstream_state",
    "exercise",
    "operational",
    "kind",
    "origin",
    "version",
    "profile_version",
    "occurred_span",
    "shown_decimals",
)


def known_ids(ids: Collection[str], *, feed_id: UUID, exercise: bool) -> set[str]:
    """Of some source ids, those that the feed has records of; one query, none for no ids."""
    if not ids:
        return set()
    keys = RecordKey.objects.filter(feed_id=feed_id, exercise=exercise, source_id__in=ids)
    return set(keys.values_list("source_id", flat=True))


def records_visible_to(viewer: Viewer, *, exercise: bool | None = False) -> QuerySet[Record]:
    """Current records: of the viewer's feeds, of categories it may see, of its districts.

    ``exercise`` False: real ones alone, True: exercises alone, None: both.
    """
    records = Record.objects.select_related("feed")
    if exercise is not None:
        records = records.filter(exercise=exercise)
    if viewer.kind == "partner" or not viewer.sees_business:
        return records.none()
    if viewer.everything:
        return records
    feeds = Feed.objects.filter(organisation_id__in=viewer.organisations).values_list("id")
    return records.filter(
        # A list of ids and not a join, so that the walk along the index stays one.
        Q(feed_id__in=[row[0] for row in feeds])
        | Q(category__in=viewer.categories)
        | Q(district__in=viewer.districts)
    )


def record_by_id(viewer: Viewer, record_id: UUID) -> Record:
    """A record the viewer may see, an exercise's as well; NotFound ``not_found``."""
    rows = records_visible_to(viewer, exercise=None).select_related("feed__organisation")
    record = rows.filter(key_id=record_id).first()
    if record is None:
        raise NotFound("not_found", N_("There is no such object, or you may not see it."))
    return record


def flagged_fields(viewer: Viewer, record: Record) -> dict[str, str]:
    """Flag → the field of the row it is about, for those who may know of the feed's rows."""
    flags = problems_visible_to(viewer).filter(
        delivery_id=record.delivery_id, line=record.line, outcome="flagged"
    )
    return dict(flags.order_by("id").values_list("code", "field"))


def versions_of(record: Record) -> Sequence[Record | RecordVersion]:
    """All versions of a record, newest number first; the current one is the record itself.

    None tells its place finer than the record's may be shown now.
    """
    history = list(RecordVersion.objects.select_related("feed").filter(key_id=record.key_id))
    for one in history:
        told = (record.shown_decimals, one.shown_decimals)
        one.shown_decimals = min((n for n in told if n is not None), default=None)
    return sorted([record, *history], key=lambda one: one.version, reverse=True)


def current_records(feed_key: str) -> Iterator[Record]:
    """All current records of a feed by source id, exercises left out; for operators."""
    records = Record.objects.filter(feed__key=feed_key, exercise=False).select_related("feed")
    return records.order_by("source_id").iterator(chunk_size=2000)


def rows_of_delivery(delivery_id: UUID) -> pd.DataFrame:
    """The records whose current content a delivery brought, by ``ASSOCIATION_COLUMNS``."""
    return _rows("r.delivery_id = %s", [str(delivery_id)])


def rows_of_records(ids: Sequence[UUID]) -> pd.DataFrame:
    """The current contents of some records, by ``ASSOCIATION_COLUMNS``."""
    return _rows("r.id = ANY(%s::uuid[])", [[str(one) for one in ids]])


def told_of_records(ids: Sequence[str], names: Sequence[str]) -> pd.DataFrame:
    """Attributes of records as texts, columns id and ``names``; those without the first left out.

    A missing other one is None.
    """
    texts = ", ".join("attributes->>%s" for _ in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id::text, {texts} FROM integration_record "  # noqa: S608 - placeholders only
            "WHERE id = ANY(%s::uuid[]) AND attributes->>%s <> '' ORDER BY listed_at, id",
            [*names, list(ids), names[0]],
        )
        return pd.DataFrame(cursor.fetchall(), columns=pd.Index(["id", *names]))


def _rows(condition: str, parameters: list[Any]) -> pd.DataFrame:
    own = {"feed": "f.key", "organisation_id": "f.organisation_id"}
    names = ", ".join(f"{own.get(name, 'r.' + name)} AS {name}" for name in ASSOCIATION_COLUMNS)
    with connection.cursor() as cursor:
        # Conditions are this file's own texts.
        cursor.execute(
            f"SELECT {names} FROM integration_record AS r "  # noqa: S608
            "JOIN integration_feed AS f ON f.id = r.feed_id "
            f"WHERE {condition} ORDER BY r.listed_at, r.id",
            parameters,
        )
        rows = cursor.fetchall()
    frame = pd.DataFrame(rows, columns=pd.Index(ASSOCIATION_COLUMNS))
    # A column of cells with gaps would become floats, and those do not hold 64 bits.
    place = ASSOCIATION_COLUMNS.index("h3")
    return frame.assign(h3=pd.array([row[place] for row in rows], dtype="Int64"))
