from collections.abc import Callable
from dataclasses import dataclass

import pytest
from rest_framework.test import APIClient

from accounts.services import issue_partner_key
from audit.domain import SYSTEM
from city.models import City
from city.selectors import forget
from tests.integration.hostile.feeds import make_feed
from tests.integration.hostile.sending import MEGABYTES, SECONDS, Sent, send


@pytest.fixture
def area(db: None) -> None:
    """The city of the tests lies where the manifest's sources do."""
    west, south, east, north = 117.88, 24.38, 118.45, 24.92
    City.objects.update(west=west, south=south, east=east, north=north)
    forget()


@dataclass(frozen=True)
class Source:
    """A department with its feed and its key."""

    feed: str
    client: APIClient
    media_type: str

    def send(
        self,
        body: bytes,
        coding: str = "",
        media_type: str = "",
        bounds: tuple[float, float] = (SECONDS, MEGABYTES),
    ) -> Sent:
        return send(self.client, self.feed, body, media_type or self.media_type, coding, bounds)


@pytest.fixture
def source(area: None) -> Callable[[str], Source]:
    """Makes the source of a media type."""

    def make(media_type: str) -> Source:
        key = make_feed(media_type).key
        client = APIClient()
        secret = issue_partner_key(feed_key=key, actor=SYSTEM)
        client.credentials(HTTP_AUTHORIZATION=f"Api-Key {secret}")
        return Source(key, client, media_type)

    return make
