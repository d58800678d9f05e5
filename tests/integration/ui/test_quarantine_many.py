"""Settling many quarantined rows at once: asked for first, then told row by row."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from audit.domain import SYSTEM
from core.ids import uuid7
from integration.models import Problem, Record
from integration.services import load_profile
from tests.cast import Cast
from tests.conftest import BINHAI
from tests.integration.services.conftest import call, push
from tests.integration.ui.waiting import DESK, MANY, SETTLED, open_row, page_of
from tests.web.pages import visitor


def _many(desk: Client, act: str, *sources: str, **sent: str) -> str:
    rows = [str(open_row(one).pk) for one in sources]
    answer = desk.post(MANY, {"act": act, "row": rows, **sent})
    assert answer.status_code in (200, 422)
    return answer.content.decode()


def test_many_rows_are_discarded_for_one_reason(desk: Client) -> None:
    push(*(call(f"Q{at}", XZB="N/A") for at in range(3)))
    asked = _many(desk, "discard", "Q0", "Q1")
    assert "For 2 rows" in asked
    assert Problem.objects.filter(settlement="open").count() == 3
    assert "Say why the row is of no use." in _many(desk, "discard", "Q0", "Q1", sure="1")
    told = _many(desk, "discard", "Q0", "Q1", sure="1", reason="设备检修")
    assert "<b>2</b>Discarded" in told
    assert [one.source_id for one in Problem.objects.filter(settlement="open")] == ["Q2"]
    settled = page_of(desk, SETTLED)
    assert settled.count("设备检修") == 2
    assert settled.count("Sun Yanbei") >= 2
    assert ">Q2<" not in settled


def test_one_field_is_set_for_many_and_each_row_is_told_of(desk: Client) -> None:
    push(call("Q1", BJSJ="soon"), call("Q2", BJSJ="late"), call("Q3", BJSJ="x", XZB="N/A"))
    asked = _many(desk, "set", "Q1", "Q2", "Q3")
    options = asked.split('name="field"')[1].split("</select>")[0]
    assert options.index('value="BJSJ"') < options.index('value="JJDBH"')
    assert "BJRDH" not in options
    told = _many(desk, "set", "Q1", "Q2", "Q3", sure="1", field="BJSJ", value="20261101120000")
    assert "<b>2</b>Released" in told
    assert "<b>1</b>Still wrong" in told
    assert "XZB is not a number." in told
    assert {one.source_id for one in Record.objects.all()} == {"Q1", "Q2"}
    assert [one.source_id for one in Problem.objects.filter(settlement="open")] == ["Q3"]


def test_a_field_that_is_not_offered_cannot_be_set(desk: Client) -> None:
    push(call("Q1", BJSJ="soon"))
    for field in ("", "BJRDH", "SJLY", "nothing"):
        told = _many(desk, "set", "Q1", sure="1", field=field, value="x")
        assert "Choose the field to set." in told
    assert open_row().settlement == "open"


def test_rows_of_several_feeds_have_no_field_in_common(desk: Client) -> None:
    document = json.loads((BINHAI / "feeds" / "police110.json").read_text("utf-8"))
    load_profile(document={**document, "key": "second"}, actor=SYSTEM)
    push(call("Q1", BJSJ="soon"))
    push(call("Q2", BJSJ="soon"), feed_key="second")
    assert "The chosen rows are of several feeds." in _many(desk, "set", "Q1", "Q2")
    told = _many(desk, "set", "Q1", "Q2", sure="1", field="BJSJ", value="20261101120000")
    assert "Choose the field to set." in told


def test_many_rows_are_released_as_they_are_after_a_new_profile(desk: Client) -> None:
    push(call("Q1", BJSJ="2026-11-01"), call("Q2", BJSJ="2026-11-02"), call("Q3", BJSJ="soon"))
    document = json.loads((BINHAI / "feeds" / "police110.json").read_text("utf-8"))
    when = {**document["occurred_at"], "form": "%Y-%m-%d"}
    load_profile(document={**document, "occurred_at": when}, actor=SYSTEM)
    told = _many(desk, "release", "Q1", "Q2", "Q3", sure="1")
    assert "<b>2</b>Released" in told
    assert "<b>1</b>Still wrong" in told
    assert Record.objects.count() == 2


def test_a_row_settled_by_another_is_left_out(desk: Client) -> None:
    push(call("Q1", XZB="N/A"), call("Q2", XZB="N/A"))
    first = open_row("Q1").pk
    desk.post(reverse("discard_row", args=[first]), {"reason": "测试"})
    rows = [str(first), str(open_row("Q2").pk)]
    sent = {"act": "discard", "row": rows, "sure": "1", "reason": "检修"}
    told = desk.post(MANY, sent).content.decode()
    assert "<b>1</b>Discarded" in told
    assert Problem.objects.get(pk=first).settled_reason == "测试"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sent", [{}, {"act": "discard"}, {"act": "burn", "row": "?"}, {"act": "set", "row": ""}]
)
def test_nothing_chosen_is_told_on_the_desk(cast: Cast, sent: dict[str, str]) -> None:
    push(call("Q1", XZB="N/A"))
    known = {"?": str(open_row().pk), "": str(uuid7())}
    given = {key: known.get(value, value) for key, value in sent.items()}
    answer = visitor(cast, "feed_officer").post(f"{MANY}?feed=police110", given, follow=True)
    assert answer.redirect_chain == [(f"{DESK}?feed=police110", 302)]
    assert "Choose rows that you may settle, and what to do." in answer.content.decode()
