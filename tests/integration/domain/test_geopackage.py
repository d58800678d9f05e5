import re
import time
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point

from core.errors import BadInput
from integration.domain import formats
from integration.domain.geometries import MOST_POINTS
from integration.domain.profile import Format
from tests.integration.domain.layer_files import LAT, LON, SITES, altered, frame, geopackage
from tests.integration.domain.samples import profile, sheets, told

_BODY = geopackage(frame())


def _profile(layer: str | None = None, **changes: Any):
    return profile({**SITES, "format": {"name": "geopackage", "layer": layer}}, **changes)


def _sheets(body: bytes, **how: Any):
    return sheets(body, _profile(**how))


def _refused(body: bytes, **how: Any) -> str:
    with pytest.raises(BadInput) as caught:
        _sheets(body, **how)
    return caught.value.code


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", "EPSG:4549", "EPSG:3857"])
def test_a_layer_comes_out_in_wgs84_and_what_was_read_is_stated(crs):
    (sheet,) = _sheets(geopackage(frame(crs)))
    assert told(sheet) == []
    assert sheet.record["source_id"] == ["s0", "s1", "s2"]
    assert sheet.record["summary"] == ["海沧油库一期"] * 3
    assert msgspec.json.decode(sheet.record["attributes"][2]) == {"floors": 2}
    assert sheet.record["lon"] == pytest.approx([LON] * 3, abs=1e-8)
    assert sheet.record["lat"] == pytest.approx([LAT] * 3, abs=1e-8)
    name = {"EPSG:4326": "WGS-84", "EPSG:4490": "CGCS2000"}.get(crs, crs)
    assert sheet.record["crs_original"] == [name] * 3
    assert sheet.chunk.reading == {"crs": name, "layer": "sites"}


@pytest.mark.parametrize("crs", [None, "EPSG:2414"])
def test_without_a_known_system_shapes_are_kept_out(crs):
    (sheet,) = _sheets(geopackage(frame(crs)))
    assert told(sheet) == [("crs_unknown", "geometry", True)] * 3


def test_a_profile_may_name_the_system_of_a_layer_without_any():
    place = {**SITES["position"], "crs": "WGS-84"}
    (sheet,) = _sheets(geopackage(frame(None)), position=place)
    assert told(sheet) == []


def test_surfaces_with_holes_and_islands_keep_them():
    island = Point(LON, LAT).buffer(0.01) - Point(LON, LAT).buffer(0.004)
    shape = MultiPolygon([island, Point(LON + 0.1, LAT).buffer(0.01)])
    (sheet,) = _sheets(geopackage(frame(shape=shape)))
    drawn = msgspec.json.decode(sheet.record["geometry"][0])
    assert (drawn["type"], sorted(map(len, drawn["coordinates"]))) == ("MultiPolygon", [1, 2])


def test_a_shape_of_too_many_points_is_kept_out():
    shape = Point(LON, LAT).buffer(0.01, quad_segs=MOST_POINTS // 4)
    (sheet,) = _sheets(geopackage(frame(count=1, shape=shape)))
    assert told(sheet) == [("geometry_too_large", "geometry", True)]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("NULL", "no_coordinates"),
        ("'POINT(1 1)'", "bad_geometry"),
        ("7", "bad_geometry"),
        ("x''", "bad_geometry"),
        ("x'4750'", "bad_geometry"),
        ("x'4750000FE6100000' || zeroblob(64)", "bad_geometry"),
        ("x'47500001E6100000' || x'0107000000FFFFFFFF'", "bad_geometry"),
        ("x'47500001E6100000' || x'0103000000FFFFFFFF'", "bad_geometry"),
        ("x'47500011E6100000'", "bad_geometry"),
    ],
)
def test_what_is_no_geometry_costs_only_its_row(value, code):
    body = altered(
        _BODY,
        f"UPDATE sites SET geom = CAST({value} AS BLOB) WHERE fid = 2"
        if value.startswith("x")
        else f"UPDATE sites SET geom = {value} WHERE fid = 2",
    )
    (sheet,) = _sheets(body)
    assert [(one, field) for one, field, _ in told(sheet)] == [(code, "geometry")]
    assert sheet.record["source_id"] == ["s0", "s1", "s2"]


def test_texts_that_are_none_cost_only_their_row():
    body = altered(
        _BODY,
        "UPDATE sites SET code = CAST(x'fffe' AS TEXT) WHERE fid = 1",
        "UPDATE sites SET code = 'a' || char(0) WHERE fid = 2",
    )
    (chunk,) = formats.read(body, _profile())
    assert [(one.line, one.code) for one in chunk.broken] == [
        (0, "malformed_row"),
        (1, "control_characters"),
    ]


_ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " SELECT i AS fid, 's' || i AS 编号, '1' AS code, 'x' AS 名称, 1 AS floors, NULL AS geom FROM n"
)


