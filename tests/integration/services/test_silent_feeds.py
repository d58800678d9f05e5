"""Which feeds should have been heard of."""

from datetime import UTC, datetime, timedelta

import pytest

from core import clock
from integration.models import Feed, Problem
from integration.selectors import silent_feeds
from integration.services import heartbeat, release
from tests.integration.services.conftest import call, push

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def quiet(feed) -> str:
    """A feed that should be heard of every hour, made at AT, the only active one."""
    with clock.fixed(AT):
        key = feed("quiet", silent_after_minutes=60)
    Feed.objects.exclude(key=key).update(active=False)
    return key


def _silent(at: datetime) -> list[tuple[str, datetime, bool]]:
    return [(one.feed.key, one.since, one.heard) for one in silent_feeds(at)]


def test_one_that_was_never_heard_of_counts_from_its_first_profile(quiet, feed):
    assert _silent(AT + 60 * MINUTE) == []
    assert _silent(AT + 61 * MINUTE) == [(quiet, AT, False)]
    with clock.fixed(AT + 30 * MINUTE):
        feed(quiet, silent_after_minutes=60, name_en="Another")
    assert _silent(AT + 61 * MINUTE) == [(quiet, AT, False)]


def test_deliveries_and_signs_of_life_count(quiet):
    with clock.fixed(AT + 50 * MINUTE):
        push(call(), feed_key=quiet)
    assert _silent(AT + 110 * MINUTE) == []
    with clock.fixed(AT + 100 * MINUTE):
        heartbeat(feed_key=quiet)
    assert _silent(AT + 160 * MINUTE) == []
    assert _silent(AT + 161 * MINUTE) == [(quiet, AT + 100 * MINUTE, True)]


def test_a_delivery_of_bad_rows_alone_is_life_too_but_not_a_dry_run_nor_a_correction(quiet, cast):
    with clock.fixed(AT + 50 * MINUTE):
        push(call("Q", XZB="N/A"), feed_key=quiet)
    with clock.fixed(AT + 90 * MINUTE):
        push(call("x"), feed_key=quiet, dry_run=True)
        problem = Problem.objects.get()
        release(viewer=cast.viewer("feed_officer"), problem_id=problem.id, row=call("Q"))
    assert _silent(AT + 111 * MINUTE) == [(quiet, AT + 50 * MINUTE, True)]


def test_feeds_without_a_limit_and_closed_ones_are_never_silent(quiet, feed):
    feed("calm", silent_after_minutes=None)
    later = AT + timedelta(days=400)
    assert [key for key, _, _ in _silent(later)] == [quiet]
    Feed.objects.filter(key=quiet).update(active=False)
    assert _silent(later) == []


def test_the_longest_silent_comes_first(quiet, feed):
    with clock.fixed(AT - 10 * MINUTE):
        feed("older", silent_after_minutes=5)
    assert [key for key, _, _ in _silent(AT + 100 * MINUTE)] == ["older", quiet]
