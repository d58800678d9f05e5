"""The page of an observation feed: what each datastream showed last, and its last day as a line."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import override

from core import clock
from integration.models import Datastream, Feed
from integration.ui.datastreams import HEIGHT, WIDTH, datastream_list
from tests.cast import Cast
from tests.integration.observations.stations import feed, push, seen
from tests.web.pages import visitor

pytestmark = pytest.mark.django_db
_NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def _stations() -> None:
    feed()
    Datastream.objects.create(
        feed=Feed.objects.get(key="stations"),
        key="s1",
        name="甲烷浓度",
        unit="%LEL",
        thing="一号井",
        observed_property="CH4",
    )
    with clock.fixed(_NOW):
        push(
            *[seen(f"{hour:02}:00", hour * 1000.5) for hour in range(12)],
            seen("11:30", "closed", stream="valve"),
            seen("11:00", 7, stream="tank"),
        )


def test_lines_stay_in_their_drawing_and_break_at_a_silence(cast: Cast):
    _stations()
    viewer = cast.viewer("feed_officer")
    with clock.fixed(_NOW), override("en"):
        shown = datastream_list(viewer, Feed.objects.get(key="stations"), limit=10)
    lines = {line.datastream.key: line for line in shown.lines}
    assert [line.datastream.key for line in shown.lines] == ["s1", "tank", "valve"]
    assert (lines["s1"].value, lines["s1"].told) == ("11,005.5 %LEL", "0 to 11,005.5 %LEL")
    assert lines["s1"].at == datetime(2026, 11, 1, 11, tzinfo=UTC)
    points = [tuple(map(float, one.split(","))) for one in " ".join(lines["s1"].strokes).split()]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    assert points == sorted(points, key=lambda one: one[0])
    assert (lines["valve"].value, lines["valve"].strokes) == ("closed", [])
    assert lines["tank"].told == "7"
    with clock.fixed(_NOW + timedelta(days=2)):
        later = datastream_list(viewer, Feed.objects.get(key="stations"), limit=10)
    assert [line.strokes for line in later.lines] == [[], [], []]
    assert later.lines[0].value == "11,005.5 %LEL"


def test_a_silence_of_more_than_an_hour_breaks_the_line(cast: Cast):
    feed()
    with clock.fixed(_NOW):
        push(*[seen(time, 1) for time in ("01:00", "01:30", "02:00", "06:00", "06:20")])
        shown = datastream_list(
            cast.viewer("feed_officer"), Feed.objects.get(key="stations"), limit=10
        )
    assert len(shown.lines[0].strokes) == 2


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_feed_page_lists_its_datastreams(cast: Cast, language: str):
    _stations()
    client = visitor(cast, "feed_officer", language)
    with clock.fixed(_NOW):
        page = client.get("/feeds/stations/").content.decode()
    assert "甲烷浓度" in page
    assert "11,005.5 %LEL" in page
    assert len(re.findall(r"<polyline ", page)) >= 2
    assert 'role="img"' in page
    assert {"en": "Datastreams", "zh-hans": "数据流"}[language] in page
    assert "style=" not in page.split('id="datastreams"')[1].split("</section>")[0]
    assert 'id="compare"' not in page  # there are no records to count


def test_a_feed_of_records_has_no_datastreams_on_its_page(cast: Cast):
    page = visitor(cast, "feed_officer").get("/feeds/police110/").content.decode()
    assert 'id="datastreams"' not in page
    assert 'id="compare"' in page


def test_the_list_walks_all_of_them_by_key(cast: Cast):
    feed()
    push(*[seen(stream=f"s{n:03}") for n in range(60)])
    client = visitor(cast, "feed_officer")
    first = client.get("/feeds/stations/datastreams/").content.decode()
    assert ("s000" in first, "s049" in first, "s050" in first) == (True, True, False)
    following = re.search(r'href="(\?cursor=[^"]+)" rel="next"', first)
    assert following is not None
    second = client.get(f"/feeds/stations/datastreams/{following[1]}").content.decode()
    assert ("s049" in second, "s050" in second, "s059" in second) == (False, True, True)
    assert client.get("/feeds/stations/datastreams/?cursor=x").status_code == 400


def test_only_those_who_may_know_of_its_rows_see_them(cast: Cast):
    _stations()
    for who, status in (("city_supervisor", 200), ("other_officer", 404), ("system_admin", 403)):
        answer = visitor(cast, who).get("/feeds/stations/datastreams/")
        assert answer.status_code == status, who


@pytest.mark.parametrize("page", ["push/", "quality/", "versions/", "pull/"])
def test_the_other_pages_of_a_feed_know_observations(cast: Cast, page: str):
    _stations()
    answer = visitor(cast, "feed_officer").get(f"/feeds/stations/{page}")
    assert answer.status_code == 200
    if page == "push/":
        assert "phenomenonTime" in answer.content.decode()
