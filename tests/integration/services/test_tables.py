"""Tables through the receiving service: what was found out, refused, corrected and read again."""

import io
from datetime import datetime

import pytest
from openpyxl import Workbook

from audit.domain import SYSTEM
from audit.models import AuditEntry
from core.errors import BadInput
from integration.models import Delivery, Problem, Record
from integration.services import load_profile, receive, release, restandardise
from tests.integration.hostile.feeds import BASE, GOOD

pytestmark = pytest.mark.django_db
_PLACE = {"position": None, "address": {"path": "address"}}


def _feed(key: str, **layout: object) -> str:
    load_profile(document={**BASE, **_PLACE, "key": key, "format": layout}, actor=SYSTEM)
    return key


def _csv(encoding: str, **changes: str) -> bytes:
    row = {**GOOD, **changes}
    return ("\n".join([",".join(row), ",".join(map(str, row.values()))])).encode(encoding)


def _workbook(*rows: dict[str, object]) -> bytes:
    book = Workbook()
    book.active.append(list(GOOD))
    for row in rows:
        book.active.append(list({**GOOD, **row}.values()))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_what_a_sender_declares_is_how_it_is_read_now_and_again(cast):
    feed = _feed("tables", name="csv", encoding="auto", delimiter="auto")
    traditional = dict.fromkeys(("address", "reporter_name", "title", "description"), "臺灣災難")
    body = _csv("big5", **traditional)
    with pytest.raises(BadInput):
        receive(feed_key=feed, body=body, sender=SYSTEM)
    answer = receive(feed_key=feed, body=body, sender=SYSTEM, charset="big5")
    assert answer.body["read_as"] == {"encoding": "big5", "delimiter": ","}
    assert Delivery.objects.get().read_as == answer.body["read_as"]
    document = {**BASE, **_PLACE, "key": feed, "summary": {"path": "address"}, "address": None,
                "format": {"name": "csv", "encoding": "auto", "delimiter": "auto"}}  # fmt: skip
    load_profile(document=document, actor=SYSTEM)
    (again,) = restandardise(feed_key=feed, actor=SYSTEM)
    assert (again.outcome, again.changed) == ("done", 1)
    assert Record.objects.get().summary == "臺灣災難"


def test_the_charset_of_a_request_reaches_the_reading(cast):
    feed = _feed("tables", name="csv", encoding="auto", delimiter="auto")
    answer = cast.client("feed_officer").post(
        f"/api/v1/feeds/{feed}/deliveries",
        _csv("latin-1", title="Stra\xdfe", address="", reporter_name="", description=""),
        content_type='text/csv; charset="iso-8859-1"',
    )
    assert answer.status_code == 201
    assert answer.json()["read_as"]["encoding"] == "iso-8859-1"
    assert Record.objects.get().summary == "Stra\xdfe"


def test_a_refused_delivery_leaves_its_digest_and_nothing_else():
    feed = _feed("tables", name="csv")
    for dry_run, entries in ((True, 0), (False, 1), (False, 2)):
        with pytest.raises(BadInput):
            receive(feed_key=feed, body=b"PK\x03\x04 x", sender=SYSTEM, dry_run=dry_run)
        found = AuditEntry.objects.filter(act="refuse_delivery")
        assert found.count() == entries
    assert found[0].detail["code"] == "unsupported_type"
    assert len(found[0].detail["sha256"]) == 64
    assert not Delivery.objects.exists()


def test_a_workbook_becomes_records_and_its_bad_row_is_corrected_field_by_field(cast):
    feed = _feed("books", name="xlsx")
    body = _workbook(
        {"event_id": "X-1", "occurred_at": datetime(2025, 6, 11, 8, 1)},  # noqa: DTZ001 - a cell
        {"event_id": 350203190001010017},
        {"event_id": "X-3", "occurred_at": None},
    )
    answer = receive(feed_key=feed, body=body, sender=SYSTEM)
    assert (answer.body["accepted"], answer.body["quarantined"]) == (1, 2)
    assert answer.body["read_as"] == {"sheet": "Sheet"}
    stored = Record.objects.get()
    assert stored.occurred_at.isoformat() == "2025-06-11T00:01:00+00:00"
    assert stored.quality == ["zone_assumed"]
    damaged, empty = Problem.objects.filter(settlement="open").order_by("line")
    assert (damaged.code, empty.code) == ("spreadsheet_damage", "missing_field")
    done = release(
        viewer=cast.viewer("feed_officer"),
        problem_id=empty.id,
        changes={"occurred_at": "2025-06-11T09:00:00+08:00", "title": "=1+1"},
    )
    assert done.body["accepted"] == 1
    assert Record.objects.get(source_id="X-3").summary == "=1+1"
