"""Observations through the SensorThings door: received like any delivery, told one by one."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast
from uuid import UUID

from audit.domain import Actor
from core.clock import now
from integration.domain import formats
from integration.domain.formats.sensorthings import NAME, addressed
from integration.domain.observations import named
from integration.domain.profile import Profile
from integration.domain.reasons import QUARANTINED
from integration.domain.rows import Sheet
from integration.models import Feed
from integration.services.bodies import unpacked
from integration.services.frozen import frozen
from integration.services.receiving import Answer, receive
from integration.services.surroundings import surroundings_of

__all__ = ["Noted", "most_bytes_of", "note_observation", "note_observations"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Place = tuple[UUID, datetime]
"""Datastream and instant of an observation."""


@dataclass(frozen=True)
class Noted:
    """The answer to a delivery, and where each observation is; None for one in quarantine."""

    answer: Answer
    places: Sequence[Place | None]


def note_observation(
    *,
    feed: Feed,
    body: bytes,
    sender: Actor,
    datastream: str | None = None,
    content_encoding: str = "",
) -> Noted:
    """Receive one Observation; ``datastream``: the key in its address. Raises as ``receive``.

    One that tells no time is given the present one (18-088), so that a sender without a clock is
    not taken for one that repeats itself.
    """
    plain = _plain(feed, body, content_encoding)
    return _noted(feed, addressed(plain, datastream=datastream, at=now()), sender)


def note_observations(
    *, feed: Feed, body: bytes, sender: Actor, content_encoding: str = ""
) -> Noted:
    """Receive data arrays (``CreateObservations``). Raises as ``receive``."""
    return _noted(feed, _plain(feed, body, content_encoding), sender)


def most_bytes_of(feed: Feed) -> int | None:
    """How large a body may be; None where the feed takes no SensorThings observations."""
    profile = None if feed.profile_id is None else _profile(feed)
    if profile is None or (profile.kind, profile.format.name) != ("observation", NAME):
        return None
    return profile.limits.bytes


def _plain(feed: Feed, body: bytes, content_encoding: str) -> bytes:
    return unpacked(body, content_encoding, most=_profile(feed).limits.bytes)


def _profile(feed: Feed) -> Profile:
    return frozen(cast("UUID", feed.profile_id)).document


def _noted(feed: Feed, body: bytes, sender: Actor) -> Noted:
    answer = receive(feed_key=feed.key, body=body, sender=sender)
    waiting: set[int] = set()
    if answer.body["quarantined"]:
        told = answer.problems()
        waiting = {cast("int", one["line"]) for one in told if one["outcome"] == QUARANTINED}
    places = _places(feed, body)
    return Noted(answer, [None if line in waiting else place for line, place in enumerate(places)])


def _places(feed: Feed, body: bytes) -> list[Place | None]:
    """Where the observations of a body are, by ordinal; None for rows that tell no place.

    The same bytes may have come before: then nothing but they themselves tells what they name.
    """
    profile = _profile(feed)
    around = surroundings_of(feed_id=feed.id, exercise=False, at=now())
    found: dict[int, Place] = {}
    size = 0
    for chunk in formats.read(body, profile):
        sheet = Sheet(chunk)
        keys = named(profile, sheet, around)
        known = around.datastreams(set(keys))
        times = cast("Sequence[float]", sheet.record["occurred_at"])
        for line, key, seconds in zip(chunk.lines, keys, times, strict=True):
            datastream = known.get(key, (None, ""))[0]
            if datastream is not None and not math.isnan(seconds):
                at = _EPOCH + timedelta(microseconds=round(seconds * 1_000_000))
                found[line] = UUID(datastream), at
        size += chunk.size
    return [found.get(line) for line in range(size)]
