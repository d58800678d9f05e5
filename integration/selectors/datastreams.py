"""Datastreams of observation feeds and what they showed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.domain import Viewer
from core.errors import NotFound, RuleBroken
from core.words import N_
from integration.domain.rows import Stream
from integration.models import Datastream, Observation
from integration.selectors.feeds import feeds_of_business

__all__ = [
    "Course",
    "Latest",
    "courses_of",
    "datastream_by_key",
    "datastreams_visible_to",
    "known_datastreams",
    "latest_of",
    "observation_at",
    "observations_of",
]


def known_datastreams(
    keys: Collection[str], *, feed_id: UUID, exercise: bool
) -> Mapping[str, Stream]:
    """Of some keys those of the feed's datastreams; no query for no keys.

    An exercise knows the registered ones as well, though not by their ids.
    """
    if not keys:
        return {}
    rows = Datastream.objects.filter(feed_id=feed_id, key__in=keys)
    rows = (
        rows.filter(Q(exercise=exercise) | Q(registered=True))
        if exercise
        else rows.filter(exercise=False)
    )
    found: dict[str, Stream] = {}
    for key, known, own, kind in rows.values_list("key", "id", "exercise", "observation_type"):
        if own == exercise:
            found[key] = known.hex, kind
        else:
            found.setdefault(key, (None, kind))
    return found


def datastreams_visible_to(viewer: Viewer) -> QuerySet[Datastream]:
    """Datastreams of the feeds whose rows the viewer may know of, those of exercises left out."""
    feeds = feeds_of_business(viewer).values("id")
    found = Datastream.objects.filter(feed__in=feeds, exercise=False)
    return found.select_related("feed")


def datastream_by_key(viewer: Viewer, key: str, *, feed: str = "") -> Datastream:
    """A visible datastream by the sender's id of it.

    Raises NotFound ``not_found``; RuleBroken ``ambiguous_datastream`` where several feeds have one
    of this key and ``feed`` does not say which.
    """
    rows = datastreams_visible_to(viewer)
    if feed:
        rows = rows.filter(feed__key=feed)
    # U+0000 fits into an address but into no query.
    found = [] if "\x00" in key + feed else list(rows.filter(key=key)[:2])
    if not found:
        raise NotFound("not_found", N_("There is no such object, or you may not see it."))
    if len(found) > 1:
        message = N_("Several feeds have this datastream. Name one by ?feed=.")
        raise RuleBroken("ambiguous_datastream", message)
    return found[0]


def observations_of(datastream: Datastream) -> QuerySet[Observation]:
    """What a datastream showed, newest first, each with the datastream."""
    rows = Observation.objects.filter(datastream=datastream).select_related("datastream")
    return rows.order_by("-phenomenon_time")


def observation_at(viewer: Viewer, datastream_id: UUID, at: datetime) -> Observation:
    """What a visible datastream showed at an instant; NotFound ``not_found``."""
    feeds = feeds_of_business(viewer).values("id")
    found = (
        Observation.objects.select_related("datastream")
        .filter(datastream_id=datastream_id, phenomenon_time=at)
        .filter(datastream__exercise=False, datastream__feed__in=feeds)
        .first()
    )
    if found is None:
        raise NotFound("not_found", N_("There is no such object, or you may not see it."))
    return found


@dataclass(frozen=True)
class Latest:
    """The last observation of a datastream."""

    at: datetime
    number: float | None
    text: str | None


def latest_of(ids: Collection[UUID]) -> dict[UUID, Latest]:
    """The last observation of each of some datastreams: one step into the index for each."""
    return {
        datastream: Latest(at, number, text)
        for datastream, at, number, text in _rows(
            """
            SELECT d.id, o.phenomenon_time, o.number, o.text
            FROM unnest(%(ids)s::uuid[]) AS d(id)
            CROSS JOIN LATERAL (
                SELECT phenomenon_time, number, text FROM integration_observation
                WHERE datastream_id = d.id ORDER BY phenomenon_time DESC LIMIT 1
            ) AS o
            """,
            {"ids": [str(one) for one in ids]},
        )
    }


Course = list[tuple[float, float, float]]
"""Points in time order: share of the span (0 to 1), least and greatest number around there."""

_STEPS = 96


def courses_of(ids: Collection[UUID], *, until: datetime, span: timedelta) -> dict[UUID, Course]:
    """How the numbers of some datastreams went before ``until``, in 96 steps at most."""
    since, seconds = until - span, span.total_seconds()
    rows = _rows(
        """
        SELECT datastream_id, step, min(number), max(number) FROM (
            SELECT datastream_id, number, width_bucket(
                extract(epoch FROM phenomenon_time - %(since)s), 0, %(seconds)s, %(steps)s) AS step
            FROM integration_observation
            WHERE datastream_id = ANY(%(ids)s::uuid[]) AND number IS NOT NULL
              AND phenomenon_time >= %(since)s AND phenomenon_time < %(until)s
        ) AS told
        GROUP BY datastream_id, step ORDER BY datastream_id, step
        """,
        {
            "ids": [str(one) for one in ids],
            "since": since,
            "until": until,
            "seconds": seconds,
            "steps": _STEPS,
        },
    )
    found: dict[UUID, Course] = {}
    for datastream, step, least, greatest in rows:
        found.setdefault(datastream, []).append(((step - 0.5) / _STEPS, least, greatest))
    return found


def _rows(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
