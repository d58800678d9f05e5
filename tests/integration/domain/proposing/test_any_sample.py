"""Whatever a sample holds, a proposal keeps its promises; the parts find what they are for."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.coordinates import from_wgs84
from core.errors import BadInput
from integration.domain.proposing import Proposal, propose
from tests.integration.domain.proposing.binhai import city
from tests.integration.domain.samples import NOW

BASE = {"key": "any", "kind": "event"}
_SCALAR = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=30),
    st.sampled_from(["2026-11-03", "120.3,30.2", "13812345678", "一级", "火灾", "王女士", "Ⅰ"]),
)  # fmt: skip
_VALUE = st.recursive(
    _SCALAR,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
_ROWS = st.lists(st.dictionaries(st.text(max_size=8), _VALUE, max_size=6), min_size=1, max_size=8)


def _ndjson(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def _proposed(rows: list[dict[str, Any]], **base: Any) -> Proposal:
    return propose(_ndjson(rows), base=BASE | base, city=city())


@settings(max_examples=80, deadline=None)
@given(_ROWS)
def test_any_rows_give_a_bounded_proposal_or_a_file_code(rows: list[dict[str, Any]]) -> None:
    try:
        found = _proposed(rows)
    except BadInput as refused:
        assert refused.code
        return
    paths = {one.path for one in found.paths}
    for part in found.parts:
        certain = [one.certainty for one in part.options]
        assert all(0 <= one <= 1 for one in certain)
        assert part.note.text
        if isinstance(part.value, dict) and "path" in part.value:
            assert part.value["path"] in paths
    kept: Any = found.document.get("attributes", [])
    closed = {one.path for one in found.paths if one.personal}
    assert not closed & {one["path"] for one in kept}
    assert json.dumps(found.document)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_proposed_for_or_refused_with_a_file_code(body: bytes) -> None:
    try:
        found = propose(body, base=BASE, city=city())
    except BadInput as refused:
        assert refused.code
    else:
        assert found.rows >= 1


_FORMS = (
    "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y%m%d%H%M%S", "%Y年%m月%d日 %H时%M分", "%Y-%m-%d",
    "%Y%m%d", "%Y年%m月%d日", "%d.%m.%Y %H:%M",
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(_FORMS), st.integers(0, 2**31), st.integers(25, 60))
def test_a_time_is_read_in_the_form_in_which_it_was_written(
    form: str, seed: int, rows: int
) -> None:
    random = np.random.default_rng(seed)
    moments = [NOW - timedelta(minutes=int(one)) for one in random.integers(1500, 100_000, rows)]
    # Day and month can be told apart where some day is beyond the twelfth.
    moments[0] = moments[0].replace(day=25, month=10)
    found = _proposed(
        [{"no": f"A{at:04d}", "at": one.strftime(form)} for at, one in enumerate(moments)]
    )
    assert found.document["occurred_at"] == {"path": "at", "form": form, "zone": "Asia/Shanghai"}


def test_a_time_written_in_several_ways_is_read_in_all_of_them() -> None:
    moments = [NOW - timedelta(hours=at + 30) for at in range(60)]
    ways = ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y年%m月%d日 %H时%M分")
    rows = [
        {"no": f"A{at:03d}", "at": one.strftime(ways[0 if at % 4 else at // 4 % 2 + 1])}
        for at, one in enumerate(moments)
    ]
    occurred: Any = _proposed(rows).document["occurred_at"]
    assert occurred["form"] == ways[0]
    assert set(occurred["also"]) == set(ways[1:])


def test_day_and_month_that_cannot_be_told_apart_are_asked_for() -> None:
    rows = [{"no": f"A{at}", "at": f"{at % 9 + 1:02d}/10/2026"} for at in range(40)]
    part = _proposed(rows).part("occurred_at")
    assert part is not None
    assert not part.decided
    assert part.ask is not None
    forms = {one.value["form"] for one in part.options}  # type: ignore[index]
    assert {"%d/%m/%Y", "%m/%d/%Y"} <= forms


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["WGS-84", "GCJ-02", "BD-09", "EPSG:3857", "EPSG:4528", "EPSG:4549"]),
    st.sampled_from(["pair", "text", "array", "array_lat_first", "text_lat_first"]),
    st.integers(0, 2**31),
)
def test_a_position_is_found_in_every_form_and_its_true_system_is_among_the_options(
    crs: str, form: str, seed: int
) -> None:
    random = np.random.default_rng(seed)
    lon, lat = random.uniform(120.05, 120.55, 60), random.uniform(30.12, 30.48, 60)
    x, y = (one.round(6).tolist() for one in from_wgs84(lon, lat, crs))
    rows = [{"no": f"A{at:03d}", "v": at * 7 % 13} | _place(form, x[at], y[at]) for at in range(60)]
    found = _proposed(rows)
    position: Any = found.document["position"]
    assert position["form"] == form.split("_")[0]
    if form == "pair":
        assert (position["lon"], position["lat"]) == ("east", "north")
    else:
        assert position["order"] == ("lat_lon" if form.endswith("first") else "lon_lat")
    part = found.part("position")
    assert part is not None
    assert crs in {one.value["crs"] for one in part.options}  # type: ignore[index]


def _place(form: str, x: float, y: float) -> dict[str, Any]:
    return {
        "pair": {"east": f"{x}", "north": y},
        "text": {"xy": f"{x},{y}"},
        "text_lat_first": {"xy": f"{y} {x}"},
        "array": {"xy": [x, y]},
        "array_lat_first": {"xy": [y, x, 12.5]},
    }[form]


@pytest.mark.parametrize("scale", [1e5, 1e6, 1e7])
def test_scaled_integers_and_labels_of_a_system_are_understood(scale: float) -> None:
    random = np.random.default_rng(1)
    rows = [
        {"id": f"A{at}", "jd": round(lon * scale), "wd": round(lat * scale), "sys": "gcj02"}
        for at, (lon, lat) in enumerate(
            zip(random.uniform(120.1, 120.5, 40), random.uniform(30.2, 30.4, 40), strict=True)
        )
    ]
    position: Any = _proposed(rows).document["position"]
    assert position["scale"] == scale
    assert (position["crs_path"], position["crs_codes"]) == ("sys", {"gcj02": "GCJ-02"})


def test_geojson_is_found_as_a_shape() -> None:
    rows = [
        {"id": f"A{at}", "geom": {"type": "Point", "coordinates": [120.2 + at / 1000, 30.3]}}
        for at in range(20)
    ]
    assert _proposed(rows).document["position"] == {"form": "geojson", "path": "geom"}


def test_a_column_that_rises_where_ids_repeat_is_the_version() -> None:
    resent = [{"id": f"A{at:03d}", "rev": 1, "n": at % 7} for at in range(100)]
    resent += [{"id": f"A{at:03d}", "rev": 2, "n": at % 5} for at in range(0, 100, 8)]
    found = _proposed(resent)
    assert found.document["identity"] == {"rule": "path", "path": "id"}
    assert found.document["version"] == {"rule": "path", "path": "rev"}


def test_rows_without_an_id_are_told_apart_by_content() -> None:
    rows = [{"kind": "火灾", "n": at % 3} for at in range(40)]
    assert _proposed(rows).document["identity"] == {"rule": "content"}


@pytest.mark.parametrize(
    ("path", "value", "kind"),
    [
        ("a", "13812345678", "phone"), ("b", "110101199003074514", "resident_id"),
        ("c", "浙A12345", "plate"), ("d", "wang@example.cn", "email"), ("xm", "王小明", "name"),
        ("sfzh", "", "resident_id"), ("联系电话", "—", "phone"),
    ],
)  # fmt: skip
def test_what_tells_of_persons_is_sealed_or_left_out(path: str, value: str, kind: str) -> None:
    rows = [{"id": f"A{at}", path: value, "kind": "fire"} for at in range(30)]
    found = _proposed(rows)
    seen = next(one for one in found.paths if one.path == path)
    assert seen.personal == kind
    assert seen.use in ("personal", "ignored")
    if value not in ("", "—"):
        assert value not in str(seen.examples)


def test_many_rows_paths_and_depths_are_bounded() -> None:
    deep: dict[str, Any] = {"x": 1}
    for _ in range(40):
        deep = {"d": deep}
    wide = {f"p{at}": at for at in range(2000)}
    found = _proposed(
        [{"id": f"A{at}"} | (wide | {"deep": deep} if at < 2 else {}) for at in range(1500)]
    )
    assert found.rows == 1000
    assert len(found.paths) <= 200


def test_instants_in_the_future_are_no_occurrence() -> None:
    begin = datetime(2026, 11, 1, tzinfo=UTC)
    rows = [
        {
            "id": f"A{at}",
            "valid": (begin + timedelta(days=400 + at)).strftime("%Y-%m-%d"),
            "seen": (begin + timedelta(hours=at)).strftime("%Y-%m-%d %H:%M:%S"),
        }
        for at in range(60)
    ]
    occurred: Any = _proposed(rows).document["occurred_at"]
    assert occurred["path"] == "seen"
