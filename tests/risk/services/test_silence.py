"""Feeds that say nothing have one open alert each, until they are heard of again."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from audit.domain import SYSTEM
from audit.models import AuditEntry
from core.clock import fixed, now
from integration.models import DeviceContact, Feed, PullSource
from integration.services import heartbeat, load_profile
from pipeline import schedules
from pipeline.dispatch import dispatch
from risk.domain.alerting import FEED_NOTHING_NEW, FEED_PULLS_FAIL, FEED_SILENT
from risk.models import Alert
from risk.selectors import alerts_visible_to, counts
from risk.services import sweep_silent_feeds
from tests.cast import Cast
from tests.risk.calls import AT, Call, judge, push

pytestmark = pytest.mark.django_db

LIMIT = timedelta(minutes=180)  # of the police feed


@pytest.fixture(autouse=True)
def _one_feed() -> Iterator[None]:
    """Only the police feed is expected to say anything; it was last heard of at AT."""
    Feed.objects.exclude(key="police110").update(silent_after=None)
    Feed.objects.filter(key="police110").update(silent_after=LIMIT, last_contact_at=AT)
    yield


def _sweep(after: timedelta) -> int:
    return sweep_silent_feeds(at=AT + after)


def test_a_silent_feed_has_one_open_alert() -> None:
    assert _sweep(LIMIT) == 0
    assert _sweep(LIMIT + timedelta(minutes=1)) == 1
    assert _sweep(LIMIT + timedelta(minutes=2)) == 0
    alert = Alert.objects.get()
    feed = Feed.objects.get(key="police110")
    assert (alert.source_kind, alert.source_id, alert.rule) == ("feed", feed.id, "feed.silent")
    assert (alert.state, alert.risk_level, alert.case, alert.family) == (
        "open",
        "general",
        None,
        "",
    )
    assert alert.reason["detail"]["since"] == "2026-03-02 12:00"


def test_the_longer_it_lasts_the_graver_it_is() -> None:
    levels = []
    for limits in (1.1, 3.9, 4, 12, 13):
        _sweep(LIMIT * limits)
        levels.append(Alert.objects.get().risk_level)
    assert levels == ["general", "general", "larger", "major", "major"]


def test_the_next_contact_closes_it_and_the_next_silence_opens_another() -> None:
    _sweep(LIMIT * 5)
    with fixed(AT + LIMIT * 5):
        heartbeat(feed_key="police110")
    assert _sweep(LIMIT * 5 + timedelta(minutes=1)) == 1
    first = Alert.objects.get()
    assert (first.state, first.outcome) == ("closed", "heard_again")
    assert AuditEntry.objects.filter(act="alert.close", object_id=str(first.id)).count() == 1
    assert _sweep(LIMIT * 5 + timedelta(minutes=2)) == 0
    assert _sweep(LIMIT * 7) == 1
    assert sorted(Alert.objects.values_list("state", flat=True)) == ["closed", "open"]


def _reason() -> tuple[str, str]:
    reason = Alert.objects.get(rule="feed.silent").reason
    return reason["message"], reason["detail"]["contact"]


def test_nothing_new_no_contact_and_failing_pulls_have_their_own_reasons(cast: Cast) -> None:
    feed = Feed.objects.filter(key="police110")
    feed.update(last_contact_at=AT + LIMIT, last_row_at=AT)
    _sweep(LIMIT * 1.5)
    assert _reason() == (FEED_NOTHING_NEW, "silent")
    assert _sweep(LIMIT * 1.5) == 0
    assert _sweep(LIMIT * 2.5) == 1  # the one alert follows
    assert _reason() == (FEED_SILENT, "no_contact")
    PullSource.objects.create(
        feed=feed.get(),
        kind="http",
        settings={},
        every_seconds=60,
        failures=7,
        failing_since=AT,
        next_at=AT,
        changed_at=AT,
    )
    assert _sweep(LIMIT * 2.5) == 1
    assert _reason() == (FEED_PULLS_FAIL, "no_contact")
    PullSource.objects.update(failures=8)
    assert _sweep(LIMIT * 2.5) == 0
    client = cast.client("feed_officer")
    for language, words in (("en", "cannot be pulled: 7"), ("zh-hans", "连续 7 次")):
        answer = client.get("/api/v1/alerts", headers={"accept-language": language})
        assert words in answer.json()["results"][0]["reason"]
    PullSource.objects.update(failures=0)
    feed.update(last_contact_at=AT + LIMIT * 2.5, last_row_at=AT + LIMIT * 2.5)
    assert _sweep(LIMIT * 2.6) == 1
    assert Alert.objects.get().outcome == "heard_again"


def test_devices_that_are_away_are_one_alert_of_the_feed() -> None:
    feed = Feed.objects.select_related("profile").get(key="gas_iot")
    devices = {"attribute": "device", "offline_after_minutes": 60}
    load_profile(document={**feed.profile.document, "devices": devices}, actor=SYSTEM)
    Feed.objects.filter(key="gas_iot").update(silent_after=None)
    for name, hours in (("M-1", 2), ("M-2", 3), ("M-3", 0)):
        DeviceContact.objects.create(feed=feed, device=name, last_at=AT - timedelta(hours=hours))
    assert sweep_silent_feeds(at=AT) == 1
    alert = Alert.objects.get()
    assert (alert.rule, alert.risk_level) == ("feed.device", "general")
    assert alert.reason["detail"]["devices"].startswith("M-2 (")
    assert sweep_silent_feeds(at=AT) == 0
    DeviceContact.objects.filter(device="M-1").update(last_at=AT)
    assert sweep_silent_feeds(at=AT) == 1
    assert Alert.objects.get().reason["detail"]["count"] == 1
    DeviceContact.objects.update(last_at=AT)
    assert sweep_silent_feeds(at=AT) == 1
    assert Alert.objects.get().outcome == "heard_again"


def test_devices_under_another_name_are_not_missed_under_the_old_one() -> None:
    feed = Feed.objects.select_related("profile").get(key="gas_iot")
    document = {**feed.profile.document, "silent_after_minutes": None}
    devices = {"attribute": "device", "offline_after_minutes": 60}
    load_profile(document={**document, "devices": devices}, actor=SYSTEM)
    DeviceContact.objects.create(feed=feed, device="M-1", last_at=AT - timedelta(hours=2))
    longer = {**devices, "offline_after_minutes": 90}
    load_profile(document={**document, "devices": longer}, actor=SYSTEM)
    assert DeviceContact.objects.filter(feed=feed).exists()
    name = next(one["name"] for one in document["attributes"] if one["name"] != "device")
    load_profile(document={**document, "devices": {**longer, "attribute": name}}, actor=SYSTEM)
    assert not DeviceContact.objects.filter(feed=feed).exists()
    assert sweep_silent_feeds(at=AT) == 0


def test_a_feed_that_is_switched_off_is_not_missed() -> None:
    _sweep(LIMIT * 2)
    Feed.objects.update(active=False)
    _sweep(LIMIT * 3)
    assert Alert.objects.get().state == "closed"


def test_it_is_counted_apart_and_no_task_is_made_of_it() -> None:
    _sweep(LIMIT * 20)
    alert = Alert.objects.get()
    dispatch([alert.id])
    alert.refresh_from_db()
    assert alert.state == "open"
    assert counts()["alerts"] == 0


def test_who_keeps_the_feed_is_told() -> None:
    cast = Cast()
    _sweep(LIMIT * 2)
    seen = {
        "feed_officer": 1,
        "city_supervisor": 1,
        "dispatcher": 1,
        "system_admin": 1,  # sets feeds up; it tells of no matter of the city
        "other_officer": 0,
        "lead_officer": 0,
        "district_supervisor": 0,
        "security_admin": 0,
        "audit_admin": 0,
    }
    for who, count in seen.items():
        assert alerts_visible_to(cast.viewer(who)).count() == count, who
    judge(push(*(Call(f"g{n}", minutes=n, category="020400", severity=1) for n in range(5))))
    assert set(
        alerts_visible_to(cast.viewer("system_admin")).values_list("source_kind", flat=True)
    ) == {"feed"}


def test_the_rest_door_tells_it_with_its_source(cast: Cast) -> None:
    _sweep(LIMIT * 2)
    client = cast.client("feed_officer")
    (row,) = client.get("/api/v1/alerts?source_kind=feed").json()["results"]
    assert row["source"] == str(Feed.objects.get(key="police110").id)
    assert row["rule"] == "feed.silent"
    assert row["case"] is None
    assert "110接处警" in row["reason"]
    english = client.get("/api/v1/alerts", headers={"accept-language": "en"}).json()["results"][0]
    assert "110 police calls" in english["reason"]
    assert client.get("/api/v1/alerts?source_kind=case").json()["results"] == []
    assert cast.client("partner").get("/api/v1/alerts").status_code in {401, 403}


def test_the_schedule_sweeps() -> None:
    Feed.objects.filter(key="police110").update(last_contact_at=now() - LIMIT * 2)
    assert schedules.sweep_feeds() == 1
