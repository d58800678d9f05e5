"""Warnings as the demo city's two feeds of the sky send them, received by the real service."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from audit.domain import SYSTEM
from core.clock import fixed
from integration.services import receive
from risk import services as risk
from risk.models import IssuedWarning
from tests.integration.domain.cap.alerts import alert, area, element, info, pair
from tests.risk.calls import AT, LAT, LON, ZONE

SENDER = "met@binhai.example"
HERE = "990102"  # the district of tests.risk.calls
HOUR = timedelta(hours=1)


def stamp(at: datetime) -> str:
    """An instant as CAP writes it."""
    return at.astimezone(ZONE).isoformat(timespec="seconds")


def square(lon: float, lat: float, half: float = 0.02) -> str:
    """A square around a point as CAP writes a polygon."""
    corners = [(-1, -1), (-1, 1), (1, 1), (1, -1), (-1, -1)]
    return " ".join(f"{lat + y * half:.5f},{lon + x * half:.5f}" for x, y in corners)


def cap(
    identifier: str,
    *,
    hours: float = 0,
    until: float | None = 6,
    colour: str = "Orange",
    event: str = "10203",
    districts: Sequence[str] = (HERE,),
    polygon: str = "",
    names: Sequence[tuple[str, float]] = (),
    **changes: str,
) -> bytes:
    """A message sent `hours` after AT and in force until `until` hours after AT.

    `names`: identifiers of the messages it names, each with the hours at which it was sent.
    """
    shapes = element("polygon", polygon) if polygon else ""
    codes = "".join(pair("geocode", "GB/T 2260", code) for code in districts)
    body = info(
        area=area(shapes + codes or " "),
        eventCode=pair("eventCode", "GB/T 35561", event),
        expires=stamp(AT + until * HOUR) if until is not None else "",
        parameter=pair("parameter", "warningColor", colour) if colour else "",
    )
    references = " ".join(f"{SENDER},{one},{stamp(AT + at * HOUR)}" for one, at in names)
    facts = {"identifier": identifier, "sent": stamp(AT + hours * HOUR), "references": references}
    return alert(body, **facts | {"sender": SENDER} | changes).encode()


def row(identifier: str, *, hours: float = 0, colour: str = "Blue", **changes: object) -> bytes:
    """A row of the weather feed: no end is told, the areas are named by their codes."""
    facts: dict[str, object] = {
        "identifier": identifier,
        "sent": (AT + hours * HOUR).astimezone(ZONE).isoformat(),
        "msgType": "Alert",
        "eventType": "11B03",
        "severity": colour,
        "areas": [HERE],
        "station": {"lon": LON, "lat": LAT},
        "description": "预计未来3小时降雨量将达50毫米以上",
        "values": {"rain_mm_h": 30.5, "wind_ms": 20.5},
    }
    return json.dumps(facts | changes, ensure_ascii=False).encode() + b"\n"


def deliver(*bodies: bytes, feed: str = "weather_cap", exercise: bool = False) -> list[UUID]:
    """Receive bodies as one delivery each; their ids."""
    found = []
    for body in bodies:
        with fixed(AT + 1000 * HOUR):
            answer = receive(feed_key=feed, body=body, sender=SYSTEM, exercise=exercise)
        assert answer.body["quarantined"] == 0, answer.body["problems"]
        found.append(UUID(str(answer.body["id"])))
    return found


def tell(*bodies: bytes, feed: str = "weather_cap", exercise: bool = False) -> None:
    """Receive bodies and take step 3 for each delivery, in their order."""
    for delivery in deliver(*bodies, feed=feed, exercise=exercise):
        risk.associate(delivery_ids=[delivery])


def standing() -> dict[str, tuple[str, str]]:
    """The warnings by identifier: state, and the identifier of what took their place."""
    rows = IssuedWarning.objects.values_list("identifier", "state", "replaced_by__identifier")
    return {identifier: (state, other or "") for identifier, state, other in rows}
