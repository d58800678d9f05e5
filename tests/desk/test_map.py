"""The city map: its page, and the door that its points come through."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import shapely
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.domain import SYSTEM
from city.models import Area
from core.clock import FixedClock, fixed
from desk import counting, map_layers
from integration.models import Record
from integration.services import load_profile
from risk.models import RiskCase
from tests.cast import Cast
from tests.conftest import BINHAI
from tests.desk.sky import warn
from tests.integration.services.conftest import call
from tests.integration.services.conftest import push as push_rows
from tests.risk.bureaus import crash
from tests.risk.calls import AT, LAT, LON, NOISE, Call, judge, push
from tests.risk.reports import INJURY, Visit, visit
from tests.web.pages import visitor

pytestmark = pytest.mark.django_db
ALL = "warnings,case-major,case-larger,case-general,case-low,record-police110"
HERE = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[FixedClock]:
    """An hour after the calls of these tests."""
    with fixed(AT + HERE) as one:
        yield one


def _page(cast: Cast, who: str = "city_supervisor", language: str = "en", **query: str) -> str:
    answer = visitor(cast, who, language).get(reverse("map"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def _points(cast: Cast, who: str = "city_supervisor", layers: str = ALL, **query: str) -> Any:
    answer = visitor(cast, who).get(reverse("map_points"), {"layers": layers, **query})
    assert answer.status_code == 200
    return answer.json()["layers"]


def _seen(found: dict[str, Any]) -> tuple[int, int]:
    """How many cases and records a door's answer holds."""
    cases = sum(len(layer["id"]) for key, layer in found.items() if key.startswith("case-"))
    return cases, sum(len(one["id"]) for key, one in found.items() if key.startswith("record-"))


def _metres_to(code: str) -> dict[str, float]:
    """Where a district lies from the calls' own place, as `Call` takes it."""
    area = Area.objects.get(code=code, until=None)
    spot = shapely.geometry.shape(area.geometry).representative_point()
    return {"east": (spot.x - LON) * 96_200, "north": (spot.y - LAT) * 110_900}


@pytest.mark.parametrize("who", ["system_admin", "security_admin", "audit_admin"])
def test_administrators_are_refused(cast: Cast, who: str) -> None:
    judge(push(Call("A1")))
    for name in ("map", "map_points"):
        answer = visitor(cast, who).get(reverse(name), {"layers": ALL})
        assert answer.status_code == 403
        assert "R2026" not in answer.content.decode()


def test_the_door_is_for_a_session_and_no_key_opens_it(cast: Cast) -> None:
    for client in (Client(), cast.client("partner"), cast.client("city_supervisor")):
        answer = client.get(reverse("map_points"), {"layers": ALL})
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("sign_in"))


def test_everybody_gets_what_they_may_see(cast: Cast) -> None:
    judge(push(Call("A1"), Call("A2", **_metres_to("990104"), text="另一区冒烟")))
    (district,) = cast.viewer("district_supervisor").districts
    assert district == "990104"
    assert _seen(_points(cast, "city_supervisor")) == (2, 2)
    assert _seen(_points(cast, "feed_officer")) == (2, 2)
    theirs = _points(cast, "district_supervisor")
    assert _seen(theirs) == (1, 1)
    (only,) = Record.objects.filter(district=district).values_list("pk", flat=True)
    assert theirs["record-police110"]["id"] == [only.hex]
    assert _seen(_points(cast, "other_officer")) == (0, 0)
    assert "110" not in _page(cast, "other_officer").partition('class="eg-key"')[2]


def test_a_case_whose_incidents_went_elsewhere_is_not_drawn(cast: Cast) -> None:
    judge(visit(Visit("hurt", code=INJURY)))
    assert _seen(_points(cast)) == (1, 0)
    judge(crash("accident"))
    empty = RiskCase.objects.get(incident_count=0)
    assert empty.risk_level
    (left,) = (one for layer in _points(cast).values() if "id" in layer for one in layer["id"])
    assert left != empty.pk.hex
    assert empty.number not in _page(cast)


