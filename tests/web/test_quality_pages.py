"""The quality of feeds as pages: the scorecard of all, and one feed in detail."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core.clock import now
from tests.cast import Cast
from tests.integration.services.conftest import call, push
from tests.web.pages import visitor

pytestmark = pytest.mark.django_db


def _deliver() -> None:
    push(call("A"), call("B", XZB="N/A"), call("C", BJLBDM="999999"), call("", JJDBH=""))


def test_the_scorecard_leads_to_each_feed(cast: Cast) -> None:
    _deliver()
    client = visitor(cast, "city_supervisor", "en")
    html = client.get(reverse("report_quality")).content.decode()
    assert "/feeds/police110/quality/?since=" in html
    assert "nothing came" in html  # of the other feeds
    html = client.get(reverse("report_collaboration")).content.decode()
    assert reverse("report_quality") in html


def test_a_feed_shows_a_b_x_and_rows_against_each_indicator(cast: Cast) -> None:
    _deliver()
    html = visitor(cast, "feed_officer", "en").get("/feeds/police110/quality/").content.decode()
    assert "75.00%" in html
    assert '<code class="eg-path">C</code>' in html
    assert '<code class="eg-path">row 3</code>' in html  # it has no id
    assert html.count("<li") > 30  # every day of the period


@pytest.mark.parametrize("query", ["since=2026-02-02&until=2026-01-01", "since=x", "until=9999-1"])
def test_days_that_make_no_period_are_told(cast: Cast, query: str) -> None:
    answer = visitor(cast, "feed_officer").get(f"/feeds/police110/quality/?{query}")
    assert answer.status_code == 422


def test_a_period_without_rows_says_so_and_strangers_see_nothing(cast: Cast) -> None:
    day = (now() - timedelta(days=3000)).date()
    url = f"/feeds/police110/quality/?since={day}&until={day}"
    assert (
        "Nothing came in these days"
        in visitor(cast, "feed_officer", "en").get(url).content.decode()
    )
    assert visitor(cast, "other_officer").get(url).status_code == 404
