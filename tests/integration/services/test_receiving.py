import gzip
import hashlib
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from audit.models import AuditEntry
from core import clock
from core.errors import BadInput, NotFound, Refused, RuleBroken
from integration.models import (
    Delivery,
    DeliveryBody,
    Feed,
    Problem,
    Record,
    RecordKey,
    RecordVersion,
)
from integration.services.bodies import Safe
from tests.integration.domain.samples import lines
from tests.integration.services.conftest import call, push
from work.models import WorkItem

pytestmark = pytest.mark.django_db
_COUNTS = ("received", "accepted", "updated", "duplicates", "quarantined", "flagged")


def _counts(answer) -> tuple[int, ...]:
    return tuple(answer.body[name] for name in _COUNTS)


def _stored() -> tuple[int, ...]:
    kinds = (Delivery, DeliveryBody, Problem, Record, RecordKey, RecordVersion, WorkItem)
    return tuple(kind.objects.count() for kind in kinds)


def test_a_row_becomes_a_record_in_the_citys_terms():
    answer = push(call())
    assert (answer.status, answer.replay) == (201, False)
    record = Record.objects.get(source_id="J1")
    assert record.category == "fire"
    assert record.severity == 2
    assert record.occurred_at == datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert record.listed_at == record.occurred_at
    assert (record.x_original, record.crs_original) == ("120.304700", "GCJ-02")
    # GCJ-02 lies some 500 m beside WGS-84 here.
    assert 0.003 < 120.3047 - record.lon < 0.006
    assert record.district.startswith("9901")
    assert record.grid.startswith(record.district)
    assert record.h3 > 0
    assert (record.upstream_state, record.version) == ("received", 1)
    assert record.attributes == {"people": 1, "police_unit": "9901030000"}
    assert (record.delivery_id, record.line) == (UUID(answer.body["id"]), 0)


def test_every_row_has_one_outcome_and_every_problem_its_code():
    push(call("old"))
    answer = push(
        call("new"),
        call("old"),
        call("old", JQDJ="1"),
        call(""),
        call("odd", BJLBDM="ZZ"),
        call("odd", BJLBDM="ZZ"),
        call("late", XZB="", YZB=""),
        call("bad", XZB="N/A", BJSJ="x"),
    )
    assert _counts(answer) == (8, 3, 1, 2, 2, 2)
    assert answer.body["codes"] == {
        "duplicate": 2,
        "missing_id": 1,
        "bad_code": 1,
        "no_coordinates": 1,
        "bad_time": 1,
        "bad_number": 1,
    }
    told = [(one["line"], one["code"], one["outcome"]) for one in answer.body["problems"]]
    assert told == [
        (3, "missing_id", "quarantined"),
        (7, "bad_time", "quarantined"),
        (7, "bad_number", "quarantined"),
        (4, "bad_code", "flagged"),
        (6, "no_coordinates", "flagged"),
        (1, "duplicate", "duplicate"),
        (5, "duplicate", "duplicate"),
    ]
    assert sorted(told) == sorted(
        (one["line"], one["code"], one["outcome"]) for one in answer.problems()
    )
    odd = Record.objects.get(source_id="odd")
    assert (odd.category, odd.category_original, odd.quality) == ("unmapped", "ZZ", ["bad_code"])


def test_the_same_bytes_give_the_first_answer_and_change_nothing():
    first = push(call(), call("J2", XZB="N/A"))
    before = _stored()
    again = push(call(), call("J2", XZB="N/A"))
    assert (again.status, again.replay) == (200, True)
    assert again.body == first.body
    assert _stored() == before
    assert [one["code"] for one in again.problems()] == ["bad_number"]


def test_the_same_bytes_packed_are_the_same_bytes():
    first = push(call())
    packed = push(body=gzip.compress(lines([call()])), content_encoding="gzip")
    assert packed.replay
    assert packed.body["sha256"] == hashlib.sha256(lines([call()])).hexdigest()
    assert packed.body == first.body


def test_a_known_key_gives_the_first_answer_or_refuses_other_bytes():
    first = push(call(), idempotency_key="k")
    assert push(call(), idempotency_key="k").body == first.body
    with pytest.raises(RuleBroken) as caught:
        push(call("J2"), idempotency_key="k")
    assert (caught.value.code, caught.value.status) == ("idempotency_conflict", 422)
    assert not Record.objects.filter(source_id="J2").exists()


def test_a_dry_run_answers_the_same_and_stores_nothing():
    before = _stored()
    dry = push(call(), call("J2", XZB="N/A"), dry_run=True)
    assert _stored() == before
    real = push(call(), call("J2", XZB="N/A"))
    differing = {"id", "problems_url", "received_at"}
    assert {name: value for name, value in dry.body.items() if name not in differing} == {
        name: value for name, value in real.body.items() if name not in differing
    }
    assert list(dry.problems()) == dry.body["problems"]


def test_an_exercise_never_touches_a_real_record_nor_hides_it():
    push(call(JQDJ="1"), exercise=True)
    real = push(call(JQDJ="1"))
    assert real.body["accepted"] == 1
    push(call(JQDJ="3"), exercise=True)
    assert Record.objects.get(source_id="J1", exercise=False).severity == 1
    assert Record.objects.get(source_id="J1", exercise=True).severity == 3


