"""Formats of whole documents through receiving, the quarantine desk and reading again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import msgspec
import pytest
from shapely.geometry import Point

from audit.domain import SYSTEM
from integration.models import Delivery, Problem, Record
from integration.services import raw_row, receive, release, restandardise
from tests.integration.domain.layer_files import archive, geopackage, parts_of

pytestmark = pytest.mark.django_db

_PLACES = [(120.3047, 30.2975), (120.3051, 30.2981)]
_CODES = {"020100": "fire"}


@dataclass(frozen=True)
class Way:
    """How one format has the same rows. ``name``: of a column's path."""

    layout: dict[str, Any]
    write: Callable[[list[dict[str, Any]]], bytes]
    name: Callable[[str], str] = str
    shapes: bool = True


def _shape(row: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [row["lon"], row["lat"]]}


def _json(rows: list[dict[str, Any]]) -> bytes:
    return msgspec.json.encode({"data": {"items": rows}})


def _geojson(rows: list[dict[str, Any]]) -> bytes:
    features = [{"type": "Feature", "properties": row, "geometry": _shape(row)} for row in rows]
    return msgspec.json.encode({"type": "FeatureCollection", "features": features})


def _frame(rows: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    shapes = [Point(row["lon"], row["lat"]) for row in rows]
    columns = {name: [row[name] for row in rows] for name in ("no", "code", "at", "what")}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326").to_crs("EPSG:4549")


WAYS = {
    "json": Way({"name": "json", "rows": "data.items"}, _json, shapes=False),
    "geojson": Way({"name": "geojson"}, _geojson, "properties.{}".format),
    "shapefile": Way(
        {"name": "shapefile", "encoding": "auto"}, lambda rows: archive(parts_of(_frame(rows)))
    ),
    "geopackage": Way({"name": "geopackage"}, lambda rows: geopackage(_frame(rows))),
}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    return WAYS[request.param]


@pytest.fixture
def load(feed, way) -> Callable[..., str]:
    """Makes the feed of the format, with changed members of its profile."""

    def make(**changes: object) -> str:
        pair = {"form": "pair", "lon": "lon", "lat": "lat", "crs": "WGS-84"}
        document: dict[str, Any] = {
            "format": way.layout,
            "identity": {"rule": "path", "path": way.name("no")},
            "category": {"path": way.name("code"), "codes": _CODES},
            "severity": None,
            "occurred_at": {
                "path": way.name("at"),
                "form": "%Y-%m-%d %H:%M",
                "zone": "Asia/Shanghai",
            },
            "reported_at": None,
            "position": {"form": "geojson", "path": "geometry"} if way.shapes else pair,
            "address": None,
            "summary": {"path": way.name("what")},
            "upstream_state": None,
            "operational": None,
            "attributes": [],
            "personal": [],
            "ignored": [],
        }
        return feed("documents", **{**document, **changes})

    return make


def _row(place: int, **changes: object) -> dict[str, Any]:
    lon, lat = _PLACES[place]
    row = {"no": f"D{place}", "code": "020100", "at": "2026-11-01 12:00", "what": "居民楼冒烟"}
    return {**row, "lon": lon, "lat": lat, **changes}


def _push(body: bytes, **options: Any):
    return receive(feed_key="documents", body=body, sender=SYSTEM, **options)


def test_rows_become_records_once_and_a_dry_run_stores_nothing(way, load):
    load()
    body = way.write([_row(0), _row(1)])
    tried = _push(body, dry_run=True)
    assert (tried.status, tried.body["accepted"], tried.body["id"]) == (201, 2, None)
    assert not Delivery.objects.filter(feed__key="documents").exists()
    sent = _push(body)
    assert (sent.body["received"], sent.body["accepted"], sent.body["flagged"]) == (2, 2, 0)
    again = _push(body)
    assert (again.status, again.replay, again.body) == (200, True, sent.body)
    found = Record.objects.filter(feed__key="documents").order_by("source_id")
    places = [(one.source_id, one.lon, one.lat) for one in found]
    expected = [(f"D{at}", *_PLACES[at]) for at in range(2)]
    assert [one[0] for one in places] == [one[0] for one in expected]
    for place, wanted in zip(places, expected, strict=True):
        assert place[1:] == pytest.approx(wanted[1:], abs=1e-8)


def test_a_quarantined_row_is_shown_and_released_with_a_change(way, load, cast):
    load()
    answer = _push(way.write([_row(0), _row(1, at="soon")]))
    assert (answer.body["accepted"], answer.body["quarantined"]) == (1, 1)
    problem = Problem.objects.get(delivery_id=answer.body["id"])
    officer = cast.viewer("feed_officer")
    shown = raw_row(viewer=officer, problem_id=problem.id)
    assert shown.fields is not None
    assert shown.fields[way.name("at")] == "soon"
    changes = {way.name("at"): "2026-11-01 12:30"}
    again = release(viewer=officer, problem_id=problem.id, changes=changes)
    assert (again.status, again.body["received"], again.body["accepted"]) == (201, 1, 1)
    record = Record.objects.get(feed__key="documents", source_id="D1")
    assert (record.lon, record.lat) == pytest.approx(_PLACES[1], abs=1e-8)
    problem.refresh_from_db()
    assert problem.settlement == "released"


def test_kept_deliveries_are_read_again_released_rows_too(way, load, cast):
    load()
    answer = _push(way.write([_row(0), _row(1, at="2026/11/01 12:30")]))
    problem = Problem.objects.get(delivery_id=answer.body["id"])
    release(
        viewer=cast.viewer("feed_officer"),
        problem_id=problem.id,
        changes={way.name("at"): "2026-11-01 12:30"},
    )
    load(category={"path": way.name("code"), "codes": {"020100": "fire.hazard"}})
    done = list(restandardise(feed_key="documents", actor=SYSTEM))
    assert [one.outcome for one in done] == ["done", "done"]
    assert [one.changed for one in done] == [1, 1]
    found = Record.objects.filter(feed__key="documents")
    assert set(found.values_list("category", flat=True)) == {"fire.hazard"}


def test_a_corrected_profile_lets_quarantined_rows_in(way, load):
    load(occurred_at={"path": way.name("at"), "form": "%Y%m%d", "zone": "Asia/Shanghai"})
    answer = _push(way.write([_row(0), _row(1)]))
    assert answer.body["quarantined"] == 2
    load()
    (done,) = restandardise(feed_key="documents", actor=SYSTEM)
    assert (done.outcome, done.released) == ("done", 2)
    assert Record.objects.filter(feed__key="documents").count() == 2
