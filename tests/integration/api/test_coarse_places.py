"""A record whose place is known better than it may be shown."""

import json
from io import StringIO

import numpy as np
import pytest
from django.core.management import call_command

from audit.domain import SYSTEM
from core.cells import cells, to_hex
from integration.models import Record
from integration.services import load_profile
from tests.conftest import BINHAI
from tests.integration.services.conftest import call, push

pytestmark = pytest.mark.django_db
_LON, _LAT = 120.3046543, 30.2974567
_SHAPE = {"type": "Point", "coordinates": [_LON, _LAT]}


@pytest.fixture
def coarse(db) -> None:
    """A feed of the police whose places are shown to three decimals, with one call."""
    _load(shown_decimals=3)
    push(call("C1", XZB=str(_LON), YZB=str(_LAT)), feed_key="coarse")


def _load(shown_decimals: int | None) -> None:
    document = json.loads((BINHAI / "feeds" / "police110.json").read_text("utf-8"))
    position = {"form": "pair", "lon": "XZB", "lat": "YZB", "crs": "WGS-84"}
    changes: dict[str, object] = {"key": "coarse", "position": position}
    if shown_decimals is not None:
        changes |= {"position": position | {"shown_decimals": shown_decimals}, "address": None}
    load_profile(document=document | changes, actor=SYSTEM)


def _client(cast):
    return cast.client("feed_officer")


def _records(client, query: str = "") -> list[dict]:
    return client.get(f"/api/v1/records{query}").json()["results"]


def test_no_answer_tells_the_exact_place(coarse, cast):
    Record.objects.update(geometry=_SHAPE)
    push(call("C1", XZB=str(_LON), YZB=str(_LAT), JQDJ="1"), feed_key="coarse")
    client = _client(cast)
    (record,) = _records(client)
    answers = [record, client.get(f"/api/v1/records/{record['id']}").json()]
    answers += client.get(f"/api/v1/records/{record['id']}/versions").json()["results"]
    assert len(answers) == 4
    for answer in answers:
        assert (answer["lon"], answer["lat"], answer["place_decimals"]) == (120.305, 30.297, 3)
        assert (answer["x_original"], answer["y_original"], answer["address"]) == ("", "", "")
        assert answer["geometry"] is None
        text = json.dumps(answer)
        assert "120.3046" not in text and "30.2974" not in text and "中山大道" not in text


def test_a_version_from_before_places_were_coarse_tells_no_more_than_the_record(db, cast):
    _load(shown_decimals=None)
    push(call("C1", XZB=str(_LON), YZB=str(_LAT)), feed_key="coarse")
    _load(shown_decimals=3)
    push(call("C1", XZB=str(_LON), YZB=str(_LAT), JQDJ="1"), feed_key="coarse")
    client = _client(cast)
    (record,) = _records(client)
    versions = client.get(f"/api/v1/records/{record['id']}/versions").json()["results"]
    assert [one["version"] for one in versions] == [2, 1]
    text = json.dumps(versions, ensure_ascii=False)
    assert str(_LON) not in text and str(_LAT) not in text and "中山大道" not in text


def test_the_cell_is_that_of_the_shown_place(coarse, cast):
    (record,) = _records(_client(cast))
    (cell,) = cells(np.array([120.305]), np.array([30.297]))
    assert record["h3"] == to_hex(int(cell))


@pytest.mark.parametrize(
    ("box", "found"),
    [
        ("120.3046,30.2974,120.3047,30.2975", 0),  # where it is
        ("120.3050,30.2970,120.3051,30.2971", 1),  # where it is shown
        ("120.2,30.2,120.4,30.4", 1),
    ],
)
def test_boxes_find_it_where_it_is_shown(coarse, cast, box, found):
    assert len(_records(_client(cast), f"?bbox={box}")) == found


def test_operators_are_given_the_exact_place(coarse, tmp_path):
    out = tmp_path / "records.ndjson"
    call_command("records", "coarse", out=out, stdout=StringIO())
    (record,) = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert (record["lon"], record["lat"]) == (_LON, _LAT)
    assert record["x_original"] == str(_LON)
    assert record["place_decimals"] == 3


def test_other_records_are_shown_as_they_are(cast):
    push(call("P1"))
    (record,) = _records(_client(cast))
    assert record["place_decimals"] is None
    assert record["x_original"] == "120.304700"
    assert record["address"]
