"""Kept deliveries read again under a corrected profile: contents in place, judgment behind."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit.domain import SYSTEM
from audit.models import AuditEntry
from integration.models import (
    Delivery,
    DeliveryBody,
    Problem,
    Record,
    RecordKey,
    RecordVersion,
    Restandardisation,
)
from integration.services import discard, restandardise, reveal
from pipeline.worker import Tally, drain
from risk.models import Incident, IncidentRecord
from tests.integration.domain.samples import lines
from tests.integration.services.conftest import DOCUMENT, call, push
from work.models import WorkItem

pytestmark = pytest.mark.django_db

# How somebody got the profile wrong at first: fires were noise, and GCJ-02 was taken for WGS-84.
WRONG = {
    "category": {"path": "BJLBDM", "codes": {"020100": "noise", "020400": "gas.leak"}},
    "position": {"form": "pair", "lon": "XZB", "lat": "YZB", "crs": "WGS-84"},
}
RIGHT = {name: DOCUMENT[name] for name in WRONG}


def _again(key: str = "calls", **options: object) -> dict[str, int]:
    """Restandardise and sum up."""
    found = list(restandardise(feed_key=key, actor=SYSTEM, **options))
    names = ("same", "changed", "released", "refused")
    sums = {name: sum(getattr(one, name) for one in found) for name in names}
    return {**sums, "done": sum(one.outcome == "done" for one in found)}


def _contents() -> list[tuple[object, ...]]:
    """Every stored content, its digests and its versions."""
    names = ("source_id", "version", "version_mark", "category", "lon", "lat", "quality")
    rows = [*Record.objects.values_list(*names, "digest", "profile_version")]
    rows += RecordVersion.objects.values_list(*names, "digest", "profile_version")
    return sorted([(*row[:7], bytes(row[7]), row[8]) for row in rows], key=repr)


@pytest.fixture
def wrong(feed) -> str:
    return feed("calls", **WRONG)


def test_categories_and_places_are_right_afterwards_under_the_same_versions(feed, wrong):
    push(call("F1"), call("F2", JQDJ="4"), feed_key=wrong)
    push(call("F2", JQDJ="3"), feed_key=wrong)
    before = {one.source_id: one for one in Record.objects.all()}
    assert {one.category for one in before.values()} == {"noise"}
    feed("calls", **RIGHT)
    assert _again() == {"same": 0, "changed": 3, "released": 0, "refused": 0, "done": 2}
    for record in Record.objects.select_related("key"):
        old = before[record.source_id]
        assert (record.category, record.profile_version) == ("fire", 2)
        assert (record.version, record.delivery_id) == (old.version, old.delivery_id)
        assert record.crs_original == "GCJ-02"
        # 500 metres, by which GCJ-02 is off.
        assert 0.003 < old.lon - record.lon < 0.006
        assert record.h3 != old.h3
        assert bytes(record.key.digest) == bytes(record.digest)
    (late,) = RecordVersion.objects.all()
    assert (late.category, late.version, late.severity) == ("fire", 1, 4)


def test_a_second_run_does_nothing_and_resends_are_duplicates(feed, wrong):
    rows = [call("F1"), call("F2", JQDJ="4")]
    push(*rows, feed_key=wrong)
    push(call("F2", JQDJ="3"), feed_key=wrong)
    # Now a further field is read, so that every digest is another.
    read_more = [*DOCUMENT["attributes"], {"path": "SJLY", "name": "channel", "type": "text"}]
    feed("calls", **RIGHT, attributes=read_more, ignored=[])
    _again()
    stored = _contents()
    assert _again()["done"] == 0
    assert _contents() == stored
    assert Restandardisation.objects.count() == 2
    answer = push(*rows, call("F2", JQDJ="3"), call("new"), feed_key=wrong)
    assert (answer.body["duplicates"], answer.body["accepted"]) == (3, 1)
    assert Record.objects.get(source_id="F1").attributes["channel"] == "110"


def test_judgment_follows(feed, wrong):
    near = {"BJSJ": "20261101120000"}
    push(*(call(f"F{n}", **near) for n in range(3)), feed_key=wrong)
    drain(Tally())
    (noise,) = Incident.objects.all()
    assert (noise.family, noise.record_count) == ("environment", 3)
    feed("calls", **RIGHT)
    _again()
    assert WorkItem.objects.filter(step="associate").count() == 1
    drain(Tally())
    fire = Incident.objects.get(family="fire")
    assert (fire.record_count, fire.category) == (3, "fire")
    assert abs(fire.lon - Record.objects.all()[0].lon) < 1e-9
    noise.refresh_from_db()
    assert noise.record_count == 0
    assert set(IncidentRecord.objects.values_list("incident_id", flat=True)) == {fire.id}


def test_rows_in_quarantine_that_are_sound_now_come_in(feed, cast):
    # Read with the wrong system, points at the edge of the city lie outside of it.
    key = feed("calls", occurred_at={**DOCUMENT["occurred_at"], "form": "%Y-%m-%d %H:%M:%S"})
    first = push(call("Q1"), call("Q2", XZB="N/A"), call("Q3"), feed_key=key)
    assert first.body["quarantined"] == 3
    discarded = Problem.objects.get(source_id="Q3")
    feed("calls")
    discard(viewer=cast.viewer("feed_officer"), problem_id=discarded.id, reason="a joke")
    assert _again() == {"same": 0, "changed": 0, "released": 1, "refused": 0, "done": 1}
    record = Record.objects.get()
    assert (record.source_id, str(record.delivery_id), record.line) == ("Q1", first.body["id"], 0)
    assert record.received_at == Delivery.objects.get().received_at
    released = Problem.objects.get(source_id="Q1")
    assert (released.settlement, released.settled_reason) == ("released", "profile version 2")
    assert released.detail["released_to"] == first.body["id"]
    assert Problem.objects.get(settlement="open").source_id == "Q2"
    assert WorkItem.objects.filter(step="associate", object_id=first.body["id"]).exists()
    # What was released is the delivery's own from now on: the next profile rewrites it.
    feed("calls", **WRONG)
    assert _again()["changed"] == 1


def test_a_row_that_waited_never_replaces_what_came_after_it(feed):
    key = feed("calls", occurred_at={**DOCUMENT["occurred_at"], "form": "%Y-%m-%d %H:%M:%S"})
    push(call(JQDJ="4"), feed_key=key)
    feed("calls")
    push(call(JQDJ="1"), feed_key=key)
    assert _again()["released"] == 1
    assert (Record.objects.get().severity, Record.objects.get().version) == (1, 1)
    assert RecordVersion.objects.get().severity == 4
    assert RecordKey.objects.get().current_version == 1


def test_what_would_be_refused_now_stays_and_is_counted(feed):
    key = feed("calls")
    push(call("A"), call("B", XZB="", YZB=""), call("C", RS="many"), feed_key=key)
    as_number = [{"path": "GXDWDM", "name": "police_unit", "type": "boolean"}]
    feed("calls", attributes=as_number)
    before = _contents()
    done = _again()
    assert (done["refused"], done["changed"]) == (2, 0)
    assert _contents() == before


def test_a_row_that_names_another_record_now_is_left_alone(feed):
    key = feed("calls")
    push(call("A", RS="9"), feed_key=key)
    feed("calls", identity={"rule": "path", "path": "RS"}, attributes=[])
    assert _again()["refused"] == 1
    assert RecordKey.objects.get().source_id == "A"


def test_personal_fields_follow_and_stay_sealed(feed, cast):
    key = feed("calls", personal=[{"path": "BJRXM", "kind": "name"}], ignored=["BJRDH"])
    push(call("A"), call("B"), feed_key=key)
    sealed = {one.source_id: bytes(one.personal) for one in Record.objects.all()}
    feed("calls", category=WRONG["category"], personal=[{"path": "BJRXM", "kind": "name"}])
    _again()
    # The same fields keep their seal; a further one makes a new bundle.
    assert {one.source_id: bytes(one.personal) for one in Record.objects.all()} == sealed
    feed("calls", category=WRONG["category"])
    assert _again()["changed"] == 2
    record = Record.objects.get(source_id="A")
    shown = reveal(
        viewer=cast.viewer("feed_officer"),
        record_id=record.key_id,
        purpose="contact",
        reason="to ask again",
    )
    assert {one.name: one.value for one in shown} == {"BJRXM": "赵某某", "BJRDH": "13912345678"}


def test_versions_that_say_the_same_now_stay_two_and_later_ones_still_come(feed):
    key = feed("calls")
    push(call(RS=1), feed_key=key)
    push(call(RS=2), feed_key=key)
    feed("calls", attributes=[], ignored=["RS", "GXDWDM", "SJLY"])
    assert _again()["changed"] == 2
    assert push(call(RS=2), call("x"), feed_key=key).body["duplicates"] == 1
    # The current content goes into the history without meeting itself there.
    assert push(call(RS=3, JQDJ="1"), feed_key=key).body["updated"] == 1
    assert RecordVersion.objects.count() == 2


def test_a_feed_without_ids_keeps_its_records_under_the_ids_of_today(feed):
    changes = {"identity": {"rule": "content"}, "version": {"rule": "immutable"}}
    key = feed("calls", **changes)
    rows = [call("", RS=1), call("", RS=1), call("", RS=2)]
    push(*rows, feed_key=key)
    keys = set(RecordKey.objects.values_list("id", flat=True))
    feed("calls", **changes, category=WRONG["category"], attributes=[], ignored=["RS", "GXDWDM"])
    assert _again()["changed"] == 3
    assert set(RecordKey.objects.values_list("id", flat=True)) == keys
    again = push(*rows, call("", JQDJ="1"), feed_key=key)
    assert (again.body["duplicates"], again.body["accepted"]) == (3, 1)


def test_exercises_are_read_again_as_exercises(feed, wrong):
    push(call(), feed_key=wrong, exercise=True)
    push(call(), feed_key=wrong)
    feed("calls", **RIGHT)
    assert _again()["changed"] == 2
    assert set(Record.objects.values_list("category", "exercise")) == {
        ("fire", True),
        ("fire", False),
    }


def test_in_small_chunks_with_broken_rows_between_every_line_meets_its_own(feed, monkeypatch):
    monkeypatch.setattr("integration.domain.formats.CHUNK_ROWS", 2)
    key = feed("calls", **WRONG)
    good = [call(f"G{n}", JQDJ=str(n % 4 + 1)) for n in range(6)]
    body = b"\n".join(
        [lines(good[:3]), b"{", lines([call("bad", XZB="x")]), b"{{", lines(good[3:])]
    )
    push(body=body, feed_key=key)
    feed("calls", **RIGHT)
    assert _again()["changed"] == 6
    levels = dict(Record.objects.values_list("source_id", "severity"))
    assert levels == {f"G{n}": n % 4 + 1 for n in range(6)}


def test_a_dry_run_tells_the_same_and_changes_nothing(feed, wrong):
    push(call("F1"), call("Q", BJSJ="x"), feed_key=wrong)
    feed("calls", **RIGHT)
    before, audited = _contents(), AuditEntry.objects.count()
    WorkItem.objects.all().delete()
    told = _again(dry_run=True)
    assert told == {"same": 0, "changed": 1, "released": 0, "refused": 0, "done": 1}
    assert (_contents(), AuditEntry.objects.count()) == (before, audited)
    assert not Restandardisation.objects.exists()
    assert not WorkItem.objects.exists()
    assert _again() == told
    assert AuditEntry.objects.filter(act="restandardise").count() == 1


def test_gone_and_unreadable_deliveries_are_told_and_the_others_done(feed, wrong):
    gone = push(call("A"), feed_key=wrong).body["id"]
    kept = push(call("B"), feed_key=wrong).body["id"]
    DeliveryBody.objects.filter(delivery_id=gone).delete()
    feed("calls", **RIGHT)
    outcomes = {
        str(one.delivery_id): one.outcome for one in restandardise(feed_key=wrong, actor=SYSTEM)
    }
    assert outcomes == {gone: "gone", kept: "done"}
    columns = {"name": "csv", "encoding": "utf-8", "delimiter": ","}
    feed("calls", **RIGHT, format=columns)
    (_, other) = restandardise(feed_key=wrong, actor=SYSTEM)
    assert (other.outcome, other.code) == ("unreadable", "header_mismatch")
    assert Record.objects.get(source_id="B").profile_version == 2


def _manage(*arguments: str) -> dict[str, object]:
    out = StringIO()
    call_command("restandardise", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])


def test_by_command_for_one_delivery_and_for_all(feed, wrong):
    first = push(call("A"), feed_key=wrong).body["id"]
    push(call("B"), feed_key=wrong)
    feed("calls", **RIGHT)
    assert _manage(wrong, "--delivery", first, "--dry-run")["changed"] == 1
    told = _manage(wrong, "--delivery", first)
    assert (told["deliveries"], told["changed"], told["profile_version"]) == (1, 1, 2)
    told = _manage(wrong)
    assert (told["deliveries"], told["current"], told["gone"]) == (1, 1, [])
    other = push(call("P")).body["id"]
    for arguments in (("nobody",), (wrong, "--delivery", other)):
        with pytest.raises(CommandError):
            _manage(*arguments)


def test_a_row_that_is_sound_now_does_not_replace_a_later_line_of_its_delivery(feed):
    feed("calls")
    push(call("F1", JQDJ="4", RS="many"), call("F1", JQDJ="1"), feed_key="calls")
    told = [one for one in DOCUMENT["attributes"] if one["path"] != "RS"]
    feed("calls", attributes=[*told, {"path": "RS", "name": "people"}])
    assert _again()["released"] == 1
    assert Record.objects.get(source_id="F1").severity == 1
    assert RecordVersion.objects.get(source_id="F1").severity == 4
