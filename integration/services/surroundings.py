"""What rows of a feed are judged by beside their profile."""

from datetime import datetime
from functools import partial
from uuid import UUID

from city.selectors import categories, locator
from integration.domain.rows import Surroundings
from integration.selectors import known_datastreams, known_ids

__all__ = ["surroundings_of"]


def surroundings_of(*, feed_id: UUID, exercise: bool, at: datetime) -> Surroundings:
    """The city as it is, the ids that the feed has brought, and the instant of receiving."""
    return Surroundings(
        now=at.timestamp(),
        place=locator(),
        categories=categories(),
        known=partial(known_ids, feed_id=feed_id, exercise=exercise),
        datastreams=partial(known_datastreams, feed_id=feed_id, exercise=exercise),
    )
