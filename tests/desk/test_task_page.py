import re
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from departments.models import Task
from tests.departments.office import Office
from tests.web.pages import visitor

pytestmark = pytest.mark.django_db


def _page(client: Client, task_id: UUID) -> str:
    return client.get(reverse("task", args=[task_id])).content.decode()


def _offered(html: str) -> set[str]:
    return set(re.findall(r'name="name" value="(\w+)"', html))


def _send(client: Client, task_id: UUID, name: str, version: int, **more: str) -> HttpResponse:
    form = {"name": name, "version": str(version), **more}
    return client.post(reverse("task_act", args=[task_id]), form)  # type: ignore[return-value]


def test_each_sees_the_steps_of_the_own_role(office: Office) -> None:
    task_id = office.dispatched()
    lead = _offered(_page(visitor(office.cast, "lead_officer"), task_id))
    assert {"sign_for", "return", "assign"} <= lead
    assert "urge" in _offered(_page(visitor(office.cast, "city_supervisor"), task_id))
    assert "sign_for" not in _offered(_page(visitor(office.cast, "city_supervisor"), task_id))


def test_a_step_that_has_to_wait_is_greyed_with_the_reason(office: Office) -> None:
    task_id = office.dispatched()
    office.way(task_id, ("lead_officer", "sign_for"), ("lead_officer", "start"))
    html = _page(visitor(office.cast, "lead_officer"), task_id)
    assert "merge_feedback" not in _offered(html)
    assert "A supporting department has not fed back yet." in html


def test_signing_for_by_form(office: Office) -> None:
    task_id = office.dispatched()
    client = visitor(office.cast, "lead_officer")
    version = Task.objects.get(pk=task_id).version
    answer = _send(client, task_id, "sign_for", version, note="出动", organisation="BH-FIRE-990102")
    assert (answer.status_code, answer["Location"]) == (302, reverse("task", args=[task_id]))
    assert office.part("lead_officer", task_id).state == "signed"
    html = _page(client, task_id)
    assert "Done. It is in the history." in html
    assert "出动" in html


def test_a_stale_page_is_told_kindly_and_keeps_the_note(office: Office) -> None:
    task_id = office.dispatched()
    version = Task.objects.get(pk=task_id).version
    office.act("lead_officer", task_id, "sign_for")
    client = visitor(office.cast, "lead_officer")
    answer = _send(client, task_id, "return", version, note="不属于本单位 <b>")
    html = answer.content.decode()
    assert answer.status_code == 412
    assert "Nothing was changed." in html
    assert "不属于本单位 &lt;b&gt;" in html
    assert '<details class="eg-act" name="act" open>' in html
    assert f'value="{version + 1}"' in html
    assert office.part("lead_officer", task_id).state == "signed"
    assert f'name="next" value="{reverse("task", args=[task_id])}"' in html


def test_a_refused_step_says_why_and_shows_the_lost_note(office: Office) -> None:
    task_id = office.dispatched()
    version = Task.objects.get(pk=task_id).version
    client = visitor(office.cast, "lead_officer")
    answer = _send(client, task_id, "submit_feedback", version, note="已处置")
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "This is not possible in the present state." in html
    assert "已处置" in html
    assert "sign_for" in _offered(html)


def test_a_missing_note_is_asked_for(office: Office) -> None:
    task_id = office.dispatched()
    version = Task.objects.get(pk=task_id).version
    client = visitor(office.cast, "lead_officer")
    answer = _send(client, task_id, "return", version)
    assert answer.status_code == 409
    assert "Give the reason in the note." in answer.content.decode()


def test_dispatch_by_form_with_chosen_departments(office: Office) -> None:
    task_id = office.report()
    office.way(task_id, ("dispatcher", "accept"), ("dispatcher", "file"))
    client = visitor(office.cast, "dispatcher")
    answer = client.post(
        reverse("task_act", args=[task_id]),
        {
            "name": "dispatch",
            "version": "3",
            "lead": office.cast.code("lead_officer"),
            "supporting": [office.cast.code("supporting_officer"), "BH-EMB"],
        },
    )
    assert answer.status_code == 302
    assert Task.objects.get(pk=task_id).parts.count() == 3


def test_what_people_wrote_is_escaped(office: Office) -> None:
    task_id = office.dispatched(title="<img src=x>", description="<script>x</script>")
    html = _page(visitor(office.cast, "lead_officer"), task_id)
    assert "<img src=x>" not in html
    assert "<script>x</script>" not in html


def test_a_part_that_came_back_says_why_where_it_stands(office: Office) -> None:
    task_id = office.dispatched()
    office.act("supporting_officer", task_id, "return", "不属于本单位")
    html = _page(visitor(office.cast, "dispatcher"), task_id)
    assert html.count("不属于本单位") == 2  # at the part and in the history
    ruled = html[html.index('id="act_rule_part"') :]
    assert f'value="{office.cast.code("supporting_officer")}" selected' in ruled


def test_rework_shows_the_verifiers_words_at_every_part(office: Office) -> None:
    task_id = office.verifying()
    office.act("verifier", task_id, "verify_fail", "仍有隐患")
    html = _page(visitor(office.cast, "lead_officer"), task_id)
    assert html.count("仍有隐患") == 3
