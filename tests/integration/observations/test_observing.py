"""Observations through the receiving service: stored once, judged, counted, kept."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from accounts.selectors import viewer_of
from audit.domain import SYSTEM
from audit.models import AuditEntry
from core import clock
from integration.models import Datastream, Delivery, Observation, Problem, Record
from integration.services import load_profile, release, restandardise
from integration.services.quarantine import raw_row
from tests.cast import Cast
from tests.integration.observations.stations import STATIONS, codes, counts, feed, push, seen
from work.models import WorkItem

pytestmark = pytest.mark.django_db
_ARRIVAL = {"version": {"rule": "arrival"}}


def _of(stream: str = "s1") -> list[Observation]:
    rows = Observation.objects.filter(datastream__key=stream)
    return list(rows.order_by("phenomenon_time"))


def test_an_observation_is_stored_with_all_it_tells_and_makes_no_record():
    feed()
    answer = push(
        seen(
            resultTime="2026-11-01T16:00:05+08:00",
            resultQuality="good",
            parameters={"battery": 3.5, "firmware": "not declared"},
        )
    )
    assert counts(answer) == (1, 1, 0, 0, 0)
    (one,) = _of()
    assert one.phenomenon_time == datetime(2026, 11, 1, 8, tzinfo=UTC)
    assert one.result_time == datetime(2026, 11, 1, 8, 0, 5, tzinfo=UTC)
    assert (one.number, one.text, one.quality) == (1.5, None, "good")
    assert one.parameters == {"battery": 3.5}
    assert (one.delivery_id, one.line) == (UUID(answer.body["id"]), 0)
    assert one.phenomenon_end is None
    assert Record.objects.count() == 0
    assert WorkItem.objects.count() == 0
    delivery = Delivery.objects.get(id=answer.body["id"])
    assert delivery.feed.last_contact_at == one.received_at
    assert AuditEntry.objects.filter(act="receive", object_id=str(delivery.id)).count() == 1


def test_the_same_result_is_a_duplicate_and_another_one_a_conflict():
    feed()
    first = push(seen())
    again = push(seen(), seen("08:01", 2), seen("08:01", 2.0), seen("08:00", 9))
    assert counts(again) == (4, 1, 0, 2, 1)
    assert codes(again) == [
        (3, "conflict", ""),
        (0, "duplicate", ""),
        (2, "duplicate", ""),
    ]
    detail = again.body["problems"][0]["detail"]
    assert (detail["delivery"], detail["line"]) == (first.body["id"], 0)
    assert detail["phenomenon_time"] == "2026-11-01T08:00:00Z"
    assert [one.number for one in _of()] == [1.5, 2.0]


def test_late_and_exchanged_observations_are_normal():
    feed()
    assert counts(push(seen("09:00"), seen("07:00"), seen("08:00"))) == (3, 3, 0, 0, 0)
    assert counts(push(seen("06:00", stream="s2"), seen("08:30"))) == (2, 2, 0, 0, 0)
    assert [one.phenomenon_time.hour for one in _of()] == [7, 8, 8, 9]


def test_the_same_bytes_again_change_nothing():
    feed()
    first = push(seen())
    again = push(seen())
    assert (again.status, again.replay, again.body) == (200, True, first.body)
    assert Observation.objects.count() == 1


def test_a_dry_run_answers_the_same_and_stores_nothing():
    feed()
    answer = push(seen(), seen("08:00", 3), dry_run=True)
    assert (answer.status, counts(answer)) == (201, (2, 1, 0, 0, 1))
    assert Observation.objects.count() == Datastream.objects.count() == 0
    assert counts(push(seen(), seen("08:00", 3))) == (2, 1, 0, 0, 1)


def test_a_later_result_takes_the_place_where_the_feed_says_so_and_a_resend_never_reverts():
    feed(**_ARRIVAL)
    push(seen(result=1))
    assert counts(push(seen(result=2), seen(result=3))) == (2, 0, 2, 0, 0)
    assert counts(push(seen(result=1), seen("08:01"))) == (2, 1, 0, 1, 0)
    one = _of()[0]
    assert one.number == 3
    assert [before["number"] for before in one.replaced] == [2.0, 1.0]
    assert counts(push(seen(result=2), seen("08:02"))) == (2, 1, 0, 1, 0)


def test_an_unknown_datastream_is_made_or_waits_as_the_feed_says():
    feed()
    push(seen(stream="new"))
    made = Datastream.objects.get()
    assert (made.key, made.registered, made.exercise) == ("new", False, False)
    feed(observed={**STATIONS["observed"], "unknown": "quarantine"})
    answer = push(seen(stream="new", time="09:00"), seen(stream="other"))
    assert counts(answer) == (2, 1, 0, 0, 1)
    assert codes(answer) == [(1, "unknown_datastream", "datastream")]
    assert Datastream.objects.count() == 1


@pytest.mark.parametrize(
    ("observation", "code", "field"),
    [
        ({"result": 1, "Datastream": {"@iot.id": "s1"}}, "missing_field", "phenomenonTime"),
        (seen(result=None), "missing_field", "result"),
        (seen(result=""), "missing_field", "result"),
        (seen(stream=None), "missing_field", "datastream"),
        (seen(stream={"a": 1}), "wrong_type", "datastream"),
        (seen(stream=True), "wrong_type", "datastream"),
        (seen(stream="x" * 201), "too_long", "datastream"),
        (seen(time="25:00"), "bad_time", "phenomenonTime"),
        ({**seen(), "phenomenonTime": "2031-01-01T00:00:00Z"}, "future_time", "phenomenonTime"),
        (
            {**seen(), "phenomenonTime": "2026-11-01T08:00:00Z/2026-11-01T07:00:00Z"},
            "bad_time",
            "phenomenonEnd",
        ),
        (seen(resultQuality="x" * 501), "too_long", "resultQuality"),
        (seen(parameters={"battery": "low"}), "bad_number", "parameters.battery"),
        (seen(stream="a\x00b"), "control_characters", ""),
        (7, "wrong_type", ""),
    ],
)
def test_what_cannot_be_used_waits_with_its_reason(observation, code, field):
    feed()
    answer = push(observation, seen("08:05"), seen("08:06"))
    assert counts(answer) == (3, 2, 0, 0, 1)
    assert codes(answer) == [(0, code, field)]


@pytest.mark.parametrize(
    ("kind", "result", "number", "text"),
    [
        ("", 20, 20.0, None),
        ("", True, None, "true"),
        ("", "closed", None, "closed"),
        ("", {"v": [1, 2]}, None, '{"v":[1,2]}'),
        ("", 2**60 + 1, float(2**60), str(2**60 + 1)),
        (
            "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
            "20.5",
            20.5,
            None,
        ),
        ("OM_CountObservation", "7", 7.0, None),
        ("OM_CategoryObservation", "0012", None, "0012"),
    ],
)
def test_a_result_is_a_number_or_a_text_by_what_its_datastream_measures(kind, result, number, text):
    key = feed()
    Datastream.objects.create(
        feed=Delivery(feed_id=_feed_id(key)).feed, key="s1", observation_type=kind
    )
    assert counts(push(seen(result=result))) == (1, 1, 0, 0, 0)
    (one,) = _of()
    assert (one.number, one.text) == (number, text)
    assert counts(push(seen(result=result), seen("08:01"))) == (2, 1, 0, 1, 0)


def _feed_id(key: str) -> UUID:
    return load_profile(document=STATIONS | {"key": key}, actor=SYSTEM).id


def test_a_measurement_that_is_no_number_waits():
    feed(observed={**STATIONS["observed"], "type": "number"})
    answer = push(seen(result="n/a"), seen("08:01", True), seen("08:02", "1e999"), seen("08:03"))
    assert codes(answer) == [
        (0, "bad_number", "result"),
        (1, "bad_number", "result"),
        (2, "not_finite", "result"),
    ]


def test_an_exercise_measures_series_of_its_own():
    feed()
    push(seen(result=1))
    assert counts(push(seen(result=2), exercise=True)) == (1, 1, 0, 0, 0)
    assert [one.number for one in _of()] == [1.0, 2.0]
    assert Datastream.objects.filter(key="s1").count() == 2
    told = dict(Datastream.objects.values_list("exercise", "observations__number"))
    assert told == {False: 1.0, True: 2.0}


def test_an_exercise_knows_what_is_registered():
    key = feed(observed={**STATIONS["observed"], "unknown": "quarantine"})
    Datastream.objects.create(
        feed_id=_feed_id(key), key="s1", unit="ppm", observation_type="OM_Measurement"
    )
    feed(observed={**STATIONS["observed"], "unknown": "quarantine"})
    assert counts(push(seen(result="3"), exercise=True)) == (1, 1, 0, 0, 0)
    twin = Datastream.objects.get(exercise=True)
    assert (twin.unit, twin.registered) == ("ppm", False)


def test_a_row_that_waited_is_corrected_and_released(cast: Cast):
    feed()
    problem = Problem.objects.get(delivery_id=push(seen(result=None)).body["id"])
    viewer = viewer_of(cast.officer("feed_officer"))
    row = raw_row(viewer=viewer, problem_id=problem.id)
    assert row.fields is not None
    assert dict(row.fields) == {
        "datastream": "s1",
        "phenomenonTime": "2026-11-01T08:00:00Z",
        "result": None,
    }
    answer = release(viewer=viewer, problem_id=problem.id, changes={"result": 4})
    assert counts(answer) == (1, 1, 0, 0, 0)
    assert [one.number for one in _of()] == [4.0]
    problem.refresh_from_db()
    assert problem.settlement == "released"


def test_a_released_row_takes_no_place_of_what_came_after_it(cast: Cast):
    feed(**_ARRIVAL)
    problem = Problem.objects.get(delivery_id=push(seen(result=None)).body["id"])
    push(seen(result=2))
    viewer = viewer_of(cast.officer("feed_officer"))
    release(viewer=viewer, problem_id=problem.id, changes={"result": 4})
    (one,) = _of()
    assert (one.number, [before["number"] for before in one.replaced]) == (2.0, [4.0])


def test_reading_again_releases_what_is_sound_now_and_renews_what_is_stored():
    waiting = {**STATIONS["observed"], "unknown": "quarantine"}
    key = feed(observed=waiting)
    Datastream.objects.create(feed_id=_feed_id(key), key="s1")
    feed(observed=waiting)
    push(seen(result="7", parameters={"battery": 3}), seen(stream="s2", result=1))
    assert [(one.number, one.text) for one in _of()] == [(None, "7")]
    feed(observed=STATIONS["observed"] | {"type": "number"}, attributes=[])
    (done,) = restandardise(feed_key=key, actor=SYSTEM)
    assert (done.outcome, done.same, done.changed, done.released) == ("done", 0, 1, 1)
    (one,) = _of()
    assert (one.number, one.text, one.parameters) == (7.0, None, None)
    assert [one.number for one in _of("s2")] == [1.0]
    (again,) = restandardise(feed_key=key, actor=SYSTEM)
    assert again.outcome == "current"


def test_ten_thousand_rows_go_through_in_chunks_and_add_up():
    feed()
    rows = [
        [f"2026-11-01T{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}Z", n % 50]
        for n in range(12_000)
    ]
    told = {
        "Datastream": {"@iot.id": 7},
        "components": ["phenomenonTime", "result"],
        "dataArray": rows,
    }
    with clock.fixed(datetime(2026, 11, 2, tzinfo=UTC)):
        assert counts(push(told)) == (12_000, 12_000, 0, 0, 0)
        assert counts(push(told, seen("01:00", stream="7"))) == (12_001, 0, 0, 12_000, 1)
    assert Observation.objects.filter(datastream__key="7").count() == 12_000
