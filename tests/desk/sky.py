"""Warnings as the demo city's met office sends them, received and issued by the real services."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from audit.domain import SYSTEM
from core.clock import fixed
from integration.services import receive
from risk import services as risk
from risk.models import IssuedWarning
from tests.integration.domain.cap.alerts import SQUARE, alert, area, element, info, pair
from tests.risk.calls import AT, ZONE

SENDER = "met@binhai.example"


def stamp(at: datetime) -> str:
    """An instant as CAP writes it."""
    return at.astimezone(ZONE).isoformat(timespec="seconds")


def warn(
    identifier: str,
    *,
    at: datetime = AT,
    hours: float = 6,
    colour: str = "Orange",
    districts: Sequence[str] = (),
    polygon: str = SQUARE,
    headline: str = "暴雨橙色预警",
    english: str = "",
    references: Sequence[tuple[str, datetime]] = (),
    **changes: str,
) -> IssuedWarning:
    """Receive a message sent `at`, valid `hours` from then on, and take step 3 for it."""
    codes = "".join(pair("geocode", "GB/T 2260", code) for code in districts)
    place = area((element("polygon", polygon) if polygon else "") + codes, description="临江区")
    facts = {
        "expires": stamp(at + timedelta(hours=hours)),
        "parameter": pair("parameter", "warningColor", colour) if colour else "",
        "area": place,
    }
    infos = [info(headline=headline, description="雨量将达50毫米", **facts)]
    if english:
        infos.append(info(language="en", event="Rainstorm", headline=english, **facts))
    named = " ".join(f"{SENDER},{one},{stamp(sent)}" for one, sent in references)
    message = {"identifier": identifier, "sent": stamp(at), "references": named, **changes}
    with fixed(at + timedelta(minutes=1)):
        answer = receive(
            feed_key="weather_cap", body=alert(*infos, **message).encode(), sender=SYSTEM
        )
        assert answer.body["accepted"] == 1, answer.body["problems"]
        risk.associate(delivery_ids=[UUID(str(answer.body["id"]))])
    return IssuedWarning.objects.get(identifier=identifier)
