"""What people see of tasks."""

from datetime import timedelta

import pytest
from django.utils import translation

from core.clock import fixed, now
from core.errors import BadInput, NotFound
from departments.selectors import TaskFilter, inbox, task_detail, task_rows, tasks_visible_to
from departments.services import dispatch_alert, dispatch_alerts
from tests.departments.office import Office

pytestmark = pytest.mark.django_db


def test_who_sees_a_task(office: Office) -> None:
    task_id = dispatch_alert(alert=office.alert())
    assert task_id is not None
    seeing = {
        who
        for who in (
            "city_supervisor", "district_supervisor", "dispatcher", "verifier", "lead_officer",
            "supporting_officer", "other_officer", "feed_officer", "system_admin",
            "security_admin", "audit_admin",
        )
        if tasks_visible_to(office.viewer(who)).filter(pk=task_id).exists()
    }  # fmt: skip
    # The bureau of the feed is above the supporting branch in its line.
    assert seeing == {
        "city_supervisor", "dispatcher", "verifier", "lead_officer", "supporting_officer",
        "feed_officer",
    }  # fmt: skip


def test_foreign_viewers_find_nothing_anywhere(office: Office) -> None:
    task_id = office.dispatched()
    for who in ("other_officer", "district_supervisor", "system_admin"):
        viewer = office.viewer(who)
        assert task_rows(viewer, TaskFilter()).rows == []
        box = inbox(viewer)
        assert (box.parts.rows, box.tasks.rows) == ([], [])
        with pytest.raises(NotFound):
            task_detail(viewer, task_id)


def test_titles_of_machine_made_tasks_are_in_the_readers_language(office: Office) -> None:
    task_id = dispatch_alert(alert=office.alert(category=""))
    assert task_id is not None
    with translation.override("en"):
        assert task_detail(office.viewer("lead_officer"), task_id).title == (
            "Fire · Linjiang District"
        )
    with translation.override("zh-hans"):
        assert task_detail(office.viewer("lead_officer"), task_id).title == "消防 · 临江区"


def test_offers_say_what_may_be_done_and_why_not_yet(office: Office) -> None:
    task_id = office.dispatched()
    with translation.override("en"):
        detail = task_detail(office.viewer("lead_officer"), task_id)
    assert detail.allowed == ["sign_for", "assign", "return"]
    assert all(offer.organisation == "BH-FIRE-990102" for offer in detail.offers)
    assign = next(offer for offer in detail.offers if offer.name == "assign")
    assert assign.fields[0].choices[0][0] == "guoyanshan"
    office.way(task_id, ("lead_officer", "sign_for"), ("lead_officer", "start"))
    with translation.override("en"):
        detail = task_detail(office.viewer("lead_officer"), task_id)
    merge = next(offer for offer in detail.offers if offer.name == "merge_feedback")
    assert (merge.allowed, merge.reason) == (
        False,
        "A supporting department has not fed back yet.",
    )
    assert task_detail(office.viewer("feed_officer"), task_id).offers == ()


def test_offered_is_what_the_door_lets_through(office: Office) -> None:
    task_id = office.verifying()
    for who in ("verifier", "dispatcher", "lead_officer", "city_supervisor"):
        detail = task_detail(office.viewer(who), task_id)
        assert detail.allowed == (["verify_pass", "verify_fail"] if who == "verifier" else []), who


def test_the_timeline_tells_each_step_once(office: Office) -> None:
    task_id = office.verifying()
    office.way(task_id, ("verifier", "verify_pass"))
    with translation.override("en"):
        lines = task_detail(office.viewer("verifier"), task_id).timeline
    names = [line.name for line in lines]
    assert names.count("verify_pass") == names.count("dispatch") == 1
    signed = [line for line in lines if line.name == "sign_for"]
    assert {line.part for line in signed} == {"BH-FIRE-990102", "BH-PSB-990102"}
    assert signed[0].facts == (("Limit", "In time"),)
    assert [line.version for line in lines] == sorted(line.version for line in lines)
    # People are told by their names, not by what they sign in with.
    assert {line.actor for line in signed} == {"Guo Yanshan", "Han Jiangtao"}


