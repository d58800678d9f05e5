"""A feed of measuring stations, and what they send, for tests of observations."""

from copy import deepcopy
from typing import Any

import msgspec

from audit.domain import SYSTEM
from integration.services import Answer, load_profile, receive

STATIONS: dict[str, Any] = {
    "key": "stations",
    "name_zh": "监测站",
    "name_en": "Stations",
    "organisation": "BH-PSB",
    "kind": "observation",
    "origin": "sensed",
    "header": {
        "legal_basis": "law",
        "purpose": "safety",
        "data_class": "important",
        "retention_days": 30,
        "impact_assessment": "none needed",
    },
    "format": {"name": "sensorthings"},
    "occurred_at": {"path": "phenomenonTime", "form": "iso8601", "zone": "Asia/Shanghai"},
    "reported_at": {"path": "resultTime", "form": "iso8601", "zone": "Asia/Shanghai"},
    "observed": {
        "datastream": "datastream",
        "result": "result",
        "until": {"path": "phenomenonEnd", "form": "iso8601", "zone": "Asia/Shanghai"},
        "quality": "resultQuality",
        "unknown": "create",
    },
    "attributes": [{"path": "parameters.battery", "name": "battery", "type": "number"}],
}


def feed(**changes: Any) -> str:
    """Load the feed with changed members; gives its key."""
    document = {**deepcopy(STATIONS), **changes}
    load_profile(document=document, actor=SYSTEM)
    return str(document["key"])


def seen(time: str = "08:00", result: Any = 1.5, stream: Any = "s1", **more: Any) -> dict[str, Any]:
    """An Observation of 2026-11-01, times in UTC."""
    return {
        "phenomenonTime": f"2026-11-01T{time}:00Z",
        "result": result,
        "Datastream": {"@iot.id": stream},
        **more,
    }


def push(*observations: Any, feed_key: str = "stations", **options: Any) -> Answer:
    """Receive observations, or a body, as the system."""
    body = observations[0]
    if not isinstance(body, bytes):
        body = msgspec.json.encode(observations)
    return receive(feed_key=feed_key, body=body, sender=SYSTEM, **options)


def counts(answer: Answer) -> tuple[int, ...]:
    """Received, accepted, updated, duplicates, quarantined."""
    names = ("received", "accepted", "updated", "duplicates", "quarantined")
    return tuple(answer.body[name] for name in names)


def codes(answer: Answer) -> list[tuple[int, str, str]]:
    """Line, code and field of every problem."""
    return [(one["line"], one["code"], one["field"]) for one in answer.body["problems"]]
