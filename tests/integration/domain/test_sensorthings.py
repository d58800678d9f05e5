"""SensorThings observations as rows, and rows as observations."""

import json
import math
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BadInput, RuleBroken
from integration.domain import formats
from integration.domain.example import example_row
from integration.domain.formats.sensorthings import addressed
from integration.domain.observations import Known, Replacement, decide
from integration.domain.profile import Format, Profile
from integration.domain.profile_document import check, validate
from integration.domain.register import entries
from tests.integration.domain.samples import sheets, told
from tests.integration.observations.stations import STATIONS

_TIME = "2026-11-01T08:00:00Z"
_ONE: dict[str, Any] = {"phenomenonTime": _TIME, "result": 1.5, "Datastream": {"@iot.id": "s1"}}
_PLAIN = {"datastream": "s1", "phenomenonTime": _TIME, "result": 1.5}


def stations(**changes: Any) -> Profile:
    """The profile of a feed of measuring stations."""
    return validate({**STATIONS, **changes}, categories=(), organisations=("BH-PSB",))


def _rows(body: Any) -> list[dict[str, object]]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return formats.sample(raw, Format(name="sensorthings"), 100)


@pytest.mark.parametrize(
    "body", [_ONE, [_ONE], {"value": [_ONE]}, {"@iot.count": 1, "value": [_ONE]}]
)
def test_an_observation_stands_alone_or_in_lists(body):
    assert _rows(body) == [_PLAIN]


def test_a_data_array_is_a_row_for_each_of_its_rows():
    array = {
        "Datastream": {"@iot.id": 42},
        "components": ["phenomenonTime", "result", "FeatureOfInterest/id", "resultQuality"],
        "dataArray@iot.count": 3,
        "dataArray": [[_TIME, 20, 1, "good"], [_TIME, None, 1, None], ["short"]],
    }
    assert _rows([array, _ONE]) == [
        {"datastream": 42, "phenomenonTime": _TIME, "result": 20, "resultQuality": "good"},
        {"datastream": 42, "phenomenonTime": _TIME, "result": None, "resultQuality": None},
        _PLAIN,
    ]
    body = json.dumps([array, _ONE]).encode()
    (chunk,) = formats.read(body, stations())
    assert (list(chunk.lines), [(one.line, one.code) for one in chunk.broken]) == (
        [0, 1, 3],
        [(2, "wrong_type")],
    )


def test_an_interval_has_a_begin_and_an_end_and_parameters_are_kept():
    told = _ONE | {
        "phenomenonTime": f"{_TIME}/2026-11-01T09:00:00Z",
        "parameters": {"battery": 3},
        "FeatureOfInterest": {"@iot.id": 1},
    }
    assert _rows(told) == [
        {
            **_PLAIN,
            "phenomenonEnd": "2026-11-01T09:00:00Z",
            "parameters": {"battery": 3},
        }
    ]


@pytest.mark.parametrize("datastream", [None, 7, "s1", {}, {"id": 1}])
def test_a_datastream_that_tells_no_id_is_none(datastream):
    assert _rows(_ONE | {"Datastream": datastream})[0]["datastream"] is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty_file"),
        (b"7", "malformed_file"),
        (b"[", "malformed_file"),
        (b'{"result": 1', "malformed_file"),
        (b'[{"components": [], "dataArray": []}]', "malformed_file"),
        (b'[{"components": ["result"], "dataArray": {}}]', "malformed_file"),
        (b'[{"dataArray": [[1]]}]', "malformed_file"),
        (b'[{"result": ' + b"9" * 5000 + b"}]", "malformed_file"),
        (b"[" * 200, "malformed_file"),
    ],
)
def test_what_holds_no_observations_is_refused_whole(body, code):
    with pytest.raises(BadInput) as refused:
        list(formats.read(body, stations()))
    assert refused.value.code == code


def test_it_is_recognised():
    for body in ([_ONE], _ONE, [{"components": ["result"], "dataArray": []}]):
        assert formats.recognised(json.dumps(body).encode())[0] == Format(name="sensorthings")


def test_the_address_and_the_clock_tell_what_the_sender_left_out():
    at = datetime(2026, 11, 1, 8, tzinfo=UTC)
    bare = b'{"result": 1.50}'
    assert json.loads(addressed(bare, datastream="a/b", at=at)) == {
        "result": 1.5,
        "Datastream": {"@iot.id": "a/b"},
        "phenomenonTime": "2026-11-01T08:00:00+00:00",
    }
    whole = json.dumps(_ONE).encode()
    assert addressed(whole, datastream=None, at=at) == whole
    told = json.loads(addressed(whole, datastream="s2", at=at))
    assert told["Datastream"] == {"@iot.id": "s2"}
    for body in (b"[]", b"7", b"{", b'"x"'):
        with pytest.raises(BadInput):
            addressed(body, datastream=None, at=at)