def test_a_delivery_is_audited_once_counted_and_owed_to_the_next_step():
    feed = Feed.objects.get(key="police110")
    with clock.fixed(datetime(2026, 11, 20, 8, tzinfo=UTC)):
        answer = push(call(), call("J2"))
    (entry,) = AuditEntry.objects.filter(object_id=answer.body["id"])
    assert entry.detail["accepted"] == 2
    assert WorkItem.objects.filter(step="associate", object_id=answer.body["id"]).count() == 1
    feed.refresh_from_db()
    assert feed.last_contact_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    delivery = Delivery.objects.get(id=answer.body["id"])
    assert (delivery.received, delivery.accepted, delivery.answer) == (2, 2, answer.body)


def test_a_delivery_of_duplicates_alone_is_owed_to_nobody():
    push(call())
    answer = push(call(), call())
    assert _counts(answer) == (2, 0, 0, 2, 0, 0)
    assert not WorkItem.objects.filter(object_id=answer.body["id"]).exists()


def test_the_body_and_quarantined_rows_are_kept_sealed_and_open_with_the_key_ring():
    body = lines([call("", BJNR="不可读的秘密")])
    answer = push(body=body)
    kept = DeliveryBody.objects.get(delivery_id=answer.body["id"])
    (problem,) = Problem.objects.filter(delivery_id=answer.body["id"])
    for sealed in (kept.sealed, problem.sealed_row, kept.wrapped_key):
        assert "不可读的秘密".encode() not in bytes(sealed)
    safe = Safe.of(kept)
    assert safe.body(kept) == body
    assert safe.open_row(problem.line, bytes(problem.sealed_row)) == body
    assert problem.settlement == "open"


def test_only_the_first_hundred_problems_are_in_the_answer_quarantined_first():
    rows = [call(f"D{n}", BJLBDM="ZZ") for n in range(90)] + [call("") for _ in range(60)]
    answer = push(*rows)
    outcomes = [one["outcome"] for one in answer.body["problems"]]
    assert outcomes == ["quarantined"] * 60 + ["flagged"] * 40
    assert len(list(answer.problems())) == 150


@pytest.mark.parametrize(
    ("options", "code", "status"),
    [
        ({"body": b""}, "empty_file", 400),
        ({"body": b"x" * 70_000_000}, "too_large", 413),
        (
            {"body": gzip.compress(b"\n" * 70_000_000), "content_encoding": "gzip"},
            "bomb_suspected",
            413,
        ),
        (
            {"body": gzip.compress(b"") * 101 + gzip.compress(b"{}"), "content_encoding": "gzip"},
            "bomb_suspected",
            413,
        ),
        ({"body": b"no gzip", "content_encoding": "gzip"}, "malformed_file", 400),
        ({"body": gzip.compress(b"{}")[:-4], "content_encoding": "gzip"}, "malformed_file", 400),
        ({"body": b"{}", "content_encoding": "br"}, "unsupported_type", 415),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_unusable_file_is_refused_whole(options, code, status):
    before = _stored()
    with pytest.raises(BadInput) as caught:
        push(**options)
    assert (caught.value.code, caught.value.status) == (code, status)
    assert _stored() == before


def test_too_many_rows_leave_nothing_behind(feed):
    feed("small", limits={"text": 2000, "rows": 3, "bytes": 100_000})
    with pytest.raises(BadInput) as caught:
        push(*(call(f"J{n}") for n in range(4)), feed_key="small")
    assert caught.value.code == "too_many_rows"
    assert not Record.objects.filter(feed__key="small").exists()


def test_unknown_and_closed_feeds_are_refused():
    with pytest.raises(NotFound):
        push(call(), feed_key="nobody")
    Feed.objects.filter(key="police110").update(active=False)
    with pytest.raises(Refused) as caught:
        push(call())
    assert caught.value.code == "feed_closed"


def test_a_corrected_profile_holds_for_the_next_delivery(feed):
    feed("calls")
    push(call("A", BJLBDM="999999"), feed_key="calls")
    feed("calls", category={"path": "BJLBDM", "codes": {"999999": "noise"}})
    answer = push(call("B", BJLBDM="999999"), feed_key="calls")
    assert answer.body["profile_version"] == 2
    assert Record.objects.get(feed__key="calls", source_id="B").category == "noise"
    assert Record.objects.get(feed__key="calls", source_id="A").category == "unmapped"


def test_texts_that_copy_gives_a_meaning_are_stored_as_they_are():
    odd = "back\\slash \\N tab\there\nline \\. {a,b} \"q\" 'q' %s"
    push(call("o\\N", BJNR=odd, SFDZ="\\N"))
    record = Record.objects.get(source_id="o\\N")
    assert (record.summary, record.address) == (odd, "\\N")


def test_a_csv_feed_without_ids_tells_equal_rows_apart(feed):
    feed(
        "houston",
        format={"name": "csv", "encoding": "utf-8", "delimiter": ","},
        identity={"rule": "content"},
        version={"rule": "immutable"},
        category={"path": "category", "codes": None},
        severity={"fixed": 3, "scale": "houston"},
        occurred_at={"path": "time", "form": "%Y-%m-%d %H:%M", "zone": "America/Chicago"},
        position={"form": "pair", "lon": "lon", "lat": "lat", "crs": "WGS-84"},
        address=None,
        summary=None,
        upstream_state=None,
        attributes=[],
        personal=[],
        ignored=[],
    )
    row = b"120.3001,30.3001,2026-11-01 01:30,theft\n"
    head = b"lon,lat,time,category\n"
    answer = push(body=head + row + row, feed_key="houston")
    assert _counts(answer) == (2, 2, 0, 0, 0, 2)
    assert answer.body["codes"] == {"time_ambiguous": 2}
    again = push(body=head + row * 3, feed_key="houston")
    assert _counts(again) == (3, 1, 0, 2, 0, 1)
    assert json.dumps(answer.body["problems"])  # plain JSON
