"""The collaboration report as a page."""

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.web.pages import visitor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("first", "last"), [("2026-09-01", "2020-01-02"), ("yesterday", ""), ("1999-01-01", "")]
)
def test_days_that_make_no_period_are_corrected_on_the_page(
    cast: Cast, first: str, last: str
) -> None:
    client = visitor(cast, "city_supervisor")
    answer = client.get(reverse("report_collaboration"), {"from": first, "to": last})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'role="alert"' in html
    assert f'name="from" value="{first}"' in html


def test_a_period_without_tasks_says_so(cast: Cast) -> None:
    client = visitor(cast, "city_supervisor")
    answer = client.get(reverse("report_collaboration"), {"from": "2020-01-01", "to": "2020-01-02"})
    assert answer.status_code == 200
    assert "No task was out in this period" in answer.content.decode()
