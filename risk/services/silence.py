"""Feeds that say nothing, and devices of feeds that do: one open alert of each kind a feed.

They are prompts to whoever keeps the feed running, closed by the machine when they are heard
again. No task is made of them: step 7 knows cases.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.domain import SYSTEM
from audit.services import record
from city import selectors as city
from integration.domain.contact import Contact
from integration.selectors import OfflineDevices, SilentFeed, offline_devices, silent_feeds
from risk.domain.alerting import (
    DEVICE_RULE,
    DEVICES_OFFLINE,
    FEED_NEVER_ANYTHING,
    FEED_NEVER_HEARD,
    FEED_NOTHING_NEW,
    FEED_PULLS_FAIL,
    FEED_SILENT,
    FEED_SOURCE,
    HEARD_AGAIN,
    SILENT_RULE,
)
from risk.domain.rules import Rules, at_least
from risk.models import Alert, AlertState
from risk.selectors import active_rules
from work import numbers

_NAMED = 5  # devices that a reason names


@dataclass(frozen=True)
class _Wanted:
    """An alert that ought to be open."""

    level: str
    reason: dict[str, object]


def sweep_silent_feeds(*, at: datetime) -> int:
    """Open, change and close the alerts of feeds and devices; how many changed. Idempotent."""
    with transaction.atomic():
        feeds, devices = silent_feeds(at), offline_devices(at)
        silent, offline = {}, {}
        if feeds or devices:  # without them no ruleset is needed
            rules = active_rules()
            silent = {one.feed.id: _Wanted(_level(one, rules, at), _reason(one)) for one in feeds}
            least = rules.silent_level(1)
            offline = {one.feed.id: _Wanted(least, _devices(one)) for one in devices}
        return _sweep(SILENT_RULE, silent, at) + _sweep(DEVICE_RULE, offline, at)


def _sweep(rule: str, wanted: Mapping[UUID, _Wanted], at: datetime) -> int:
    open_alerts = Alert.objects.filter(source_kind=FEED_SOURCE, rule=rule)
    open_alerts = open_alerts.exclude(state=AlertState.CLOSED).order_by("id")
    held = {one.source_id: one for one in open_alerts.select_for_update()}
    fresh = {key: one for key, one in wanted.items() if key not in held}
    _open(rule, fresh, at)
    changed = [alert for key, alert in held.items() if _change(alert, wanted.get(key), at)]
    ended = [alert for key, alert in held.items() if key not in wanted]
    for alert in ended:
        _close(alert, at)
    return len(fresh) + len(changed) + len(ended)


def _level(one: SilentFeed, rules: Rules, at: datetime) -> str:
    return rules.silent_level((at - one.since) / one.limit if one.limit else 1)


def _reason(one: SilentFeed) -> dict[str, object]:
    if one.contact is Contact.SILENT:
        message = FEED_NOTHING_NEW if one.heard else FEED_NEVER_ANYTHING
    elif one.failures:
        message = FEED_PULLS_FAIL
    else:
        message = FEED_SILENT if one.heard else FEED_NEVER_HEARD
    # The number of failures grows with every pull: it is told as it was when the alert was opened.
    detail = _named(one) | {
        "contact": one.contact.value,
        "since": _told(one.since),
        "failures": one.failures,
    }
    return {"message": message, "detail": detail}


def _devices(one: OfflineDevices) -> dict[str, object]:
    names = ", ".join(f"{name} ({_told(last)})" for name, last in one.devices[:_NAMED])
    detail = _named(one) | {
        "contact": "device_offline",
        "count": one.count,
        "known": one.known,
        "devices": names + (", …" if one.count > _NAMED else ""),
    }
    return {"message": DEVICES_OFFLINE, "detail": detail}


def _named(one: SilentFeed | OfflineDevices) -> dict[str, object]:
    feed = one.feed
    return {"feed": feed.key, "name_zh": feed.name_zh, "name_en": feed.name_en}


def _told(instant: datetime) -> str:
    return f"{instant.astimezone(city.zone()):%Y-%m-%d %H:%M}"


def _open(rule: str, wanted: Mapping[UUID, _Wanted], at: datetime) -> None:
    if not wanted:
        return
    reserved = numbers.reserve("alert", len(wanted), at.astimezone(city.zone()).date())
    rows = [
        Alert(
            number=number,
            source_kind=FEED_SOURCE,
            source_id=feed_id,
            rule=rule,
            risk_level=one.level,
            reason=one.reason,
            opened_at=at,
            updated_at=at,
        )
        for number, (feed_id, one) in zip(reserved, wanted.items(), strict=True)
    ]
    # Another sweep may have been faster: the unique key decides, and its alerts stand.
    Alert.objects.bulk_create(rows, ignore_conflicts=True)


def _change(alert: Alert, wanted: _Wanted | None, at: datetime) -> bool:
    """Let an open alert follow what it is about, its level only upwards."""
    if wanted is None:
        return False
    higher = wanted.level != alert.risk_level and at_least(wanted.level, alert.risk_level)
    other = _core(alert.reason) != _core(wanted.reason)
    if not higher and not other:
        return False
    if higher:
        alert.risk_level = wanted.level
    if other:
        alert.reason = wanted.reason
    alert.updated_at = at
    alert.save(update_fields=["risk_level", "reason", "updated_at"])
    return True


def _core(reason: Mapping[str, object]) -> tuple[object, ...]:
    """What makes it another reason; counts of failures that only grow do not."""
    detail = reason.get("detail")
    facts = detail if isinstance(detail, Mapping) else {}
    return (reason.get("message"), facts.get("since"), facts.get("devices"), facts.get("count"))


def _close(alert: Alert, at: datetime) -> None:
    alert.state, alert.outcome = AlertState.CLOSED, HEARD_AGAIN
    alert.updated_at = alert.closed_at = at
    alert.save(update_fields=["state", "outcome", "updated_at", "closed_at"])
    record(
        actor=SYSTEM,
        act="alert.close",
        object_kind="alert",
        object_id=alert.id,
        detail={"outcome": HEARD_AGAIN, "feed": alert.reason["detail"]["feed"]},
    )
