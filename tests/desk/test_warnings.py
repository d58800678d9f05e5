"""The list of warnings, the page of one, and the strip at the head of the inbox."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import reverse

from core.clock import FixedClock, fixed
from core.ids import uuid7
from risk.models import IssuedWarning, RiskCase
from tests.cast import Cast
from tests.desk.sky import warn
from tests.risk.calls import AT, Call, judge, push
from tests.web.pages import visitor

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[FixedClock]:
    """An hour after the warnings of these tests."""
    with fixed(AT + HOUR) as one:
        yield one


def _list(cast: Cast, who: str = "city_supervisor", language: str = "en", **query: str) -> str:
    answer = visitor(cast, who, language).get(reverse("warnings"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def _url(warning: IssuedWarning) -> str:
    return reverse("warning", args=[warning.pk])


def _show(cast: Cast, warning: IssuedWarning, who: str = "officer", language: str = "en") -> str:
    who = "lead_officer" if who == "officer" else who
    answer = visitor(cast, who, language).get(_url(warning))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("who", ["system_admin", "security_admin", "audit_admin"])
def test_administrators_are_refused(cast: Cast, who: str) -> None:
    one = warn("W1", headline="不给管理员")
    client = visitor(cast, who)
    for address in (reverse("warnings"), _url(one)):
        answer = client.get(address)
        assert answer.status_code == 403
        assert "不给管理员" not in answer.content.decode()
    assert "不给管理员" not in client.get(reverse("inbox")).content.decode()


def test_strangers_sign_in_first_and_keys_are_no_session(cast: Cast) -> None:
    one = warn("W1")
    for client in (visitor(cast, "stranger"), cast.client("partner")):
        for address in (reverse("warnings"), _url(one)):
            assert client.get(address).status_code == 302


def test_a_public_warning_is_everybodys(cast: Cast) -> None:
    one = warn("W1", headline="大家都看")
    for who in ("city_supervisor", "district_supervisor", "lead_officer", "other_officer"):
        assert "大家都看" in _list(cast, who)
        assert "大家都看" in _show(cast, one, who)


def test_a_restricted_one_looks_like_none_to_others(cast: Cast) -> None:
    secret = warn("W1", scope="Restricted", restriction="内部", headline="只给少数人")
    client = visitor(cast, "other_officer")
    foreign = client.get(_url(secret))
    missing = client.get(reverse("warning", args=[uuid7()]))
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert "只给少数人" not in foreign.content.decode() + _list(cast, "other_officer")
    assert "只给少数人" in _list(cast, "city_supervisor")


def test_what_stands_comes_first_and_the_gravest_of_it(cast: Cast) -> None:
    warn("W1", at=AT - timedelta(days=2), headline="早已结束", colour="Red")
    warn("W2", headline="蓝的", colour="Blue")
    warn("W3", headline="红的", colour="Red")
    warn("W4", headline="没有级别", colour="")
    html = _list(cast)
    places = [html.index(text) for text in ("红的", "蓝的", "没有级别", "早已结束")]
    assert places == sorted(places)
    assert "Warning without a level" in html
    assert "5 h 0 min left" in html


def test_each_phase_has_its_word_and_its_filter(cast: Cast) -> None:
    warn("W1", headline="现行的")
    warn("W2", at=AT - timedelta(days=1), headline="到期的")
    warn("W3", at=AT - HOUR, headline="被更新的")
    warn("W4", at=AT, headline="新的", msgType="Update", references=[("W3", AT - HOUR)])
    warn("W5", at=AT - HOUR, headline="被解除的")
    warn("W6", at=AT, headline="解除用的", msgType="Cancel", references=[("W5", AT - HOUR)])
    ahead = warn("W7", headline="未来的")
    IssuedWarning.objects.filter(pk=ahead.pk).update(starts_at=AT + 2 * HOUR)
    texts = {
        "in_force": ("现行的", "新的"),
        "upcoming": ("未来的",),
        "ended": ("到期的",),
        "updated": ("被更新的",),
        "cancelled": ("被解除的",),
        "cancel": ("解除用的",),
    }
    everything = {text for some in texts.values() for text in some}
    for state, some in texts.items():
        html = _list(cast, state=state)
        shown = {text for text in everything if f">{text}</a>" in html}
        assert shown == set(some), state
    html = _list(cast)
    for word in ("In force", "Not yet in force", "Ended", "Replaced", "Cancelled", "Cancellation"):
        assert re.search(rf'eg-state-\w+"[^>]*>{word}<', html), word


def test_filters_of_level_and_district(cast: Cast) -> None:
    warn("W1", polygon="", districts=["990104"], headline="东边", colour="Red")
    warn("W2", polygon="", districts=["990102"], headline="西边", colour="Blue")
    assert "西边" not in _list(cast, level="red")
    assert "东边" not in _list(cast, district="990102")
    assert visitor(cast, "lead_officer").get(reverse("warnings"), {"level": "x"}).status_code == 400


def test_the_others_come_page_by_page_and_what_stands_is_not_repeated(cast: Cast) -> None:
    for day in range(1, 53):
        warn(f"W{day}", at=AT - timedelta(days=day), headline=f"旧{day}号")
    warn("W0", headline="还在生效")
    client = visitor(cast, "city_supervisor")
    first = client.get(reverse("warnings")).content.decode()
    address = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    second = client.get(reverse("warnings") + address).content.decode()
    assert ("旧50号" in first, "旧51号" in first) == (True, False)
    assert ("旧51号" in second, "旧52号" in second) == (True, True)
    assert "还在生效" not in second


def test_the_page_says_what_where_and_until_when(cast: Cast) -> None:
    one = warn("W1", districts=["990103"], english="Rainstorm orange warning")
    html = _show(cast, one)
    assert "<h1>Rainstorm orange warning</h1>" in html
    assert html.index('lang="en"') < html.index('lang="zh-CN"')  # the reader's language first
    for text in ("5 h 0 min left", "雨量将达50毫米", "滨海市气象台", "Qingshan District", "W1"):
        assert text in html
    assert "hatch-orange" in html
    assert '"tone": "orange"' in html  # what the map is given
    chinese = _show(cast, one, language="zh-hans")
    assert "<h1>暴雨橙色预警</h1>" in chinese
    assert "生效中" in chinese


def test_an_assumed_end_is_told(cast: Cast) -> None:
    told = "The message told no end; this one is assumed."
    one = warn("W1")
    assert told not in _show(cast, one)
    IssuedWarning.objects.filter(pk=one.pk).update(end_assumed=True)
    assert told in _show(cast, one)
    assert "end assumed" in _list(cast)


def test_what_took_its_place_and_what_it_replaces(cast: Cast) -> None:
    old = warn("W1", at=AT - HOUR, headline="旧的")
    new = warn("W2", at=AT, headline="新的", msgType="Update", references=[("W1", AT - HOUR)])
    html = _show(cast, old)
    assert "This warning was replaced by:" in html
    assert _url(new) in html
    assert _url(old) in _show(cast, new)


def test_what_took_its_place_is_not_named_to_who_may_not_see_it(cast: Cast) -> None:
    old = warn("W1", at=AT - HOUR, headline="旧的")
    secret = {"scope": "Restricted", "restriction": "内部"}
    warn("W2", headline="内部更新", msgType="Update", references=[("W1", AT - HOUR)], **secret)
    html = _show(cast, old, "other_officer")
    assert "内部更新" not in html
    assert "Replaced" in html


def test_it_names_the_cases_of_its_area_and_time_that_the_viewer_may_see(cast: Cast) -> None:
    judge(push(Call("A1", minutes=30), Call("A2", minutes=-600, east=3000)))
    inside, outside = RiskCase.objects.order_by("-last_at")
    one = warn("W1", districts=[inside.district])
    html = _show(cast, one, "city_supervisor")
    assert reverse("case", args=[inside.pk]) in html
    assert reverse("case", args=[outside.pk]) not in html
    assert reverse("case", args=[inside.pk]) not in _show(cast, one, "other_officer")


def test_a_warning_without_an_area_of_the_city(cast: Cast) -> None:
    far = "31.00,121.40 31.00,121.50 31.10,121.50 31.10,121.40 31.00,121.40"
    one = warn("W1", polygon=far, headline="外地的")
    assert 'id="map"' in _show(cast, one)  # its own shape is drawn
    assert "外地的" in _list(cast)
    assert "外地的" not in visitor(cast, "lead_officer").get(reverse("inbox")).content.decode()


def test_the_inbox_names_the_gravest_and_counts_the_others(cast: Cast) -> None:
    client = visitor(cast, "lead_officer")
    assert "eg-strip" not in client.get(reverse("inbox")).content.decode()
    for place, colour in enumerate(("Blue", "Red", "Yellow", "Orange")):
        warn(f"W{place}", headline=f"{colour}的", colour=colour)
    strip = client.get(reverse("inbox")).content.decode().partition("eg-strip")[2]
    strip = strip.partition("</section>")[0]
    places = [strip.index(f"{colour}的") for colour in ("Red", "Orange", "Yellow")]
    assert places == sorted(places)
    assert "Blue的" not in strip
    assert "All 4 in force" in strip
