from datetime import timedelta

import pytest
from django.urls import reverse

from core.clock import fixed, now
from tests.cast import Cast
from tests.departments.office import Office
from tests.web.pages import visitor

pytestmark = pytest.mark.django_db


def _inbox(cast: Cast, who: str) -> str:
    return visitor(cast, who).get(reverse("inbox")).content.decode()


def test_an_empty_inbox_says_so(cast: Cast) -> None:
    assert "Nothing waits for you" in _inbox(cast, "other_officer")


def test_a_new_part_waits_to_be_signed_for(office: Office) -> None:
    office.dispatched()
    for who in ("lead_officer", "supporting_officer"):
        html = _inbox(office.cast, who)
        assert 'id="to_sign"' in html
        assert "商铺冒烟" in html
    assert "商铺冒烟" not in _inbox(office.cast, "other_officer")


def test_the_overdue_comes_first(office: Office) -> None:
    task_id = office.dispatched(title="先到")
    office.act("lead_officer", task_id, "sign_for")
    office.dispatched(title="后到")
    late = now() + timedelta(minutes=30)  # the second was not signed for in time
    with fixed(late):
        html = _inbox(office.cast, "lead_officer")
    assert html.index('id="overdue"') < html.index("后到") < html.index('id="handle"')
    assert html.index('id="handle"') < html.index("先到")


def test_the_centres_see_what_they_have_to_move(office: Office) -> None:
    office.report(title="等待受理")
    office.verifying(title="等待核查")
    dispatcher = _inbox(office.cast, "dispatcher")
    assert dispatcher.index('id="reported"') < dispatcher.index("等待受理")
    verifier = _inbox(office.cast, "verifier")
    assert verifier.index('id="verifying"') < verifier.index("等待核查")
    assert 'id="reported"' not in verifier


def test_supervisors_see_the_newest_of_their_area(office: Office) -> None:
    office.dispatched(title="全市可见")
    assert "全市可见" in _inbox(office.cast, "city_supervisor")
    assert "全市可见" not in _inbox(office.cast, "district_supervisor")
