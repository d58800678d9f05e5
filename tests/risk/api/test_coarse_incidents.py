"""Incidents of reports whose place may only be shown coarsely, over REST."""

import json
from uuid import UUID

import pytest

from audit.domain import SYSTEM
from core.cells import cell, to_hex
from integration.services import receive
from tests.cast import Cast
from tests.risk.calls import Call, judge, push

pytestmark = pytest.mark.django_db
_LON, _LAT = 120.30049, 30.29049
_CLINIC = "report_id,visit_date,icd10,age,sex,lng,lat,org,severity,note\n"


def _visits(*places: tuple[float, float]) -> None:
    """Visits of one day for enteric illness."""
    rows = [
        f"V{number},20260302,K52.9,34岁,1,{lon:.5f},{lat:.5f},社区卫生服务中心,重,腹泻\n"
        for number, (lon, lat) in enumerate(places)
    ]
    body = (_CLINIC + "".join(rows)).encode()
    answer = receive(feed_key="health", body=body, sender=SYSTEM)
    assert answer.body["accepted"] == len(places)
    judge(UUID(answer.body["id"]))


def test_an_incident_of_coarse_places_alone_is_shown_coarsely(cast: Cast) -> None:
    _visits((_LON, _LAT))
    client = cast.client("city_supervisor")
    (listed,) = client.get("/api/v1/incidents").json()["results"]
    for one in (listed, client.get(f"/api/v1/incidents/{listed['id']}").json()):
        assert (one["lon"], one["lat"], one["place_decimals"]) == (120.3, 30.29, 3)
        assert one["h3"] == to_hex(cell(120.3, 30.29))
        assert "120.3004" not in json.dumps(one)


def test_an_incident_of_a_call_is_shown_as_it_is(cast: Cast) -> None:
    judge(push(Call("c1")))
    (one,) = cast.client("city_supervisor").get("/api/v1/incidents").json()["results"]
    assert one["place_decimals"] is None
    assert one["h3"] == to_hex(cell(one["lon"], one["lat"]))
    assert one["lon"] != round(one["lon"], 3) or one["lat"] != round(one["lat"], 3)
