"""Measures of collaboration, counted by hand and by the platform."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import pytest

from core.clock import fixed, now
from departments.selectors import collaboration
from tests.departments.office import Office

pytestmark = pytest.mark.django_db

LEAD, SUPPORT = "BH-FIRE-990102", "BH-PSB-990102"


@pytest.fixture
def start(office: Office) -> Iterator[datetime]:
    """Two tasks and a drill. Limits of the duty: sign for in 15 minutes, handle in 4 hours."""
    for who in ("dispatcher", "lead_officer", "supporting_officer", "verifier"):
        office.viewer(who)
    begin = now()
    with fixed(begin) as clock:
        task_id = office.dispatched()
        other = office.dispatched()
        drill = office.dispatched(origin_kind="drill")
        for minutes, who, name, of in (
            (10, "lead_officer", "sign_for", task_id),
            (11, "lead_officer", "sign_for", drill),
            (12, "lead_officer", "return", other),
            (20, "supporting_officer", "sign_for", task_id),
            (30, "lead_officer", "start", task_id),
            (30, "supporting_officer", "start", task_id),
            (300, "supporting_officer", "submit_feedback", task_id),
            (300, "lead_officer", "merge_feedback", task_id),
            (360, "verifier", "verify_fail", task_id),
        ):
            clock.set(begin + timedelta(minutes=minutes))
            office.act(who, of, name, "记录")
        clock.set(begin + timedelta(hours=24))
        yield begin


def _counts(office: Office, who: str, start: datetime, hours: float) -> dict[str, dict[str, Any]]:
    found = collaboration(office.viewer(who), start, start + timedelta(hours=hours))
    return {
        one.organisation: {name: value for name, value in asdict(one.counts).items() if value}
        for one in found
    }


def test_a_whole_day(office: Office, start: datetime) -> None:
    counts = _counts(office, "city_supervisor", start, 24)
    assert counts == {
        LEAD: {
            "led": 2, "should_sign": 1, "signed": 1, "signed_in_time": 1, "should_feed_back": 2,
            "fed_back": 1, "waiting": 1, "returned": 1, "reworked": 1, "hours": 5.0,
        },
        SUPPORT: {
            "supported": 2, "should_sign": 2, "signed": 1, "should_feed_back": 3, "fed_back": 1,
            "waiting": 2, "reworked": 1, "hours": 5.0,
        },
    }  # fmt: skip


def test_what_was_due_and_done_later_stays_waiting_in_its_period(
    office: Office, start: datetime
) -> None:
    counts = _counts(office, "city_supervisor", start, 4.5)
    assert counts[LEAD]["should_feed_back"] == counts[LEAD]["waiting"] == 1
    assert counts[SUPPORT]["should_feed_back"] == counts[SUPPORT]["waiting"] == 2
    assert "fed_back" not in counts[LEAD]


def test_nothing_before(office: Office, start: datetime) -> None:
    assert _counts(office, "city_supervisor", start - timedelta(days=9), 24) == {}


def test_an_officer_sees_the_own_house_only(office: Office, start: datetime) -> None:
    assert set(_counts(office, "lead_officer", start, 24)) == {LEAD}
    assert _counts(office, "other_officer", start, 24) == {}
    assert _counts(office, "system_admin", start, 24) == {}
    assert _counts(office, "district_supervisor", start, 24) == {}


def test_closed_tasks_are_their_leads(office: Office) -> None:
    begin = now()
    task_id = office.verifying()
    office.way(task_id, ("verifier", "verify_pass"), ("verifier", "close"))
    found = _counts(office, "verifier", begin, 1)
    assert found[LEAD]["closed"] == 1
    assert "closed" not in found[SUPPORT]
    assert found[LEAD]["fed_back"] == found[LEAD]["fed_back_in_time"] == 1
