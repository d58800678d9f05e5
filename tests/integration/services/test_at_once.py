"""One row by a single statement: the same is kept as in the ordinary way, or nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.domain import SYSTEM
from audit.models import AuditEntry
from core.errors import DomainError, RuleBroken
from integration.models import Delivery, DeliveryBody, Feed, Problem, Record, RecordKey
from integration.services import receiving
from integration.services.at_once import fits_at_once
from tests.integration.domain.samples import lines
from tests.integration.services.conftest import call, push
from work.models import WorkItem

pytestmark = pytest.mark.django_db
_OWN = ("id", "key_id", "source_id", "delivery_id", "received_at", "personal", "feed_id", "digest")
_ODD = {"BJNR": "一行\t两行\n反斜杠\\N与\\n", "SFDZ": '"引号"{花括号}'}


def _statements(act: Callable[[], Any]) -> list[str]:
    with CaptureQueriesContext(connection) as found:
        act()
    return [one["sql"] for one in found.captured_queries if "SAVEPOINT" not in one["sql"]]


def _content(source_id: str) -> dict[str, Any]:
    record = Record.objects.get(source_id=source_id)
    told = {name: value for name, value in vars(record).items() if name not in _OWN}
    return {**told, "_state": None, "sealed": len(bytes(record.personal or b""))}


@pytest.mark.parametrize(
    "changes",
    [{}, _ODD, {"RS": None, "GXDWDM": "", "BJRXM": "", "BJRDH": ""}],
    ids=["plain", "odd", "sparse"],
)
def test_the_record_is_the_one_that_the_ordinary_way_stores(changes: dict[str, Any]):
    push(call("C1"))  # what the process remembers of the city
    body = lines([call("A1", **changes)])
    single = _statements(lambda: push(body=body))
    push(call("B1", **changes), call("B2"))
    assert [one.split()[0] for one in single] == ["SELECT", "EXECUTE"]
    assert _content("A1") == _content("B1")
    keys = RecordKey.objects.filter(source_id__in=["A1", "B1"]).order_by("source_id")
    assert [(one.current_version, one.exercise) for one in keys] == [(1, False)] * 2
    assert all(bytes(one.digest) == bytes(one.record.digest) for one in keys)


def test_everything_about_the_delivery_is_kept():
    answer = push(call("A1"), exercise=True).body
    delivery = Delivery.objects.get(id=answer["id"])
    assert (delivery.accepted, delivery.received, delivery.exercise) == (1, 1, True)
    assert {**delivery.answer} == answer
    assert DeliveryBody.objects.filter(delivery=delivery).exists()
    assert WorkItem.objects.filter(step="associate", object_id=delivery.id).exists()
    entry = AuditEntry.objects.get(object_id=str(delivery.id))
    assert (entry.act, entry.detail["accepted"]) == ("receive", 1)
    feed = Feed.objects.get(key="police110")
    assert feed.last_contact_at == delivery.received_at
    assert Record.objects.get().exercise


def test_what_came_before_is_answered_as_it_was():
    first = push(call("A1"))
    again = push(call("A1"))
    assert (again.replay, again.body) == (True, first.body)
    assert Delivery.objects.count() == Record.objects.count() == 1


def test_a_key_used_again_is_seen():
    push(call("A1"), idempotency_key="k")
    assert push(call("A1"), idempotency_key="k").replay
    with pytest.raises(RuleBroken, match="Idempotency-Key"):
        push(call("A2"), idempotency_key="k")
    assert RecordKey.objects.count() == 1


def test_a_row_of_a_known_record_goes_the_ordinary_way():
    push(call("A1"))
    assert push(call("A1", JQDJ="1")).body["updated"] == 1
    assert push(call("A1", JQDJ="1", SJLY="other source")).body["duplicates"] == 1
    assert Record.objects.get().version == 2


def test_a_flagged_row_and_a_bad_one_keep_their_problems():
    assert push(call("A1", XZB="", YZB="")).body["flagged"] == 1
    assert push(call("")).body["quarantined"] == 1
    assert Problem.objects.count() == 2


def test_a_feed_that_was_changed_meanwhile_is_read_anew(feed: Callable[..., str]):
    key = feed("lean")
    known = Feed.objects.get(key=key)
    feed("lean", summary={"path": "SFDZ"})
    body = lines([call("A1")])
    answer = receiving.receive(feed_key=key, feed=known, body=body, sender=SYSTEM)
    assert answer.body["profile_version"] == 2
    assert Record.objects.get().summary == call()["SFDZ"]


def test_a_feed_that_was_switched_off_meanwhile_takes_nothing(feed: Callable[..., str]):
    key = feed("lean")
    known = Feed.objects.get(key=key)
    Feed.objects.filter(key=key).update(active=False)
    with pytest.raises(DomainError):
        receiving.receive(feed_key=key, feed=known, body=lines([call("A1")]), sender=SYSTEM)
    assert not RecordKey.objects.exists()


def test_only_a_single_sound_row_fits(monkeypatch: pytest.MonkeyPatch):
    seen = []
    monkeypatch.setattr(
        receiving, "fits_at_once", lambda *given: seen.append(fits_at_once(*given)) or seen[-1]
    )
    push(call("A1"))
    push(call("B1"), call("B2"))
    push(call("C1", XZB="", YZB=""))
    push(body=lines([call("D1")]) + b"{broken")
    assert seen == [True, False, False, False]