def test_lists_filter_and_page(office: Office) -> None:
    begin = now()
    with fixed(begin) as clock:
        made = []
        for place in range(5):
            clock.advance(timedelta(seconds=1))
            district = "990102" if place % 2 else "990103"
            made.append(dispatch_alert(alert=office.alert(district=district)))
        clock.advance(timedelta(minutes=30))
        by_hand = office.report()
        viewer = office.viewer("dispatcher")
        every = [row.id for row in task_rows(viewer, TaskFilter()).rows]
        assert every == [by_hand, *reversed(made)]
        seen, cursor = [], None
        while True:
            page = task_rows(viewer, TaskFilter(), cursor=cursor, limit=2)
            seen += [row.id for row in page.rows]
            cursor = page.cursor
            if cursor is None:
                break
        assert seen == every

        def count(**wanted: object) -> int:
            return len(task_rows(viewer, TaskFilter(**wanted)).rows)  # type: ignore[arg-type]

        assert count(state="reported") == 1
        assert count(district="990103") == 3
        assert count(organisation="BH-FIRE-990102") == 2
        assert count(origin_kind="alert") == 5
        assert count(overdue=True) == 5  # signing for is overdue
        assert count(overdue=False) == 1
        assert count(exercise=True) == 0
    with pytest.raises(BadInput):
        task_rows(viewer, TaskFilter(), cursor="nonsense")


def test_the_inbox_of_an_officer_is_sorted_by_what_is_due(office: Office) -> None:
    begin = now()
    with fixed(begin) as clock:
        later = dispatch_alert(alert=office.alert(risk_level="general"))
        clock.advance(timedelta(minutes=1))
        made = dispatch_alerts(alerts=[office.alert() for _ in range(3)])
        box = inbox(office.viewer("lead_officer"))
        ids = [row.task_id for row in box.parts.rows]
        assert set(ids[:3]) == set(made.values())
        assert ids[3] == later
        assert [row.overdue for row in box.parts.rows] == [False] * 4
        seen, cursor = [], None
        while True:
            page = inbox(office.viewer("lead_officer"), parts_cursor=cursor, limit=3).parts
            seen += [row.task_id for row in page.rows]
            cursor = page.cursor
            if cursor is None:
                break
        assert seen == ids
        clock.advance(timedelta(minutes=12))
        assert inbox(office.viewer("lead_officer")).parts.rows[0].overdue is True
    assert box.tasks.rows == []


def test_the_inbox_follows_the_work(office: Office) -> None:
    def tasks(who: str) -> int:
        return len(inbox(office.viewer(who)).tasks.rows)

    def steps(who: str) -> list[str]:
        with translation.override("en"):
            return [row.step_label for row in inbox(office.viewer(who)).parts.rows]

    task_id = office.report()
    assert (tasks("dispatcher"), tasks("verifier"), steps("lead_officer")) == (1, 0, [])
    office.way(task_id, ("dispatcher", "accept"), ("dispatcher", "file"))
    office.act(
        "dispatcher", task_id, "dispatch",
        lead="BH-FIRE-990102", supporting=["BH-PSB-990102"],
    )  # fmt: skip
    assert (tasks("dispatcher"), steps("lead_officer")) == (0, ["Sign for"])
    office.act("supporting_officer", task_id, "return", "不属我局")
    assert (tasks("dispatcher"), steps("supporting_officer")) == (1, [])
    office.act("dispatcher", task_id, "rule", "维持", part="BH-PSB-990102", decision="confirm")
    office.way(
        task_id,
        ("lead_officer", "sign_for"),
        ("lead_officer", "start"),
        ("lead_officer", "submit_feedback"),
    )
    assert steps("lead_officer") == []  # nothing to merge yet
    office.way(
        task_id,
        ("supporting_officer", "sign_for"),
        ("supporting_officer", "start"),
        ("supporting_officer", "submit_feedback"),
    )
    assert steps("lead_officer") == ["Merge feedback"]
    office.way(task_id, ("lead_officer", "merge_feedback"))
    assert (tasks("dispatcher"), tasks("verifier"), steps("lead_officer")) == (0, 1, [])
