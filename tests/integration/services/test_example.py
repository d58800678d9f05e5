"""The example row of every feed is one that its door accepts without a word."""

import json
from datetime import timedelta

import pytest

from audit.domain import SYSTEM
from city.selectors import current_city
from core.clock import now
from integration.domain import formats
from integration.domain.example import example_row
from integration.domain.profile_document import trusted
from integration.services import receive
from tests.conftest import BINHAI

pytestmark = pytest.mark.django_db
FEEDS = sorted(
    path.stem for path in (BINHAI / "feeds").glob("*.json") if path.stem != "weather_cap"
)


@pytest.mark.parametrize("key", FEEDS)
def test_an_example_row_is_accepted(key: str) -> None:
    profile = trusted(json.loads((BINHAI / "feeds" / f"{key}.json").read_text("utf-8")))
    city = current_city()
    row = example_row(
        profile,
        at=now() - timedelta(days=1),
        lon=(city.west + city.east) / 2 + 0.001234,
        lat=(city.south + city.north) / 2 + 0.001234,
        category="fire",
    )
    body = formats.alone(row, profile)
    answer = receive(feed_key=key, body=body, sender=SYSTEM, dry_run=True)
    assert answer.body["problems"] == []
    assert (answer.body["accepted"], answer.body["received"]) == (1, 1)
