"""Owed work: once per object, under a lease, finished with its effect or not at all."""

from datetime import timedelta
from uuid import UUID

import pytest

from core import clock
from core.ids import uuid7
from work import selectors
from work.models import WorkItem
from work.numbers import reserve
from work.services import MAX_ATTEMPTS, claim, enqueue, fail, finish, revive

pytestmark = pytest.mark.django_db


def _owe(count: int) -> list[UUID]:
    ids = [uuid7() for _ in range(count)]
    enqueue(step="gather", object_ids=ids)
    return ids


def test_what_is_owed_twice_is_done_once() -> None:
    ids = _owe(3)
    enqueue(step="gather", object_ids=ids)
    claims = claim(step="gather", limit=10)
    assert sorted(one.object_id for one in claims) == sorted(ids)
    assert finish(claims) == 3
    assert selectors.waiting() == {}


def test_a_leased_item_is_nobody_elses_until_the_lease_ends() -> None:
    _owe(1)
    assert len(claim(step="gather", limit=5, lease_seconds=60)) == 1
    assert claim(step="gather", limit=5) == []
    with clock.fixed(clock.now() + timedelta(seconds=61)):
        assert len(claim(step="gather", limit=5)) == 1


def test_a_lost_lease_cannot_finish() -> None:
    _owe(1)
    first = claim(step="gather", limit=1, lease_seconds=60)
    with clock.fixed(clock.now() + timedelta(seconds=61)):
        second = claim(step="gather", limit=1)
    assert finish(first) == 0
    assert finish(second) == 1


def test_an_object_that_changed_meanwhile_is_owed_again() -> None:
    (one,) = _owe(1)
    claims = claim(step="gather", limit=1)
    enqueue(step="gather", object_ids=[one])
    assert finish(claims) == 1
    assert [again.object_id for again in claim(step="gather", limit=1)] == [one]


def test_errors_wait_longer_and_longer_and_then_for_a_person() -> None:
    _owe(1)
    instant = clock.now()
    for attempt in range(1, MAX_ATTEMPTS + 1):
        with clock.fixed(instant):
            (one,) = claim(step="gather", limit=1)
            assert one.attempts == attempt
            fail([one], error="broken")
            assert claim(step="gather", limit=1) == []
        instant += timedelta(seconds=2**attempt)
    (dead,) = selectors.dead()
    assert (dead.error, selectors.waiting()) == ("broken", {})
    revive(ids=[dead.id])
    assert len(claim(step="gather", limit=1)) == 1


def test_an_error_that_no_retry_helps_is_dead_at_once() -> None:
    _owe(1)
    fail(claim(step="gather", limit=1), error="never", retry=False)
    assert selectors.dead().count() == 1


def test_what_changed_while_it_failed_starts_anew() -> None:
    ids = _owe(1)
    held = claim(step="gather", limit=1)
    enqueue(step="gather", object_ids=ids)
    fail(held, error="of what it was, \x00", retry=False)
    assert not selectors.dead().exists()
    with clock.fixed(clock.now() + timedelta(minutes=2)):
        assert len(claim(step="gather", limit=1)) == 1


def test_the_oldest_come_first() -> None:
    ids = _owe(5)
    assert {one.object_id for one in claim(step="gather", limit=2)} <= set(ids)
    assert WorkItem.objects.filter(lease=None).count() == 3


def test_numbers_never_repeat() -> None:
    day = clock.now().date()
    first, second = reserve("task", 3, day), reserve("task", 2, day)
    assert len({*first, *second}) == 5
    assert first[0].startswith(f"T{day:%Y%m%d}-")