def test_a_case_is_in_the_layer_of_its_level_with_what_its_popup_says(cast: Cast) -> None:
    judge(push(Call("A1", severity=1)))
    case = RiskCase.objects.select_related("subject").get()
    layer = _points(cast, layers=f"case-{case.risk_level}")[f"case-{case.risk_level}"]
    assert layer == {
        "total": 1,
        "id": [case.pk.hex],
        "lon": [round(case.subject.lon, 5)],
        "lat": [round(case.subject.lat, 5)],
        "at": [int(case.last_at.timestamp())],
        "title": [f"Fire · {case.subject.name_en}"],
        "number": [case.number],
        "score": [round(case.score or 0, 1)],
    }


def test_a_place_that_is_shown_coarsely_leaves_the_door_coarsely(cast: Cast) -> None:
    document = json.loads((BINHAI / "feeds" / "police110.json").read_text("utf-8"))
    exact = {"form": "pair", "lon": "XZB", "lat": "YZB", "crs": "WGS-84"}
    for key, more in (("coarse", {"shown_decimals": 3}), ("exact", {})):
        position = {"position": {**exact, **more}}
        load_profile(document=document | {"key": key, "address": None} | position, actor=SYSTEM)
        push_rows(
            call("C1", XZB="120.3046543", YZB="30.2974567", BJSJ="20260302113000"), feed_key=key
        )
    answer = visitor(cast, "city_supervisor").get(
        reverse("map_points"), {"layers": "record-coarse,record-exact"}
    )
    layers = answer.json()["layers"]
    assert [layers["record-coarse"][axis] for axis in ("lon", "lat")] == [[120.305], [30.297]]
    assert [layers["record-exact"][axis] for axis in ("lon", "lat")] == [[120.30465], [30.29746]]
    assert (layers["record-coarse"]["coarse"], layers["record-exact"]["coarse"]) == ([1], [0])
    assert b"120.3046" not in answer.content.replace(b"120.30465", b"")


