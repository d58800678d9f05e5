from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from web import times

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("gap", "tone", "text"),
    [
        (timedelta(minutes=59, seconds=59), "soon", "59 min left"),
        (timedelta(hours=1), "soon", "1 h 0 min left"),
        (timedelta(hours=2, minutes=5), "calm", "2 h 5 min left"),
        (timedelta(days=3, hours=7, minutes=50), "calm", "3 d 7 h left"),
        (timedelta(0), "soon", "0 min left"),
        (-timedelta(seconds=1), "over", "0 min overdue"),
        (-timedelta(hours=3, minutes=1), "over", "3 h 1 min overdue"),
        (-timedelta(days=1), "over", "1 d 0 h overdue"),
    ],
)
def test_clocks_say_what_is_left_or_gone_over(gap: timedelta, tone: str, text: str) -> None:
    with translation.override("en"):
        assert times.read_clock(NOW + gap, NOW) == times.Clock(tone, text)


@pytest.mark.django_db
def test_instants_are_shown_on_the_citys_clocks() -> None:
    with translation.override("en"):
        assert times.full(NOW) == "2 Mar 2026, 12:00"
        late = datetime(2026, 3, 1, 17, 0, tzinfo=UTC)  # already the second of March in the city
        assert times.short(late, NOW) == "01:00"
        assert times.short(NOW - timedelta(days=3), NOW) == "27 Feb, 12:00"
        assert times.short(NOW - timedelta(days=300), NOW) == "6 May 2025, 12:00"


def test_live_clocks_get_every_pattern() -> None:
    assert set(times.patterns()) == {
        f"{side}_{unit}" for side in ("left", "over") for unit in ("minutes", "hours", "days")
    }
