"""The list of records: who sees what, what the filters find, and that it stays one index walk."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.domain import SYSTEM
from core.clock import now
from integration.models import Record
from integration.services import load_profile
from tests.cast import Cast
from tests.conftest import BINHAI
from tests.integration.services.conftest import call, push
from tests.web.pages import visitor

pytestmark = pytest.mark.django_db
URL = reverse("record_list")
NOBODY_ELSE = ("other_officer", "district_supervisor")


def _page(cast: Cast, who: str = "feed_officer", language: str = "en", **query: str) -> str:
    answer = visitor(cast, who, language).get(f"{URL}?{urlencode(query)}")
    assert answer.status_code == 200
    return answer.content.decode()


def _recent(hours: float = 1) -> str:
    """An instant as the police write it."""
    at = now() - timedelta(hours=hours) + timedelta(hours=8)
    return at.strftime("%Y%m%d%H%M%S")


def _recently(source_id: str, **changes: object) -> dict[str, object]:
    return call(source_id, BJSJ=_recent(), **changes)


def test_a_record_is_told_in_words(cast: Cast) -> None:
    push(_recently("R1", XZB="", YZB=""))
    html = _page(cast)
    for words in ("Fire", "居民楼冒烟", "Binhai Public Security Bureau", "110 police calls"):
        assert words in html
    assert "No coordinates" in html
    assert "Received" in html  # the state at the source
    assert reverse("record_page", args=[Record.objects.get().key_id]) in html
    chinese = _page(cast, language="zh-hans")
    for words in ("火灾", "滨海市公安局", "无坐标", "已接报"):
        assert words in chinese


def test_the_source_s_own_severity_stands_beside_ours(cast: Cast) -> None:
    document = json.loads((BINHAI / "feeds" / "police110.json").read_text("utf-8"))
    severity = {"path": "JQDJ", "scale": "own", "codes": {"特急": 1}}
    load_profile(document={**document, "key": "own", "severity": severity}, actor=SYSTEM)
    push(_recently("R1", JQDJ="特急"), feed_key="own")
    html = _page(cast)
    assert "<b>1</b>" in html
    assert "特急" in html


def test_a_day_that_was_told_alone_is_shown_without_a_time(cast: Cast) -> None:
    document = json.loads((BINHAI / "feeds" / "police110.json").read_text("utf-8"))
    when = {"path": "BJSJ", "form": "%Y%m%d", "zone": "Asia/Shanghai"}
    load_profile(document={**document, "key": "days", "occurred_at": when}, actor=SYSTEM)
    push(call("R1", BJSJ=_recent(48)[:8]), feed_key="days")
    html = _page(cast)
    shown = html.split('data-label="Time"')[1].split("</td>")[0]
    assert ":" not in shown.split(">")[2].split("<")[0]


@pytest.mark.parametrize("who", ["city_supervisor", "dispatcher", "feed_officer"])
def test_those_who_may_see_a_record_have_it_in_their_list(cast: Cast, who: str) -> None:
    push(_recently("R1"))
    assert "居民楼冒烟" in _page(cast, who)


@pytest.mark.parametrize("who", NOBODY_ELSE)
def test_no_record_of_another_department_is_listed(cast: Cast, who: str) -> None:
    # A theft in 990103: neither the market supervision nor the supervisor of another district.
    push(_recently("R1", BJLBDM="010500", BJNR="店铺被盗"))
    assert "店铺被盗" in _page(cast)
    seen = cast.viewer(who)
    assert "theft" not in seen.categories
    assert Record.objects.get().district not in seen.districts
    html = _page(cast, who)
    assert "店铺被盗" not in html
    assert "No record fits" in html


@pytest.mark.parametrize("who", ["system_admin", "security_admin", "audit_admin"])
def test_administrators_and_strangers_have_no_list(cast: Cast, who: str) -> None:
    assert visitor(cast, who).get(URL).status_code == 403
    assert visitor(cast, "stranger").get(URL).status_code == 302
    assert cast.client("partner").get(URL).status_code == 302


def test_exercises_are_left_out(cast: Cast) -> None:
    push(_recently("R1", BJNR="演练火情"), exercise=True)
    assert "演练火情" not in _page(cast)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, "AB"),
        ({"feed": "police110"}, "AB"),
        ({"feed": "traffic"}, ""),
        ({"category": "fire"}, "A"),
        ({"category": "theft"}, "B"),
        ({"severity": "1"}, "B"),
        ({"flag": "no_coordinates"}, "B"),
        ({"flag": "any"}, "B"),
        ({"flag": "none"}, "A"),
        ({"kind": "event"}, "AB"),
        ({"kind": "alarm"}, ""),
        ({"q": "冒烟"}, "A"),
        ({"q": "和平路"}, "B"),
        ({"q": "RB"}, "B"),
        ({"q": "%%"}, ""),
        ({"period": "1"}, "AB"),
        ({"period": "all"}, "ABC"),
        ({"until": "2026-01-31"}, "C"),
        ({"since": "2026-01-05", "until": "2026-01-05"}, "C"),
        ({"since": "2026-01-06", "until": "2026-01-31"}, ""),
        ({"q": "冒烟", "severity": "1"}, ""),
    ],
)
def test_filters_find(cast: Cast, query: dict[str, str], found: str) -> None:
    push(
        _recently("RA"),
        _recently("RB", BJLBDM="010500", JQDJ="1", XZB="", YZB="", SFDZ="和平路1号", BJNR="被盗"),
        call("RC", BJSJ="20260105080000"),
    )
    html = _page(cast, **query)
    assert "".join(one for one in "ABC" if f">R{one}<" in html) == found


def test_a_district_is_found_by_its_records(cast: Cast) -> None:
    push(_recently("RA"))
    district = Record.objects.get().district
    other = next(one for one in ("990102", "990103", "990104") if one != district)
    assert ">RA<" in _page(cast, district=district)
    assert ">RA<" not in _page(cast, district=other)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"q": "x"}, "Search for at least 2 characters."),
        ({"feed": "nowhere"}, "not one of the available choices"),
        ({"since": "yesterday"}, "valid date"),
        ({"until": "9999-12-31"}, "less than or equal to"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "The last day lies before the first."),
        ({"q": "a\x00b"}, "Null characters are not allowed."),
    ],
)
def test_a_wrong_filter_is_told_at_its_field(cast: Cast, query: dict[str, str], told: str) -> None:
    push(_recently("RA"))
    answer = visitor(cast, "feed_officer").get(f"{URL}?{urlencode(query)}")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert told in html
    assert "aria-invalid" in html
    assert ">RA<" not in html


def test_an_empty_list_offers_to_look_further_back(cast: Cast) -> None:
    push(call("RC", BJSJ="20260105080000"))
    html = _page(cast, category="fire")
    assert "category=fire&amp;period=all" in html
    assert ">RC<" in _page(cast, category="fire", period="all")
    assert "period=all" not in _page(cast, category="theft", period="all").split("<form")[-1]


def test_the_next_page_keeps_the_filters(cast: Cast) -> None:
    push(*(_recently(f"R{at:03}") for at in range(60)))
    client = visitor(cast, "feed_officer")
    first = client.get(f"{URL}?category=fire").content.decode()
    address = first.split('rel="next"')[0].split('href="')[-1].split('"')[0].replace("&amp;", "&")
    assert "category=fire" in address
    second = client.get(f"{URL}{address}").content.decode()
    shown = {f"R{at:03}" for at in range(60) if f">R{at:03}<" in first}
    rest = {f"R{at:03}" for at in range(60) if f">R{at:03}<" in second}
    assert (len(shown), len(rest), shown & rest) == (50, 10, set())
    assert "count" not in first.split("<table")[0]


def test_a_coarse_place_is_neither_told_nor_found_by_its_address(cast: Cast) -> None:
    push(_recently("R1"))
    assert ">R1<" in _page(cast, q="中山大道")
    Record.objects.update(shown_decimals=3)
    assert ">R1<" in _page(cast)
    assert "中山大道" not in _page(cast)
    assert ">R1<" not in _page(cast, q="中山大道")


def test_the_list_asks_for_records_once_and_without_a_join(cast: Cast) -> None:
    push(*(_recently(f"R{at}") for at in range(3)))
    client = visitor(cast, "feed_officer")
    client.get(URL)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(URL)
    push(*(_recently(f"S{at}") for at in range(20)))
    with CaptureQueriesContext(connection) as many:
        client.get(URL)
    assert len(few) == len(many)
    asked = [one["sql"] for one in many if 'FROM "integration_record"' in one["sql"]]
    assert len(asked) == 1
    assert "JOIN" not in asked[0]
    assert '"personal"' not in asked[0]


def test_the_enterprise_that_a_record_is_about_is_named(cast: Cast) -> None:
    push(_recently("R1"))
    Record.objects.update(attributes={"enterprise": "滨江餐饮店"})
    assert "滨江餐饮店" in _page(cast)
