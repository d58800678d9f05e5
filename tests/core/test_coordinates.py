import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import coordinates
from core.coordinates import CRS_NAMES, canonical_crs, from_wgs84, shown, to_wgs84
from core.errors import BadInput
from tests.shared import shared_path

# WGS-84, GCJ-02, BD-09, six decimals.
VECTORS = np.array(
    [
        [116.404000, 39.915000, 116.410244, 39.916404, 116.416627, 39.922700],
        [118.089425, 24.479834, 118.094402, 24.477187, 118.100846, 24.483445],
        [118.146700, 24.512900, 118.151606, 24.510205, 118.158186, 24.515918],
        [118.033000, 24.484500, 118.037907, 24.481763, 118.044452, 24.487554],
        [118.097200, 24.575900, 118.102182, 24.573244, 118.108634, 24.579381],
        [118.152000, 24.723400, 118.156908, 24.720690, 118.163456, 24.726466],
        [118.248000, 24.618500, 118.252716, 24.615658, 118.259299, 24.621332],
    ]
)
WGS, GCJ, BD = VECTORS[:, :2].T, VECTORS[:, 2:4].T, VECTORS[:, 4:].T
# Places inside the box of China, away from its edge.
LON = st.floats(72.5, 137.5)
LAT = st.floats(1.0, 55.5)
ANGULAR = ["WGS-84", "CGCS2000", "GCJ-02", "BD-09"]


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def test_forward_shifts_meet_the_published_points() -> None:
    np.testing.assert_allclose(from_wgs84(*WGS, "GCJ-02"), GCJ, rtol=0, atol=1e-6)
    np.testing.assert_allclose(from_wgs84(*WGS, "BD-09"), BD, rtol=0, atol=1e-6)
    np.testing.assert_allclose(coordinates.gcj02_to_bd09(*GCJ), BD, rtol=0, atol=1.5e-6)


def test_inverse_shifts_meet_the_published_points() -> None:
    np.testing.assert_allclose(to_wgs84(*GCJ, "GCJ-02"), WGS, rtol=0, atol=1e-6)
    np.testing.assert_allclose(to_wgs84(*BD, "BD-09"), WGS, rtol=0, atol=1.5e-6)


def test_the_public_conversion_between_the_two_shifted_systems() -> None:
    gcj = coordinates.bd09_to_gcj02(column(116.404), column(39.915))
    bd = coordinates.gcj02_to_bd09(column(116.404), column(39.915))

    # The published inverse takes one step only, good to 0.1 m.
    np.testing.assert_allclose(np.ravel(gcj), [116.39762729, 39.90865674], rtol=0, atol=2e-6)
    np.testing.assert_allclose(np.ravel(bd), [116.41036949, 39.92133699], rtol=0, atol=1e-8)


@given(LON, LAT, st.sampled_from(ANGULAR))
def test_there_and_back_is_exact_to_a_tenth_of_a_millimetre(
    lon: float, lat: float, crs: str
) -> None:
    there = from_wgs84(column(lon), column(lat), crs)

    np.testing.assert_allclose(np.ravel(to_wgs84(*there, crs)), [lon, lat], rtol=0, atol=1e-9)


def test_one_hard_point_does_not_keep_others_from_their_answer() -> None:
    g = np.random.default_rng(7)
    lon, lat = g.uniform(72.5, 137.5, 20_000), g.uniform(1.0, 55.5, 20_000)
    shifted = from_wgs84(lon, lat, "GCJ-02")
    shifted[0][::100], shifted[1][::50] = np.nan, np.inf

    back = np.array(to_wgs84(*shifted, "GCJ-02"))
    error = np.abs(back - [lon, lat])

    spoilt = ~(np.isfinite(shifted[0]) & np.isfinite(shifted[1]))
    assert spoilt.sum() == 400
    assert error[:, ~spoilt].max() < 1e-9


@pytest.mark.parametrize(
    ("lon", "lat"), [(2.35, 48.85), (139.7, 35.7), (-74.0, 40.7), (105.0, 0.5)]
)
def test_abroad_nothing_is_shifted(lon: float, lat: float) -> None:
    for convert in (coordinates.wgs84_to_gcj02, coordinates.gcj02_to_wgs84):
        assert np.ravel(convert(column(lon), column(lat))).tolist() == [lon, lat]


def test_an_unlabelled_point_would_be_half_a_kilometre_off() -> None:
    east = (GCJ[0] - WGS[0]) * 111_320 * np.cos(np.radians(WGS[1]))
    north = (GCJ[1] - WGS[1]) * 110_700
    xiamen = np.hypot(east, north)[1:]

    assert ((xiamen > 550) & (xiamen < 600)).all()


@pytest.mark.parametrize(
    ("crs", "easting", "northing", "lon", "lat"),
    [
        ("EPSG:4548", 610_440, 2_708_871, 118.089425, 24.479834),
        ("EPSG:4527", 39_610_440, 2_708_871, 118.089425, 24.479834),
    ],
)
def test_gauss_krueger_of_the_published_point(
    crs: str, easting: float, northing: float, lon: float, lat: float
) -> None:
    found = np.ravel(to_wgs84(column(easting), column(northing), crs))

    np.testing.assert_allclose(
        found, [lon, lat], rtol=0, atol=1e-5
    )  # the source gives whole metres


