import contextlib
import http.server
import io
import struct
import tempfile
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point

from core.errors import BadInput
from integration.domain import formats
from integration.domain.profile import Format
from tests.integration.domain.layer_files import (
    LAT,
    LON,
    SITES,
    archive,
    frame,
    parts_of,
    polygon,
    shapes,
    zipped,
)
from tests.integration.domain.samples import profile, sheets, told

PARTS = parts_of(frame())
_BODY = archive(PARTS)


def _profile(layer: str | None = None, encoding: str = "auto", **changes: Any):
    layout = {"name": "shapefile", "encoding": encoding, "layer": layer}
    return profile({**SITES, "format": layout}, **changes)


def _sheets(body: bytes, **how: Any):
    return sheets(body, _profile(**how))


def _refused(body: bytes, **how: Any) -> str:
    with pytest.raises(BadInput) as caught:
        _sheets(body, **how)
    return caught.value.code


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", "EPSG:4549", "EPSG:4528", "EPSG:3857"])
def test_a_layer_comes_out_in_wgs84_and_its_system_is_stated(crs):
    (sheet,) = _sheets(archive(parts_of(frame(crs))))
    assert told(sheet) == []
    assert sheet.record["source_id"] == ["s0", "s1", "s2"]
    assert sheet.record["summary"] == ["海沧油库一期"] * 3
    assert [msgspec.json.decode(one) for one in sheet.record["attributes"]] == [
        {},
        {"floors": 1},
        {"floors": 2},
    ]
    assert sheet.record["lon"] == pytest.approx([LON] * 3, abs=1e-8)
    assert sheet.record["lat"] == pytest.approx([LAT] * 3, abs=1e-8)
    names = {"EPSG:4326": "WGS-84", "EPSG:4490": "CGCS2000"}
    assert sheet.record["crs_original"] == [names.get(crs, crs)] * 3
    assert sheet.chunk.reading == {"crs": names.get(crs, crs), "encoding": "gb18030"}


@pytest.mark.parametrize("crs", [None, "EPSG:2414"])
def test_without_a_known_system_shapes_are_kept_out(crs):
    (sheet,) = _sheets(archive(parts_of(frame(crs))))
    assert told(sheet) == [("crs_unknown", "geometry", True)] * 3


def test_a_profile_may_name_the_system_of_a_shapefile_without_prj():
    place = {**SITES["position"], "crs": "EPSG:4549"}
    whole = parts_of(frame("EPSG:4549"))
    bare = {suffix: data for suffix, data in whole.items() if suffix != ".prj"}
    (sheet,) = _sheets(archive(bare), position=place)
    assert told(sheet) == []
    assert sheet.record["lon"] == pytest.approx([LON] * 3, abs=1e-8)
    assert sheet.chunk.reading["crs"] == "EPSG:4549"
    # What the file says of itself counts more.
    (sheet,) = _sheets(archive(whole), position={**place, "crs": "EPSG:4548"})
    assert sheet.record["crs_original"] == ["EPSG:4549"] * 3


@pytest.mark.parametrize(
    ("written", "cpg", "stated"),
    [
        ("gb18030", None, "gb18030"),
        ("gb18030", b"GBK", "gb18030"),
        ("gb18030", b"936", "gb18030"),
        ("gb18030", b"UTF-8", "gb18030"),  # not true
        ("gb18030", b"no such", "gb18030"),
        ("utf-8", None, "utf-8"),
        ("utf-8", b"UTF-8", "utf-8"),
    ],
)
def test_the_encoding_of_an_old_table_is_found_out(written, cpg, stated):
    parts = {**parts_of(frame(), written), ".cpg": cpg}
    parts[".dbf"] = parts[".dbf"][:29] + b"\x00" + parts[".dbf"][30:]
    (sheet,) = _sheets(archive({name: data for name, data in parts.items() if data is not None}))
    assert sheet.record["summary"] == ["海沧油库一期"] * 3
    assert sheet.chunk.reading["encoding"] == stated


