"""A city folder: everything wrong with it is found at once, and what is right is read."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

from tests.city.tiny import (
    Files,
    category,
    collection,
    district,
    feature,
    organisation,
    parse,
    square,
    tiny,
)


def test_the_smallest_city_is_read_without_a_fault() -> None:
    city, faults = parse(tiny())

    assert list(faults) == []
    assert city.city.bbox == (118.0, 24.0, 119.0, 25.0)
    assert [area.code for area in city.districts] == ["101"]
    assert city.grids == ()
    assert city.area_codes == {"100", "101"}
    assert city.calendar.spans[1].opens == time(14)
    assert {(day.date, day.working) for day in city.calendar.days} == {
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),
    }


def test_wildcards_of_may_see_are_expanded() -> None:
    city, _ = parse(tiny())

    may_see = {one.code: one.may_see for one in city.organisations}
    assert may_see["GOV"] == {"blaze", "smoke", "flood", "unmapped"}
    assert may_see["FIRE"] == {"blaze", "smoke", "flood"}


def _set(name: str, *path: str | int, to: object) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        place: Any = files[name]
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return change


def _drop(name: str, *path: str | int) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        place: Any = files[name]
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return change


BOWTIE = {
    "type": "Polygon",
    "coordinates": [[[118, 24], [119, 25], [119, 24], [118, 25], [118, 24]]],
}
ORGANISATIONS, CATEGORIES, CALENDAR = "organisations.json", "categories.json", "calendar.json"
FEATURES = ("districts.geojson", "features")

BROKEN = {
    "no name": (_drop("city.json", "name_zh"), "city.json", "name_zh", "missing"),
    "bad key": (_set("city.json", "key", to="a b"), "city.json", "key", "bad_key"),
    "name is a number": (
        _set("city.json", "name_en", to=3),
        "city.json",
        "name_en",
        "wrong_type",
    ),
    "name too long": (
        _set("city.json", "name_en", to="x" * 101),
        "city.json",
        "name_en",
        "too_long",
    ),
    "bbox turned round": (
        _set("city.json", "bbox", to=[119, 24, 118, 25]),
        "city.json",
        "bbox",
        "bad_bbox",
    ),
    "bbox off the earth": (
        _set("city.json", "bbox", 2, to=190),
        "city.json",
        "bbox[2]",
        "out_of_range",
    ),
    "unknown zone": (
        _set("city.json", "timezone", to="Asia/Nowhere"),
        "city.json",
        "timezone",
        "unknown_timezone",
    ),
    "unknown language": (
        _set("city.json", "languages", to=["de"]),
        "city.json",
        "languages[0]",
        "not_allowed",
    ),
    "tiles without places": (
        _set("city.json", "basemap", "url", to="https://tiles/1.png"),
        "city.json",
        "basemap.url",
        "bad_basemap",
    ),
    "no district": (
        _set("districts.geojson", "features", to=[]),
        "districts.geojson",
        "features",
        "missing",
    ),
    "a point": (
        _set(*FEATURES, 0, "geometry", to={"type": "Point", "coordinates": [118, 24]}),
        "districts.geojson",
        "features[0].geometry",
        "bad_geometry",
    ),
    "unreadable ring": (
        _set(*FEATURES, 0, "geometry", to={"type": "Polygon", "coordinates": [["x"]]}),
        "districts.geojson",
        "features[0].geometry",
        "bad_geometry",
    ),
    "bow tie": (
        _set(*FEATURES, 0, "geometry", to=BOWTIE),
        "districts.geojson",
        "features[0].geometry",
        "invalid_polygon",
    ),
    "outside": (
        _set(*FEATURES, 0, "geometry", to=square(118.95, 24.1)),
        "districts.geojson",
        "features[0].geometry",
        "outside_city",
    ),
    "code of the city": (
        _set(*FEATURES, 0, "properties", "code", to="100"),
        "districts.geojson",
        "features[0].properties.code",
        "duplicate",
    ),
    "another datum": (
        _set("districts.geojson", "crs", to={"properties": {"name": "EPSG:4490"}}),
        "districts.geojson",
        "crs",
        "crs_not_wgs84",
    ),
    "unknown area": (
        _set(ORGANISATIONS, 0, "area", to="999"),
        ORGANISATIONS,
        "[0].area",
        "unknown_area",
    ),
    "unknown parent": (
        _set(ORGANISATIONS, 1, "line_parent", to="X"),
        ORGANISATIONS,
        "[1].line_parent",
        "unknown_organisation",
    ),
    "own parent": (
        _set(ORGANISATIONS, 1, "territory_parent", to="FIRE"),
        ORGANISATIONS,
        "[1].territory_parent",
        "cycle",
    ),
    "unknown kind": (
        _set(ORGANISATIONS, 0, "kind", to="club"),
        ORGANISATIONS,
        "[0].kind",
        "not_allowed",
    ),
    "code twice": (
        _set(ORGANISATIONS, 1, "code", to="GOV"),
        ORGANISATIONS,
        "[1].code",
        "duplicate",
    ),
    "unknown category": (
        _set(ORGANISATIONS, 1, "may_see", to=["fire.*", "x.*"]),
        ORGANISATIONS,
        "[1].may_see[1]",
        "unknown_category",
    ),
    "unknown function": (
        _set(ORGANISATIONS, 0, "functions", to=["dance"]),
        ORGANISATIONS,
        "[0].functions[0]",
        "not_allowed",
    ),
    "no unmapped": (
        _drop(CATEGORIES, "categories", 3),
        CATEGORIES,
        "categories",
        "missing_unmapped",
    ),
    "unknown family": (
        _set(CATEGORIES, "categories", 0, to=category("blaze", "x")),
        CATEGORIES,
        "categories[0].family",
        "unknown_family",
    ),
    "too grave": (
        _set(CATEGORIES, "categories", 0, to=category("blaze", "fire", 1.5)),
        CATEGORIES,
        "categories[0].weight",
        "out_of_range",
    ),
    "span backwards": (
        _set(CALENDAR, "working_hours", "mon", to=[["12:00", "08:00"]]),
        CALENDAR,
        "working_hours.mon[0]",
        "bad_span",
    ),
    "spans overlap": (
        _set(CALENDAR, "working_hours", "mon", to=[["08:00", "12:00"], ["11:00", "13:00"]]),
        CALENDAR,
        "working_hours.mon[1]",
        "bad_span",
    ),
    "no work": (_set(CALENDAR, "working_hours", to={}), CALENDAR, "working_hours", "missing"),
    "no such day": (
        _set(CALENDAR, "working_days", to=["2026-02-30"]),
        CALENDAR,
        "working_days[0]",
        "bad_date",
    ),
    "off and worked": (
        _set(CALENDAR, "working_days", to=["2026-10-01"]),
        CALENDAR,
        "working_days[0]",
        "duplicate",
    ),
}


@pytest.mark.parametrize(("change", "file", "path", "code"), BROKEN.values(), ids=BROKEN)
def test_a_fault_is_named_with_its_place(
    change: Callable[[Files], None], file: str, path: str, code: str
) -> None:
    files = tiny()
    change(files)

    _, faults = parse(files)

    assert (file, path, code) in {(one.file, one.path, one.code) for one in faults.errors}


def test_a_ring_of_parents_is_found_whoever_belongs_to_it() -> None:
    files = tiny()
    files[ORGANISATIONS] = [
        organisation("A", line_parent="B"),
        organisation("B", line_parent="C"),
        organisation("C", line_parent="A"),
        organisation("D", line_parent="A"),
    ]

    _, faults = parse(files)

    assert {one.path for one in faults if one.code == "cycle"} == {
        "[0].line_parent",
        "[1].line_parent",
        "[2].line_parent",
    }


def test_everything_wrong_is_told_at_once() -> None:
    files = tiny()
    files["city.json"] = b"{"
    files[ORGANISATIONS][0]["kind"] = "club"
    files[CATEGORIES]["categories"][0]["weight"] = "heavy"
    del files[CALENDAR]

    _, faults = parse(files)

    found = {(one.file, one.code) for one in faults.errors}
    assert {
        ("city.json", "malformed_json"),
        (ORGANISATIONS, "not_allowed"),
        (CATEGORIES, "wrong_type"),
        (CALENDAR, "missing_file"),
    } <= found


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"key": "\xff"}', "bad_encoding"),
        (b'{"key": "a", "key": "b"}', "duplicate_member"),
        (b'{"bbox": [NaN]}', "malformed_json"),
        (b"[" * 100_000, "malformed_json"),
        (b"[]", "wrong_type"),
    ],
)
def test_a_file_that_cannot_be_read(body: bytes, code: str) -> None:
    _, faults = parse(tiny() | {"city.json": body})

    assert code in {one.code for one in faults.errors if one.file == "city.json"}


def test_a_byte_order_mark_is_no_fault() -> None:
    files = tiny()
    files[CALENDAR] = b'\xef\xbb\xbf{"working_hours": {"mon": [["08:00", "12:00"]]}}'

    assert not parse(files)[1]


def test_areas_that_overlap_are_a_warning_and_touching_ones_are_not() -> None:
    files = tiny()
    first, next_to, over = square(118.1, 24.1), square(118.2, 24.1), square(118.15, 24.1)

    files["districts.geojson"] = collection(district("101", first), district("102", next_to))
    assert not parse(files)[1]

    files["districts.geojson"] = collection(district("101", first), district("102", over))
    _, faults = parse(files)
    assert [one.code for one in faults] == ["overlap"]
    assert not faults.errors


def test_a_grid_names_a_district_that_exists_and_lies_in_it() -> None:
    files = tiny()
    files["grids.geojson"] = collection(
        feature(square(118.1, 24.1, 0.05), code="g1", district="101"),
        feature(square(118.5, 24.5, 0.05), code="g2", district="101"),
        feature(square(118.6, 24.6, 0.05), code="g3", district="109"),
    )

    city, faults = parse(files)

    assert [(one.code, one.detail.get("grid")) for one in faults.warnings] == [
        ("grid_outside_district", "g2")
    ]
    assert [(one.path, one.code) for one in faults.errors] == [
        ("features[2].properties.district", "unknown_district")
    ]
    assert city.grids[0].name_zh == "g1"


def test_a_misspelt_member_is_a_warning() -> None:
    files = tiny()
    files[ORGANISATIONS][1]["may_sea"] = []

    _, faults = parse(files)

    assert [(one.path, one.code) for one in faults] == [("[1].may_sea", "unknown_key")]
