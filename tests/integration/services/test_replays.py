"""The same bytes or key again, dry runs and exercises, under every version rule."""

import pytest
from django.db import connection

from audit.models import AuditEntry
from core.errors import RuleBroken
from integration.models import (
    Delivery,
    DeliveryBody,
    DeliveryKey,
    Feed,
    Problem,
    Record,
    RecordKey,
    RecordVersion,
)
from integration.services import heartbeat
from tests.integration.services.conftest import call, push
from work.models import WorkItem

_ALL = (
    Delivery,
    DeliveryBody,
    DeliveryKey,
    Problem,
    Record,
    RecordKey,
    RecordVersion,
    WorkItem,
    AuditEntry,
)
_RULES = [{"rule": "arrival"}, {"rule": "immutable"}, {"rule": "path", "path": "VER"}]


def _stored() -> list[int]:
    return [kind.objects.count() for kind in _ALL]


def _conflict(*rows: dict[str, object], key: str) -> str:
    with pytest.raises(RuleBroken) as caught:
        push(*rows, idempotency_key=key)
    return caught.value.code


@pytest.mark.django_db
def test_a_key_first_used_on_a_replay_is_remembered():
    first = push(call("A"))
    again = push(call("A"), idempotency_key="k")
    assert (again.status, again.replay, again.body) == (200, True, first.body)
    assert _conflict(call("B"), key="k") == "idempotency_conflict"
    assert push(call("A"), idempotency_key="k").body == first.body
    assert DeliveryKey.objects.count() == 1


@pytest.mark.django_db
def test_a_delivery_may_be_known_by_several_keys():
    first = push(call("A"), idempotency_key="k1")
    for key in ("k2", "k3", "k2", "k1"):
        assert push(call("A"), idempotency_key=key).body == first.body
    assert {_conflict(call("B"), key=key) for key in ("k1", "k2", "k3")} == {"idempotency_conflict"}
    assert not Record.objects.filter(source_id="B").exists()


@pytest.mark.django_db
def test_keys_are_the_feeds_own(feed):
    push(call("A"))
    push(call("A"), idempotency_key="k")
    other = push(call("B"), feed_key=feed("other"), idempotency_key="k")
    assert other.status == 201


@pytest.mark.django_db
def test_a_dry_run_of_a_replay_remembers_no_key():
    first = push(call("A"))
    dry = push(call("A"), idempotency_key="k", dry_run=True)
    assert (dry.replay, dry.body) == (True, first.body)
    assert push(call("B"), idempotency_key="k").status == 201


@pytest.mark.django_db
def test_a_dry_run_answers_as_the_delivery_would_be_answered_a_replay_included():
    first = push(call("A"), call("B", XZB="N/A"))
    before = _stored()
    dry = push(call("A"), call("B", XZB="N/A"), dry_run=True)
    assert (dry.status, dry.replay, dry.body) == (200, True, first.body)
    # The same rows in other bytes are judged: what is stored is a duplicate.
    dry = push(call("A"), call("B", XZB="N/A"), call("C"), dry_run=True)
    assert (dry.status, dry.body["duplicates"], dry.body["quarantined"]) == (201, 1, 1)
    assert dry.body["accepted"] == 1
    assert _stored() == before


@pytest.mark.django_db
@pytest.mark.parametrize("version", _RULES, ids=lambda rule: rule["rule"])
@pytest.mark.parametrize("exercise", [False, True])
def test_a_dry_run_leaves_nothing_under_any_rule(feed, version, exercise, monkeypatch):
    monkeypatch.setattr("integration.domain.formats.CHUNK_ROWS", 2)
    key = feed("dry", version=version)
    push(call("A", VER="1"), call("B", VER="1"), feed_key=key, exercise=exercise)
    contact = Feed.objects.get(key=key).last_contact_at
    before = _stored()
    rows = [
        call("A", VER="2", JQDJ="1"),
        call("B", VER="1", JQDJ="1"),
        call("B", VER="1"),
        call("C", VER="1"),
        call("D", VER="1", XZB="N/A"),
        call("D", VER="1", XZB="N/A"),
        call("", VER="1"),
    ]
    dry = push(*rows, feed_key=key, dry_run=True, exercise=exercise)
    assert _stored() == before
    assert Feed.objects.get(key=key).last_contact_at == contact
    real = push(*rows, feed_key=key, exercise=exercise)
    names = ("received", "accepted", "updated", "duplicates", "quarantined", "flagged", "codes")
    assert {name: dry.body[name] for name in names} == {name: real.body[name] for name in names}
    assert sum(real.body[name] for name in names[1:5]) == len(rows)
    assert (dry.body["id"], dry.body["problems_url"], dry.body["exercise"]) == (
        None,
        None,
        exercise,
    )
    assert set(Record.objects.values_list("exercise", flat=True)) == {exercise}


def _locks_on(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation "
            "WHERE c.relname = %s AND l.pid = pg_backend_pid()",
            [table],
        )
        return int(cursor.fetchone()[0])


def test_a_dry_run_leaves_no_lock_and_no_row_behind_it(committed_db: str):
    push(call("Q", XZB="N/A"), dry_run=True)
    assert connection.in_atomic_block is False
    assert _locks_on("integration_feed") == 0
    assert not Problem.objects.exists()
    assert push(call("Q", XZB="N/A")).status == 201


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 30])
def test_a_delivery_of_bad_rows_alone_is_taken_and_quarantined(rows):
    answer = push(*(call("", RS=n) for n in range(rows)))
    assert (answer.status, answer.body["received"], answer.body["quarantined"]) == (201, rows, rows)
    assert Problem.objects.filter(settlement="open").count() == rows
    assert not Record.objects.exists()
    assert not WorkItem.objects.filter(step="associate").exists()


@pytest.mark.django_db
def test_so_is_one_of_lines_that_cannot_be_read():
    answer = push(body=b"{\nnot json\n[]\n")
    assert (answer.status, answer.body["quarantined"], answer.body["received"]) == (201, 3, 3)


def test_a_sign_of_life_does_not_wait_for_a_delivery_on_its_way(committed_db: str):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    other = connection.copy("other")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM integration_feed WHERE key = 'police110' FOR NO KEY UPDATE"
            )
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 200")
        assert heartbeat(feed_key="police110") is not None
        assert Feed.objects.get(key="police110").last_contact_at is None
        other.rollback()
        at = heartbeat(feed_key="police110")
        assert Feed.objects.get(key="police110").last_contact_at == at
    finally:
        other.close()