def test_an_agreed_encoding_is_the_only_one():
    (sheet,) = _sheets(_BODY, encoding="gb18030")
    assert sheet.record["summary"] == ["海沧油库一期"] * 3
    assert "encoding" not in sheet.chunk.reading
    assert _refused(_BODY, encoding="utf-8") == "bad_encoding"


def test_a_text_cut_off_inside_a_character_is_kept_without_it():
    table = PARTS[".dbf"].replace(
        "海沧油库一期".encode("gb18030"), "海沧油库一".encode("gb18030") + b"\xc6 ", 1
    )
    (sheet,) = _sheets(archive({**PARTS, ".dbf": table}))
    # The blank behind it is not part of the text.
    assert told(sheet) == [("cleaned_characters", "名称", False)]
    assert sheet.record["summary"][0] == "海沧油库一"


def test_a_damaged_text_costs_only_its_row():
    wide = frame(count=30)
    parts = parts_of(wide)
    bad = parts[".dbf"].replace("海沧油库一期".encode("gb18030"), b"\xff\xff\xff\xff12345678", 1)
    (chunk,) = formats.read(archive({**parts, ".dbf": bad}), _profile())
    assert [(one.line, one.code) for one in chunk.broken] == [(0, "malformed_row")]
    assert list(chunk.lines) == list(range(1, 30))


def test_surfaces_with_holes_and_islands_keep_them():
    island = Point(LON, LAT).buffer(0.01) - Point(LON, LAT).buffer(0.004)
    far = Point(LON + 0.1, LAT).buffer(0.01)
    (sheet,) = _sheets(archive(parts_of(frame(shape=MultiPolygon([island, far])))))
    assert told(sheet) == []
    shape = msgspec.json.decode(sheet.record["geometry"][0])
    assert (shape["type"], sorted(map(len, shape["coordinates"]))) == ("MultiPolygon", [1, 2])


def test_shapes_of_too_many_points_or_parts_are_kept_out_and_others_not():
    contents = [polygon(5), polygon(20_001), polygon(12_000, 3000), struct.pack("<i", 0)]
    shp, shx = shapes(contents)
    table = parts_of(frame(count=4))
    (sheet,) = _sheets(archive({**table, ".shp": shp, ".shx": shx}))
    assert [code for code, _, _ in told(sheet)] == [
        "bad_geometry",  # the drawing of the test is no ring
        "geometry_too_large",
        "geometry_too_large",
        "no_coordinates",
    ]


@pytest.mark.parametrize("suffix", [".shp", ".shx", ".dbf"])
def test_a_shapefile_without_one_of_its_files_is_refused(suffix):
    assert _refused(archive({name: PARTS[name] for name in PARTS if name != suffix})) == (
        "malformed_file"
    )


def test_of_several_shapefiles_one_must_be_agreed_upon():
    members = {f"{stem}{name}": PARTS[name] for stem in ("fires", "floods") for name in PARTS}
    body = zipped({**members, "__MACOSX/._x.shp": b"", "readme.txt": b"hello"})
    assert _refused(body) == "malformed_file"
    assert _refused(body, layer="storms") == "malformed_file"
    (sheet,) = _sheets(body, layer="floods")
    assert len(sheet) == 3


def _vrt(address: str) -> bytes:
    layer = f"<SrcDataSource>/vsicurl/{address}/x.geojson</SrcDataSource>"
    layer = f"<OGRVRTLayer name='x'>{layer}</OGRVRTLayer>"
    return f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>".encode()