@pytest.mark.parametrize(
    "statements",
    [
        ["ALTER TABLE sites RENAME TO old", f"CREATE VIEW sites AS {_ENDLESS}"],
        ["DROP TABLE gpkg_contents", f"CREATE VIEW gpkg_contents AS {_ENDLESS}"],
        ["ALTER TABLE sites ADD COLUMN bomb AS (hex(zeroblob(500000000)))"],
        ["ALTER TABLE sites ADD COLUMN bomb AS/**/(hex(zeroblob(8000000)))"],
        [
            "ALTER TABLE sites RENAME TO old",
            "CREATE VIRTUAL TABLE sites USING fts4(编号, code, 名称, floors, geom)",
        ],
        ["DELETE FROM gpkg_contents"],
        ["DELETE FROM gpkg_geometry_columns"],
        ["DROP TABLE gpkg_spatial_ref_sys"],
        ["UPDATE gpkg_contents SET data_type = 'tiles'"],
        ["UPDATE gpkg_contents SET data_type = 'attributes'"],
        ["UPDATE gpkg_geometry_columns SET column_name = 'nowhere'"],
    ],
    ids=lambda found: found[-1][:40],
)
def test_only_plain_tables_of_features_are_read(statements):
    began = time.perf_counter()
    assert _refused(altered(_BODY, *statements)) == "malformed_file"
    assert time.perf_counter() - began < 2


def test_rows_that_share_one_long_value_are_refused():
    """A long value goes on in pages of its own; its row ends in the number of the first."""
    # Of this length so little stands in the rows themselves that one page holds all three.
    body = bytearray(altered(_BODY, "UPDATE sites SET 名称 = hex(zeroblob(100307))"))
    ends = [found.end() for found in re.finditer(rb"(?<!0)0{300,600}(?!0)", body)]
    first, second, _ = sorted(int.from_bytes(body[end : end + 4], "big") for end in ends)
    for end in ends:
        body[end : end + 4] = first.to_bytes(4, "big")
    body[28:32] = (second - 1).to_bytes(4, "big")  # pages, as the file tells
    assert _refused(bytes(body[: (second - 1) * 4096])) == "malformed_file"


def test_a_query_that_never_ends_is_stopped():
    rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 40000)"
    body = altered(
        _BODY,
        "DROP TABLE gpkg_contents",
        "DROP TABLE gpkg_geometry_columns",
        "CREATE TABLE gpkg_contents (table_name, data_type)",
        "CREATE TABLE gpkg_geometry_columns (table_name, column_name, srs_id)",
        f"INSERT INTO gpkg_contents {rows} SELECT 'x', 'features' FROM n",
        f"INSERT INTO gpkg_geometry_columns {rows} SELECT 'y' || i, 'g', 1 FROM n",
    )
    began = time.perf_counter()
    assert _refused(body) == "malformed_file"
    assert time.perf_counter() - began < 15


def test_triggers_never_run_and_nothing_is_written():
    body = altered(_BODY, "CREATE TRIGGER t INSERT ON sites BEGIN SELECT load_extension('x'); END")
    assert len(_sheets(body)[0]) == 3


def test_a_file_left_with_a_write_ahead_log_is_read():
    body = _BODY[:18] + b"\x02\x02" + _BODY[20:]
    assert len(_sheets(body)[0]) == 3


def test_of_several_layers_one_must_be_agreed_upon():
    more = [
        "CREATE TABLE floods AS SELECT * FROM sites WHERE fid < 3",
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
        " VALUES ('floods', 'features', 'f', 4326)",
        "INSERT INTO gpkg_geometry_columns SELECT 'floods', column_name, geometry_type_name,"
        " srs_id, z, m FROM gpkg_geometry_columns",
    ]
    body = altered(_BODY, *more)
    assert _refused(body) == "malformed_file"
    assert _refused(body, layer="storms") == "malformed_file"
    assert len(_sheets(body, layer="floods")[0]) == 2


def test_a_name_that_looks_like_sql_is_only_a_name():
    name = 'x" UNION SELECT * FROM "sites'
    assert len(_sheets(geopackage(frame(), layer=name), layer=name)[0]) == 3


def test_too_many_rows_stop_at_the_limit():
    with pytest.raises(BadInput) as caught:
        list(formats.read(geopackage(frame(count=120)), _profile(limits={"rows": 100})))
    assert caught.value.code == "too_many_rows"


def test_a_row_alone_is_a_geojson_feature_that_the_feed_takes():
    used = _profile()
    (chunk,) = formats.read(geopackage(frame("EPSG:4549")), used)
    row = formats.row_of(chunk.raw(1), used)
    assert row is not None
    (sheet,) = sheets(formats.alone(row, used), used)
    assert told(sheet) == []
    assert sheet.record["source_id"] == ["s1"]
    assert sheet.record["lon"][0] == pytest.approx(LON, abs=1e-8)


def test_it_is_recognised_and_sampled():
    body = geopackage(frame("EPSG:4549"))
    found = formats.recognised(body)[0]
    assert found == Format(name="geopackage", layer="sites")
    rows = formats.sample(body, found, 2)
    assert [one["编号"] for one in rows] == ["s0", "s1"]
    assert rows[0]["geometry"]["coordinates"] == pytest.approx([LON, LAT], abs=1e-8)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_bytes_can_do_more_than_be_refused(data):
    body = bytearray(_BODY)
    for _ in range(data.draw(st.integers(1, 12))):
        place = data.draw(st.integers(0, len(body) - 1) | st.integers(0, 8192))
        body[place : place + 4] = data.draw(st.binary(min_size=1, max_size=4))
    cut = data.draw(st.sampled_from([len(body), len(body) // 2, 600, 100]))
    for tried in (bytes(body[:cut]), b"SQLite format 3\x00" + data.draw(st.binary(max_size=600))):
        try:
            found = _sheets(tried)
        except BadInput as error:
            assert error.code in {"malformed_file", "header_mismatch", "too_many_rows"}
        else:
            for sheet in found:
                assert sheet.chunk.size == len(sheet) + len(sheet.chunk.broken)
        formats.recognised(tried)