def test_a_kept_row_is_corrected_in_the_form_it_is_kept_and_sent_as_an_observation():
    told = _ONE | {"phenomenonTime": f"{_TIME}/2026-11-01T09:00:00Z"}
    (chunk,) = formats.read(json.dumps(told).encode(), stations())
    row = formats.row_of(chunk.raw(0), stations())
    assert row == {**_PLAIN, "phenomenonEnd": "2026-11-01T09:00:00Z"}
    body = formats.alone(row | {"result": 2}, stations())
    assert json.loads(body) == told | {"result": 2}
    (again,) = formats.read(body, stations())
    assert (again.columns["result"], again.columns["phenomenonEnd"]) == (
        [2],
        [row["phenomenonEnd"]],
    )


def test_an_example_of_the_profile_is_a_sound_observation():
    at = datetime(2026, 11, 19, 8, tzinfo=UTC)
    row = example_row(stations(), at=at, lon=120.5, lat=30.5, category="fire")
    body = formats.alone(row, stations())
    assert json.loads(body)["Datastream"] == {"@iot.id": "EXAMPLE-1"}
    (sheet,) = sheets(body, stations())
    assert (told(sheet), sheet.alive.tolist()) == ([], [True])


_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(st.sampled_from(["@iot.id", "a", "battery"]), inside, max_size=3)
    ),
    max_leaves=6,
)
_members = st.dictionaries(
    st.sampled_from(
        ["phenomenonTime", "result", "Datastream", "resultTime", "resultQuality", "parameters",
         "dataArray", "components", "datastream", "value"]
    ),
    _values | st.sampled_from([_TIME, {"@iot.id": 1}, ["result"], [[1]]]),
    max_size=6,
)  # fmt: skip


@settings(deadline=None)
@given(st.one_of(_members, st.lists(_members | _values, max_size=4)))
def test_no_delivery_breaks_the_reader(told):
    body = json.dumps(told).encode()
    try:
        found = sheets(body, stations())
    except BadInput as refused:
        assert refused.code in ("malformed_file", "unsupported_type")
        return
    for sheet in found:
        alive = sheet.alive.tolist()
        for good, number, text in zip(
            alive, sheet.record["number"], sheet.record["text"], strict=True
        ):
            assert not good or number is not None or text is not None
            assert number is None or math.isfinite(number)


_KEY = ("s", 0)


def test_a_result_that_was_stored_once_never_comes_back():
    stored = {_KEY: Known((2.0, None), frozenset({(1.0, None)}))}
    rows = [(0, _KEY, (1.0, None)), (1, _KEY, (3.0, None)), (2, _KEY, (2.0, None))]
    made = decide("arrival", rows, stored)
    assert (made.replacements, made.duplicates) == ([Replacement(1, True)], [0, 2])
    made = decide("immutable", rows, stored)
    assert (made.duplicates, made.conflicts) == ([0, 2], [1])


@settings(deadline=None)
@given(st.lists(st.integers(0, 3), max_size=12), st.booleans())
def test_every_row_has_one_fate_and_the_last_new_result_counts(results, ahead):
    rows = [(line, _KEY, (float(one), None)) for line, one in enumerate(results)]
    made = decide("arrival", rows, {_KEY: Known((0.0, None), ahead=ahead)})
    lines = [one.line for one in made.replacements]
    assert sorted([*lines, *made.duplicates]) == list(range(len(rows)))
    assert [one.current for one in made.replacements] == [
        not ahead and line == lines[-1] for line in lines
    ]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"observed": None}, "observed"),
        ({"kind": "event"}, "observed"),
        ({"version": {"rule": "path", "path": "v"}}, "version.rule"),
        ({"category": {"path": "x"}}, "category"),
        ({"identity": {"rule": "path", "path": "x"}}, "identity"),
        ({"address": {"path": "x"}}, "address"),
        ({"personal": [{"path": "who", "kind": "name"}]}, "personal"),
        ({"occurred_at": None}, "occurred_at"),
        (
            {"observed": STATIONS["observed"] | {"until": {"path": "x", "form": "soon"}}},
            "observed.until.form",
        ),
    ],
)
def test_a_profile_of_observations_is_checked(changes, path):
    told = {**STATIONS, **changes}
    document = {name: value for name, value in told.items() if value is not None}
    _, faults = check(document, categories=("x",), organisations=("BH-PSB",))
    assert path in [one.path for one in faults]


def test_a_profile_of_observations_needs_no_id_and_no_category():
    _, faults = check(STATIONS, categories=(), organisations=("BH-PSB",))
    assert faults == []


def test_a_register_is_read_and_its_faults_are_told_at_once():
    (one,) = entries([{"key": 7, "unit": "ppm", "lon": "120.3", "lat": "30.2", "model": "X1"}])
    assert (one.key, one.unit, one.lon, one.lat) == ("7", "ppm", 120.3, 30.2)
    assert one.properties == {"model": "X1"}
    rows = [{"key": ""}, {"key": "a", "lon": "200", "lat": "1"}, {"key": "a", "unit": "x" * 33}]
    with pytest.raises(RuleBroken) as refused:
        entries(rows)
    told = [(one["row"], one["column"]) for one in refused.value.detail["faults"]]
    assert told == [(1, "key"), (2, "lon"), (2, "lon"), (3, "unit"), (3, "key")]


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(["key", "lon", "lat", "unit", "x"]), _values)))
def test_no_register_breaks(rows):
    try:
        found = entries(rows)
    except RuleBroken:
        return
    assert len({one.key for one in found}) == len(rows)
    msgspec.json.encode(found)