def test_no_file_inside_makes_the_reader_ask_the_network():
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        text = _vrt(f"http://127.0.0.1:{server.server_port}")
        address = f"/vsicurl/http://127.0.0.1:{server.server_port}/x".encode()
        for name in (".shp", ".shx", ".dbf"):
            assert _refused(archive({**PARTS, name: text.ljust(200)})) == "malformed_file"
            for other in (text, address):  # behind what the file must begin with
                with_tail = archive({**PARTS, name: PARTS[name] + other})
                _quietly(with_tail)
        for name in (".prj", ".cpg"):
            _quietly(archive({**PARTS, name: address}))
            _quietly(archive({**PARTS, name: text}))
        _quietly(zipped({**{f"x{name}": PARTS[name] for name in PARTS}, "x.vrt": text}))
    finally:
        server.shutdown()
    assert asked == []


def _quietly(body: bytes) -> None:
    with contextlib.suppress(BadInput):
        _sheets(body)


def _with_entry(name: str, **about: Any) -> bytes:
    body = io.BytesIO(_BODY)
    with zipfile.ZipFile(body, "a") as made:
        entry = zipfile.ZipInfo(name)
        for key, value in about.items():
            setattr(entry, key, value)
        made.writestr(entry, b"/etc/passwd")
    return body.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        _with_entry("../../evil.shp"),
        _with_entry("/tmp/evil.shp"),
        _with_entry("..\\evil.shp"),
        _with_entry("C:\\evil.shp"),
        _BODY[:-30],
        _BODY[: len(_BODY) // 2],
        b"PK\x03\x04" + b"x" * 500,
        b"no archive",
    ],
    ids=range(8),
)
def test_archives_that_reach_outside_or_are_damaged_are_refused(body, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert _refused(body) == "malformed_file"
    assert list(tmp_path.iterdir()) == []


def test_a_link_inside_is_never_followed_or_made(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    link = _with_entry("sites.prj", external_attr=0o120777 << 16, create_system=3)
    (sheet,) = _sheets(link)
    assert len(sheet) == 3
    only_link = {name: data for name, data in PARTS.items() if name != ".dbf"}
    body = io.BytesIO(archive(only_link, "x"))
    with zipfile.ZipFile(body, "a") as made:
        entry = zipfile.ZipInfo("x.dbf")
        entry.external_attr, entry.create_system = 0o120777 << 16, 3
        made.writestr(entry, b"/etc/passwd")
    assert _refused(body.getvalue()) == "malformed_file"
    assert list(tmp_path.iterdir()) == []


def test_bombs_are_refused_before_they_are_unpacked():
    bomb = archive({**PARTS, ".dbf": PARTS[".dbf"] + bytes(60_000_000)})
    assert len(bomb) < 200_000
    began = time.perf_counter()
    assert _refused(bomb) == "bomb_suspected"
    many = zipped({f"{number}.txt": b"" for number in range(300)})
    assert _refused(many) == "bomb_suspected"
    assert time.perf_counter() - began < 1


def test_a_size_that_lies_is_found_out():
    for claimed in (10, 10_000_000):
        body = bytearray(_BODY)
        with zipfile.ZipFile(io.BytesIO(_BODY)) as whole:
            (entry,) = (one for one in whole.infolist() if one.filename.endswith(".dbf"))
        place = body.index(b"PK\x01\x02")
        while entry.filename.encode() != bytes(
            body[place + 46 : place + 46 + len(entry.filename.encode())]
        ):
            place = body.index(b"PK\x01\x02", place + 1)
        body[place + 24 : place + 28] = struct.pack("<I", claimed)
        assert _refused(bytes(body)) in ("malformed_file", "bomb_suspected")


@pytest.mark.parametrize("claimed", [4_000_000_000, 2, 4, 0])
def test_a_table_of_another_number_of_rows_than_shapes_is_refused(claimed):
    table = PARTS[".dbf"][:4] + struct.pack("<I", claimed) + PARTS[".dbf"][8:]
    assert _refused(archive({**PARTS, ".dbf": table})) == "malformed_file"
    assert _refused(archive({**PARTS, ".dbf": PARTS[".dbf"][:-50]})) == "malformed_file"


@pytest.mark.parametrize("place", [slice(100, 104), slice(104, 108)])
def test_a_shape_that_stands_for_several_rows_is_refused(place):
    # The second entry of the index: where the first is, or one that reaches over the third.
    index = bytearray(PARTS[".shx"])
    index[place.start + 8 : place.stop + 8] = {100: index[100:104], 104: b"\0\0\x10\0"}[place.start]
    assert _refused(archive({**PARTS, ".shx": bytes(index)})) == "malformed_file"


def test_a_layer_of_too_many_rows_stops_at_the_limit():
    with pytest.raises(BadInput) as caught:
        list(formats.read(archive(parts_of(frame(count=101))), _profile(limits={"rows": 100})))
    assert caught.value.code == "too_many_rows"


def test_rows_of_large_shapes_come_in_small_chunks():
    data = frame(count=40, shape=Point(LON, LAT).buffer(0.01, quad_segs=3000))
    chunks = list(formats.read(archive(parts_of(data)), _profile()))
    assert len(chunks) > 1
    assert [line for one in chunks for line in one.lines] == list(range(40))


def test_a_row_alone_is_a_geojson_feature_that_the_feed_takes():
    used = _profile()
    (chunk,) = formats.read(archive(parts_of(frame("EPSG:4549"))), used)
    row = formats.row_of(chunk.raw(1), used)
    assert row is not None
    body = formats.alone(row, used)
    assert msgspec.json.decode(body)["type"] == "Feature"
    (sheet,) = sheets(body, used)
    assert told(sheet) == []
    assert sheet.record["lon"][0] == pytest.approx(LON, abs=1e-8)
    assert sheet.record["crs_original"] == ["EPSG:4549"]


def test_it_is_recognised_and_sampled():
    body = archive(parts_of(frame("EPSG:4549")))
    found = formats.recognised(body)[0]
    assert found == Format(name="shapefile", encoding="gb18030", layer="sites")
    rows = formats.sample(body, found, 2)
    assert [one["编号"] for one in rows] == ["s0", "s1"]
    assert rows[0]["geometry"]["coordinates"] == pytest.approx([LON, LAT], abs=1e-8)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_damaged_shapefile_is_refused_or_its_rows_add_up(data):
    parts = dict(PARTS)
    for _ in range(data.draw(st.integers(1, 3))):
        name = data.draw(st.sampled_from(sorted(parts)))
        changed = bytearray(parts[name])
        way = data.draw(st.sampled_from(["set", "cut", "fill"]))
        place = data.draw(st.integers(0, max(0, len(changed) - 1)))
        if way == "set" and changed:
            changed[place] = data.draw(st.integers(0, 255))
        elif way == "cut":
            del changed[place:]
        else:
            changed[place : place + 4] = data.draw(st.binary(min_size=4, max_size=4))
        parts[name] = bytes(changed)
    _refused_or_whole(archive(parts))


@given(st.binary(max_size=200), st.integers(0, len(_BODY) - 1), st.integers(0, 255))
@settings(deadline=None)
def test_no_bytes_can_do_more_than_be_refused(noise, place, byte):
    changed = _BODY[:place] + bytes([byte]) + _BODY[place + 1 :]
    for body in (noise, b"PK\x03\x04" + noise, b"{" + noise, changed):
        _refused_or_whole(body)
        formats.recognised(body)


def _refused_or_whole(body: bytes) -> None:
    codes = {"malformed_file", "bomb_suspected", "bad_encoding", "header_mismatch"}
    codes |= {"unsupported_type", "empty_file"}
    try:
        found = _sheets(body)
    except BadInput as error:
        assert error.code in codes
    else:
        assert sum(one.chunk.size for one in found) <= 10
    left = [one.name for one in Path(tempfile.gettempdir()).glob("egret-*/layer.*")]
    assert left == []
