"""Feeds that say nothing: one open alert each, closed by the machine when the feed is heard again.

They are prompts to whoever keeps the feed running. No task is made of them: step 7 knows cases.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.domain import SYSTEM
from audit.services import record
from city import selectors as city
from integration.selectors import SilentFeed, silent_feeds
from risk.domain.alerting import (
    FEED_NEVER_HEARD,
    FEED_SILENT,
    FEED_SOURCE,
    HEARD_AGAIN,
    SILENT_RULE,
)
from risk.domain.rules import Rules, at_least
from risk.models import Alert, AlertState
from risk.selectors import active_rules
from work import numbers


def sweep_silent_feeds(*, at: datetime) -> int:
    """Open, raise and close the alerts of silent feeds; how many changed. Idempotent."""
    with transaction.atomic():
        open_alerts = Alert.objects.filter(source_kind=FEED_SOURCE, rule=SILENT_RULE)
        open_alerts = open_alerts.exclude(state=AlertState.CLOSED).order_by("id")
        held = {one.source_id: one for one in open_alerts.select_for_update()}
        silent = {one.feed.id: one for one in silent_feeds(at)}
        if not held and not silent:
            return 0
        rules = active_rules()
        fresh = [one for key, one in silent.items() if key not in held]
        _open(fresh, rules, at)
        raised = [alert for alert in held.values() if _raise(alert, silent, rules, at)]
        ended = [alert for key, alert in held.items() if key not in silent]
        for alert in ended:
            _close(alert, at)
        return len(fresh) + len(raised) + len(ended)


def _level(one: SilentFeed, rules: Rules, at: datetime) -> str:
    # A feed without a limit of its own is never among the silent ones.
    assert one.feed.silent_after is not None  # noqa: S101
    return rules.silent_level((at - one.since) / one.feed.silent_after)


def _reason(one: SilentFeed) -> dict[str, object]:
    return {
        "message": FEED_SILENT if one.heard else FEED_NEVER_HEARD,
        "detail": {
            "feed": one.feed.key,
            "name_zh": one.feed.name_zh,
            "name_en": one.feed.name_en,
            "since": f"{one.since.astimezone(city.zone()):%Y-%m-%d %H:%M}",
        },
    }


def _open(feeds: list[SilentFeed], rules: Rules, at: datetime) -> None:
    if not feeds:
        return
    reserved = numbers.reserve("alert", len(feeds), at.astimezone(city.zone()).date())
    rows = [
        Alert(
            number=number,
            source_kind=FEED_SOURCE,
            source_id=one.feed.id,
            rule=SILENT_RULE,
            risk_level=_level(one, rules, at),
            reason=_reason(one),
            opened_at=at,
            updated_at=at,
        )
        for number, one in zip(reserved, feeds, strict=True)
    ]
    # Another sweep may have been faster: the unique key decides, and its alerts stand.
    Alert.objects.bulk_create(rows, ignore_conflicts=True)


def _raise(alert: Alert, silent: Mapping[UUID, SilentFeed], rules: Rules, at: datetime) -> bool:
    """Let an open alert follow the length of the silence."""
    if alert.source_id not in silent:
        return False
    level = _level(silent[alert.source_id], rules, at)
    if level == alert.risk_level or not at_least(level, alert.risk_level):
        return False
    alert.risk_level, alert.updated_at = level, at
    alert.save(update_fields=["risk_level", "updated_at"])
    return True


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