@pytest.mark.parametrize(
    ("crs", "meridian", "false_easting"),
    [
        ("EPSG:4528", 120, 40_500_000),
        ("EPSG:4527", 117, 39_500_000),
        ("EPSG:4548", 117, 500_000),
        ("EPSG:4509", 117, 500_000),
        ("EPSG:4498", 117, 20_500_000),
    ],
)
def test_every_belt_has_its_meridian_and_comes_back(
    crs: str, meridian: float, false_easting: float
) -> None:
    x, y = from_wgs84(column(meridian, meridian + 1), column(30.0, 30.2), crs)
    lon, lat = to_wgs84(x, y, crs)

    assert x[0] == pytest.approx(false_easting, abs=1e-6)
    np.testing.assert_allclose(lon, [meridian, meridian + 1], rtol=0, atol=1e-9)
    np.testing.assert_allclose(lat, [30.0, 30.2], rtol=0, atol=1e-9)


def test_web_mercator_is_that_of_the_projection_library() -> None:
    transformer = pytest.importorskip("pyproj").Transformer.from_crs(4326, 3857, always_xy=True)
    lon, lat = column(118.089425, -70.5, 0.0), column(24.479834, -33.4, 0.0)

    x, y = from_wgs84(lon, lat, "EPSG:3857")

    np.testing.assert_allclose((x, y), transformer.transform(lon, lat), rtol=0, atol=1e-6)
    np.testing.assert_allclose(to_wgs84(x, y, "EPSG:3857"), (lon, lat), rtol=0, atol=1e-12)


@pytest.mark.parametrize("crs", [*ANGULAR, "EPSG:3857", "EPSG:4528"])
def test_what_is_not_finite_never_becomes_a_place(crs: str) -> None:
    x = column(np.nan, 118.0, np.inf, 118.0, -np.inf, np.nan)
    y = column(24.0, np.nan, 24.0, np.inf, -np.inf, np.nan)

    lon, lat = to_wgs84(x, y, crs)

    assert not (np.isfinite(lon) & np.isfinite(lat)).any()


@pytest.mark.parametrize("crs", [*ANGULAR, "EPSG:3857", "EPSG:4528"])
def test_absurd_numbers_do_not_turn_into_nothing(crs: str) -> None:
    x = column(1e300, -1e12, 1e308, 500.0, 24.5)
    y = column(1e300, 1e12, -1e308, -500.0, 118.1)

    assert not np.isnan(to_wgs84(x, y, crs)).any()
    assert not np.isnan(from_wgs84(x, y, "GCJ-02")).any()


@pytest.mark.parametrize("crs", [*ANGULAR, "EPSG:3857", "EPSG:4528"])
def test_no_points_are_no_trouble(crs: str) -> None:
    lon, lat = to_wgs84(column(), column(), crs)
    assert (lon.shape, lat.shape) == ((0,), (0,))


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("WGS84", "WGS-84"),
        ("wgs_84", "WGS-84"),
        ("EPSG:4326", "WGS-84"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "WGS-84"),
        ("urn:ogc:def:crs:EPSG::4490", "CGCS2000"),
        ("gcj-02", "GCJ-02"),
        ("火星坐标", "GCJ-02"),
        ("bd09ll", "BD-09"),
        ("Web Mercator", "EPSG:3857"),
        ("epsg:4528", "EPSG:4528"),
    ],
)
def test_labels_and_their_canonical_names(label: str, name: str) -> None:
    assert canonical_crs(label) == name
    assert canonical_crs(name) == name


@pytest.mark.parametrize("label", ["", "WGS-48", "bd09mc", "EPSG:4555", "4528", "GCJ", "local"])
def test_an_unknown_system_is_never_guessed(label: str) -> None:
    with pytest.raises(BadInput) as caught:
        to_wgs84(column(118.0), column(24.0), label)
    assert (caught.value.code, caught.value.detail) == ("crs_unknown", {"crs": label})


def test_every_accepted_label_leads_to_a_conversion() -> None:
    for name in set(CRS_NAMES.values()):
        x, y = from_wgs84(column(118.0), column(24.5), name)
        assert np.isfinite([x, y]).all(), name


@pytest.mark.reference
def test_the_hostile_labels_are_judged_as_labelled() -> None:
    known = {}
    with shared_path("hostile", "csv_crs_labels.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            try:
                known[row["event_id"]] = canonical_crs(row["crs"])
            except BadInput:
                known[row["event_id"]] = ""
    assert list(known.values()) == [
        "GCJ-02",
        "GCJ-02",
        "BD-09",
        "CGCS2000",
        "CGCS2000",
        "",
        "GCJ-02",
        "",
    ]


def test_a_place_is_shown_as_coarse_as_asked() -> None:
    assert shown(120.123456, 30.987654, 3) == (120.123, 30.988)
    assert shown(120.123456, 30.987654, 0) == (120.0, 31.0)
    assert shown(120.123456, 30.987654, None) == (120.123456, 30.987654)
    assert shown(None, None, 3) == (None, None)
