"""Which feeds should have been heard of."""

from datetime import UTC, datetime, timedelta

import pytest

from core import clock
from integration.domain.contact import Contact
from integration.models import DeviceContact, Feed, Problem
from integration.selectors import offline_devices, silent_feeds
from integration.services import heartbeat, release
from integration.services.devices import note_devices
from tests.integration.observations import stations
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


def _contacts(at: datetime) -> list[Contact]:
    return [one.contact for one in silent_feeds(at)]


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
    assert _contacts(AT + 110 * MINUTE) == []
    assert _contacts(AT + 111 * MINUTE) == [Contact.SILENT]  # it lives and sends no rows
    assert _contacts(AT + 160 * MINUTE) == [Contact.SILENT]
    assert _contacts(AT + 161 * MINUTE) == [Contact.LOST]
    assert _silent(AT + 161 * MINUTE) == [(quiet, AT + 100 * MINUTE, True)]


def test_rows_are_only_missed_as_often_as_agreed(feed):
    with clock.fixed(AT):
        feed("rare", silent_after_minutes=60, rows_within_minutes=0)
    Feed.objects.exclude(key="rare").update(active=False)
    for minute in range(50, 500, 50):
        with clock.fixed(AT + minute * MINUTE):
            heartbeat(feed_key="rare")
    assert _contacts(AT + 500 * MINUTE) == []
    with clock.fixed(AT):
        feed("rare", silent_after_minutes=60, rows_within_minutes=400)
    assert _contacts(AT + 500 * MINUTE) == [Contact.SILENT]


def test_an_exercise_and_what_is_known_are_contact_and_no_new_rows(quiet):
    with clock.fixed(AT + 50 * MINUTE):
        push(call(), feed_key=quiet)
    with clock.fixed(AT + 100 * MINUTE):
        push(call("E"), feed_key=quiet, exercise=True)
        push(call(), call(), feed_key=quiet)
    assert _contacts(AT + 120 * MINUTE) == [Contact.SILENT]
    assert _silent(AT + 120 * MINUTE) == [(quiet, AT + 50 * MINUTE, True)]


DEVICES = {"attribute": "device", "offline_after_minutes": 30, "forget_after_days": 2}
OF_DEVICES = {
    "attributes": [{"path": "SJLY", "name": "device"}],
    "devices": DEVICES,
    "ignored": [],
    "silent_after_minutes": 60,
}


def _offline(at: datetime) -> list[tuple[str, ...]]:
    note_devices(at=at)
    return [tuple(name for name, _ in one.devices) for one in offline_devices(at)]


def test_a_device_of_a_living_feed_is_missed_after_its_own_time(feed):
    with clock.fixed(AT):
        feed("gauges", **OF_DEVICES)
        push(call("1", SJLY="A"), call("2", SJLY="B"), feed_key="gauges")
    Feed.objects.exclude(key="gauges").update(active=False)
    assert _offline(AT + 30 * MINUTE) == []
    with clock.fixed(AT + 40 * MINUTE):
        push(call("3", SJLY="A"), feed_key="gauges")
    assert _offline(AT + 45 * MINUTE) == [("B",)]
    (found,) = offline_devices(AT + 45 * MINUTE)
    assert (found.count, found.known) == (1, 2)
    with clock.fixed(AT + 50 * MINUTE):
        push(call("2", SJLY="B", JQDJ="1"), feed_key="gauges")
    assert _offline(AT + 55 * MINUTE) == []
    # Without contact nothing is known of single devices.
    assert _contacts(AT + 111 * MINUTE) == [Contact.LOST]
    assert _offline(AT + 111 * MINUTE) == []
    with clock.fixed(AT + timedelta(days=3)):
        push(call("4", SJLY="C"), feed_key="gauges")
    assert _offline(AT + timedelta(days=3, minutes=5)) == []  # they are no longer expected


def test_a_series_of_a_living_observation_feed_is_missed_too(db):
    key = stations.feed(devices={"offline_after_minutes": 30}, silent_after_minutes=60)
    Feed.objects.exclude(key=key).update(active=False)
    with clock.fixed(AT):
        stations.push(stations.seen(stream="A"), stations.seen(stream="B"))
    with clock.fixed(AT + 40 * MINUTE):
        stations.push(stations.seen("09:00", stream="A"))
    assert _offline(AT + 45 * MINUTE) == [("B",)]


def test_devices_of_exercises_are_none(feed):
    with clock.fixed(AT):
        feed("gauges", **OF_DEVICES)
        push(call("1", SJLY="A"), feed_key="gauges", exercise=True)
    assert _offline(AT + 45 * MINUTE) == []
    assert not DeviceContact.objects.exists()


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
