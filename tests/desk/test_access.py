"""Who gets which page of the desk: another's object is a page like that of a missing one."""

import pytest
from django.urls import reverse

from core.ids import uuid7
from risk.models import RiskCase
from tests.cast import Cast
from tests.departments.office import Office
from tests.risk.calls import Call, judge, push
from tests.web.pages import visitor

pytestmark = pytest.mark.django_db
SEEING = ("city_supervisor", "dispatcher", "verifier", "lead_officer", "supporting_officer")
BLIND = ("district_supervisor", "other_officer")
ADMINS = ("system_admin", "security_admin", "audit_admin")


@pytest.mark.parametrize("who", [*SEEING, *BLIND])
def test_everybody_at_work_has_the_lists(cast: Cast, who: str) -> None:
    client = visitor(cast, who)
    for name in ("inbox", "tasks", "cases", "task_new"):
        assert client.get(reverse(name)).status_code == 200, name


@pytest.mark.parametrize("who", ADMINS)
def test_administrators_are_told_that_they_see_no_business(cast: Cast, who: str) -> None:
    client = visitor(cast, who)
    assert "You administer this installation" in client.get(reverse("inbox")).content.decode()
    for name in ("tasks", "cases", "task_new"):
        assert client.get(reverse(name)).status_code == 403, name


def test_tasks_are_shown_to_those_who_may_see_them(office: Office) -> None:
    task_id = office.dispatched()
    url = reverse("task", args=[task_id])
    for who in SEEING:
        assert visitor(office.cast, who).get(url).status_code == 200, who
    missing = reverse("task", args=[uuid7()])
    for who in BLIND:
        client = visitor(office.cast, who)
        foreign, nothing = client.get(url), client.get(missing)
        assert (foreign.status_code, nothing.status_code) == (404, 404)
        shown = foreign.content.decode().replace(str(task_id), "")
        assert "商铺冒烟" not in shown
        assert client.post(reverse("task_act", args=[task_id])).status_code == 404
    assert visitor(office.cast, "stranger").get(url).status_code == 302


def test_cases_are_shown_to_those_who_may_see_them(cast: Cast) -> None:
    judge(push(Call("A1", severity=1)))
    case = RiskCase.objects.get()
    url = reverse("case", args=[case.pk])
    for who in ("city_supervisor", "feed_officer"):
        assert visitor(cast, who).get(url).status_code == 200, who
    for who in BLIND:
        assert visitor(cast, who).get(url).status_code == 404, who


def test_lists_hold_what_the_viewer_may_see(office: Office) -> None:
    office.dispatched(title="只给有关单位看")
    url = reverse("tasks")
    assert "只给有关单位看" in visitor(office.cast, "lead_officer").get(url).content.decode()
    assert "只给有关单位看" not in visitor(office.cast, "other_officer").get(url).content.decode()