def test_of_many_the_newest_are_shown_and_the_others_counted(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(*(Call(f"A{place}", minutes=place, east=900 * place) for place in range(4)))
    monkeypatch.setattr(map_layers, "MOST_SHOWN", 3)
    layer = _points(cast, layers="record-police110")["record-police110"]
    assert layer["total"] == 4
    newest = [int((AT + timedelta(minutes=minutes)).timestamp()) for minutes in (3, 2, 1)]
    assert layer["at"] == newest


def test_counting_ends(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    push(*(Call(f"A{place}") for place in range(3)))
    assert counting.counts_of([Record.objects.all(), Record.objects.none()]) == [3, 0]
    assert counting.counts_of([]) == []
    monkeypatch.setattr(counting, "MOST_COUNTED", 1)
    assert counting.counts_of([Record.objects.all()]) == [2]


def test_what_is_chosen_is_shown(cast: Cast) -> None:
    judge(push(Call("A1"), Call("A2", category=NOISE, east=3000)))
    fire, noise = RiskCase.objects.order_by("-family")
    assert (fire.family, noise.family) == ("fire", "environment")
    assert _seen(_points(cast)) == (2, 2)
    assert _seen(_points(cast, family="fire")) == (1, 1)
    assert _seen(_points(cast, district=fire.district)) == (2, 2)
    assert _seen(_points(cast, district="990105")) == (0, 0)
    html = _page(cast, family="fire")
    assert reverse("case", args=[fire.pk]) in html
    assert reverse("case", args=[noise.pk]) not in html


def test_a_risk_level_chooses_cases_and_leaves_records(cast: Cast) -> None:
    judge(push(Call("A1")))
    level = RiskCase.objects.get().risk_level
    other = next(one for one in ("low", "major") if one != level)
    assert _seen(_points(cast, level=level)) == (1, 1)
    assert _seen(_points(cast, level=other)) == (0, 1)
    html = _page(cast, level=other)
    assert "No risk case in this time." in html
    assert f'data-layer="case-{level}"' not in html


def test_the_time_chosen(cast: Cast, clock: FixedClock) -> None:
    judge(push(Call("A1")))
    assert _seen(_points(cast)) == (1, 1)
    clock.set(AT + timedelta(hours=25))
    assert _seen(_points(cast, period="1")) == (0, 0)
    assert _seen(_points(cast)) == (1, 1)
    clock.set(AT + timedelta(days=6))
    assert _seen(_points(cast)) == (0, 0)
    assert _seen(_points(cast, period="7")) == (1, 1)
    clock.set(AT + timedelta(days=100))
    days = {"period": "days", "since": "2026-03-02", "until": "2026-03-02"}
    assert _seen(_points(cast, **days)) == (1, 1)  # whole days on the city's clocks
    assert _seen(_points(cast, **days | {"since": "2026-03-01", "until": "2026-03-01"})) == (0, 0)


def test_what_tells_only_its_day_is_shown_while_that_day_is(cast: Cast, clock: FixedClock) -> None:
    document = json.loads((BINHAI / "feeds" / "police110.json").read_text("utf-8"))
    days = {"path": "BJSJ", "form": "%Y%m%d", "zone": "Asia/Shanghai"}
    load_profile(document=document | {"key": "days", "occurred_at": days}, actor=SYSTEM)
    push_rows(call("D1", BJSJ="20260228"), call("D2", BJSJ="20260301"), feed_key="days")
    layer = _points(cast, layers="record-days", period="1")["record-days"]  # from 1 March, 13:00
    assert (len(layer["id"]), layer["day"]) == (1, [1])
    clock.set(AT + timedelta(hours=13))
    assert _points(cast, layers="record-days", period="1")["record-days"]["id"] == []


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"period": "days"}, "Please choose."),
        ({"period": "days", "since": "yesterday"}, "Enter a valid date."),
        ({"period": "days", "since": "2026-03-02", "until": "2026-03-01"}, "before the first"),
        ({"period": "days", "since": "2026-01-01", "until": "2026-03-01"}, "31 days at most"),
        ({"period": "days", "since": "2026-01-01"}, "31 days at most"),
        ({"period": "days", "since": "0001-01-01"}, "1900-01-01"),
        ({"period": "decade"}, "decade"),
        ({"district": "'; --"}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_meant_is_told_beside_its_field(
    cast: Cast, query: dict[str, str], told: str
) -> None:
    client = visitor(cast, "city_supervisor")
    answer = client.get(reverse("map"), query)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert told in html
    assert 'id="map"' not in html
    assert client.get(reverse("map_points"), {"layers": ALL, **query}).status_code == 400


@pytest.mark.parametrize("layers", ["case-", "record-", "case-grave", "record-x", "warnings,x"])
def test_a_layer_that_is_none_is_refused(cast: Cast, layers: str) -> None:
    answer = visitor(cast, "city_supervisor").get(reverse("map_points"), {"layers": layers})
    assert answer.status_code == 400


def test_no_layer_asked_for_is_none(cast: Cast) -> None:
    assert _points(cast, layers="") == {}


def test_exercises_tests_and_records_without_a_place_are_no_dots(cast: Cast) -> None:
    push(Call("A1"), Call("A2"), Call("A3", placed=False))
    push(Call("A4"), exercise=True)
    Record.objects.filter(source_id="A2").update(operational=False)
    assert _points(cast, layers="record-police110")["record-police110"]["total"] == 1
    html = _page(cast)
    assert '<b class="eg-num">2</b>' in html.partition('data-layer="record-police110"')[2]


def test_warnings_are_drawn_by_their_shape_or_their_districts(cast: Cast) -> None:
    drawn = warn("W1", colour="Red", headline="雷电红色预警", english="Lightning red warning")
    named = warn("W2", polygon="", districts=["990104"], headline="大风蓝色预警", colour="Blue")
    warn("W3", at=AT - timedelta(hours=9), hours=2, headline="已经过去")
    first, second = _points(cast, layers="warnings")["warnings"]
    assert first["geometry"] == drawn.geometry
    assert (first["level"], first["tone"]) == ("Red warning", "red")
    assert first["title"] == "Lightning red warning"
    assert first["url"] == reverse("warning", args=[drawn.pk])
    assert (second["geometry"], second["districts"]) == (None, ["990104"])
    html = _page(cast)
    assert html.index("Lightning red warning") < html.index("大风蓝色预警")
    assert "已经过去" not in html
    assert "5 h 0 min left" in html
    only = _points(cast, layers="warnings", district="990104")["warnings"]
    assert [one["url"] for one in only] == [reverse("warning", args=[named.pk])]
    assert _points(cast, layers="warnings", family="fire")["warnings"] == []
    past = {"period": "days", "since": "2026-03-01", "until": "2026-03-01"}
    assert _points(cast, layers="warnings", **past)["warnings"] == []


def test_warnings_are_no_dots_as_well(cast: Cast) -> None:
    warn("W1")
    assert _points(cast, layers="record-weather_cap")["record-weather_cap"]["id"] == []
    assert "record-weather_cap" not in _page(cast)


def test_a_warning_for_a_few_is_drawn_for_them_alone(cast: Cast) -> None:
    warn("W1", scope="Restricted", restriction="内部", headline="仅限内部")
    assert len(_points(cast, layers="warnings")["warnings"]) == 1
    assert _points(cast, "other_officer", layers="warnings")["warnings"] == []
    assert "仅限内部" not in _page(cast, "other_officer")


def test_the_page_asks_as_often_for_many_as_for_one(cast: Cast) -> None:
    client = visitor(cast, "city_supervisor")

    def asked(name: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse(name), {"layers": ALL}).status_code == 200
        # By the clock, whether the city has changed is asked again.
        return sum("FROM city_city" not in one["sql"] for one in found)

    judge(push(Call("A1")))
    warn("W1")
    asked("map")  # the process gets to know its city
    before = asked("map"), asked("map_points")
    judge(push(*(Call(f"B{place}", east=2000 * place) for place in range(1, 6))))
    warn("W2", districts=["990102", "990103"])
    assert (asked("map"), asked("map_points")) == before
    assert before[0] <= 12
    assert before[1] <= 12


def test_the_table_pages_with_its_filters(cast: Cast) -> None:
    judge(push(*(Call(f"A{place}", minutes=place, east=1500 * place) for place in range(11))))
    client = visitor(cast, "city_supervisor")
    first = client.get(reverse("map"), {"family": "fire"}).content.decode()
    assert first.count("data-locate=") == 10
    address = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    assert "family=fire" in address
    second = client.get(reverse("map") + address.replace("&amp;", "&")).content.decode()
    assert second.count("data-locate=") == 1


def test_both_languages(cast: Cast) -> None:
    judge(push(Call("A1")))
    warn("W1", english="Rainstorm orange warning")
    chinese = _page(cast, language="zh-hans")
    for text in ("城市地图", "生效中的预警", "橙色预警", "各部门记录", "近24小时", "暴雨橙色预警"):
        assert text in chinese
    english = _page(cast)
    for text in ("City map", "Warnings in force", "Orange warning", "Rainstorm orange warning"):
        assert text in english


def test_texts_of_others_are_data_and_no_markup(cast: Cast) -> None:
    warn("W1", headline="&lt;script&gt;alert(1)&lt;/script&gt;")
    assert "<script>alert" not in _page(cast)
    answer = visitor(cast, "city_supervisor").get(reverse("map_points"), {"layers": "warnings"})
    assert answer["Content-Type"] == "application/json"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
