"""Where it happened: any coordinate system to WGS-84, then to district, grid and H3 cell."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.cells import cells
from core.coordinates import canonical_crs, to_wgs84
from integration.domain.geometries import shape_of
from integration.domain.points import PointForm, Points, read_points, systems
from integration.domain.profile import GeojsonPosition, Position, Profile
from integration.domain.rows import Column, Flags, Sheet, Surroundings

__all__ = ["ORDER", "apply"]

ORDER = 30

_NULL_ISLAND = 0.01  # degrees around 0, 0
_DEGREES = ("WGS-84", "CGCS2000", "GCJ-02", "BD-09")

Rows = NDArray[np.intp]


def apply(profile: Profile, sheet: Sheet, around: Surroundings) -> None:
    """Fill ``lon, lat, geometry``, their originals, and ``district, grid, h3``."""
    none = [""] * len(sheet)
    sheet.record |= {"x_original": none, "y_original": none, "crs_original": none}
    sheet.record["geometry"] = [None] * len(sheet)
    part = profile.position
    if part is None:
        lon, lat = np.full(len(sheet), np.nan), np.full(len(sheet), np.nan)
    elif isinstance(part, GeojsonPosition):
        # A warning may name its area in words and codes alone.
        lon, lat = _shapes(part, sheet, around, expected=profile.kind != "warning")
    else:
        lon, lat = _points(part, sheet, around)
    lon[~sheet.alive], lat[~sheet.alive] = np.nan, np.nan
    districts, grids = around.place.locate(lon, lat)
    sheet.record |= {
        "lon": lon.tolist(),
        "lat": lat.tolist(),
        "district": districts.tolist(),
        "grid": grids.tolist(),
        "h3": cells(lon, lat).tolist(),
    }


def _shapes(
    part: GeojsonPosition, sheet: Sheet, around: Surroundings, *, expected: bool
) -> tuple[Column, Column]:
    """A point inside each shape, NaN for rows without one; fills ``geometry``."""
    own = canonical_crs(part.crs) if part.crs else "WGS-84"
    shapes = [shape_of(value, own) for value in sheet.values(part.path)]
    for position, one in enumerate(shapes):
        if one is not None and one.code:
            sheet.quarantine(position, one.code, part.path)
        elif one is not None and one.mended:
            sheet.flag(position, "mended_geometry", part.path)
        elif one is None and expected:
            sheet.flag(position, "no_coordinates", part.path)
    lon = np.array([one.lon if one else np.nan for one in shapes], dtype=np.float64)
    lat = np.array([one.lat if one else np.nan for one in shapes], dtype=np.float64)
    sheet.record["geometry"] = [one.text if one else None for one in shapes]
    sheet.record["crs_original"] = [one.crs if one else own for one in shapes]
    astray = np.isfinite(lon) & ~_fits(part, around, lon, lat)
    swapped = astray & _fits(part, around, lat, lon)
    sheet.quarantine_all(swapped, "coordinates_swapped", part.path)
    for at in np.flatnonzero(astray & ~swapped).tolist():
        code = _outside("WGS-84", lon[at], lat[at], lon[at], lat[at])
        shape = shapes[at]  # the middle of something large may well be 0, 0
        large = code == "null_island" and shape is not None and shape.extended
        sheet.quarantine(at, "coordinates_out_of_area" if large else code, part.path)
    return lon, lat


def _points(part: PointForm, sheet: Sheet, around: Surroundings) -> tuple[Column, Column]:
    """Longitude and latitude, NaN for rows without a usable position; fills the originals."""
    points = read_points(part, sheet)
    names = systems(part, sheet)
    sheet.record |= {
        "x_original": points.x_original,
        "y_original": points.y_original,
        "crs_original": names,
    }
    lon, lat = np.full(len(sheet), np.nan), np.full(len(sheet), np.nan)
    for crs, rows in _by_system(names):
        if crs:
            lon[rows], lat[rows] = _placed(part, crs, points, rows, sheet, around)
        else:
            given = np.isfinite(points.x[rows]) & np.isfinite(points.y[rows])
            for position in rows[given].tolist():
                sheet.quarantine(position, "crs_unknown", part.crs_path or points.field)
    return lon, lat


def _by_system(names: Sequence[str]) -> list[tuple[str, Rows]]:
    """Each coordinate system and the rows given in it."""
    systems = sorted(set(names))
    if len(systems) == 1:
        return [(systems[0], np.arange(len(names)))]
    column = np.array(names, dtype=object)
    return [(name, np.flatnonzero(column == name)) for name in systems]


def _placed(
    part: PointForm, crs: str, points: Points, rows: Rows, sheet: Sheet, around: Surroundings
) -> tuple[Column, Column]:
    """Longitude and latitude of the rows of one system.

    Exchanged pairs are put right; other points that do not fit are quarantined.
    """
    x, y = points.x[rows], points.y[rows]
    found_lon, found_lat = to_wgs84(x, y, crs)
    lon, lat = np.array(found_lon), np.array(found_lat)
    given = np.isfinite(x) & np.isfinite(y)
    astray = np.flatnonzero(given & ~_fits(part, around, lon, lat))
    if len(astray):
        # A pair that fits when exchanged was exchanged: no other reading comes close.
        other_lon, other_lat = to_wgs84(y[astray], x[astray], crs)
        swapped = _fits(part, around, other_lon, other_lat)
        lon[astray[swapped]], lat[astray[swapped]] = other_lon[swapped], other_lat[swapped]
        for position in rows[astray[swapped]].tolist():
            sheet.flag(position, "coordinates_swapped", points.field)
        for at in astray[~swapped].tolist():
            code = _outside(crs, x[at], y[at], lon[at], lat[at])
            if code == "coordinates_out_of_area" and _may_lie_inside(part, around, x[at], y[at]):
                code = "low_precision"
            sheet.quarantine(int(rows[at]), code, points.field)
    if crs in _DEGREES and part.notation == "degrees":
        for position in rows[given & _coarse(x) & _coarse(y)].tolist():
            sheet.flag(position, "low_precision", points.field)
    return lon, lat


def _fits(part: Position, around: Surroundings, lon: Column, lat: Column) -> Flags:
    """Which points may be meant: those in the city, or for any area those on Earth."""
    if part.area == "city":
        return around.place.inside(lon, lat)
    with np.errstate(invalid="ignore"):
        nowhere = (np.abs(lon) < _NULL_ISLAND) & (np.abs(lat) < _NULL_ISLAND)
        return (np.abs(lon) <= 180) & (np.abs(lat) <= 90) & ~nowhere


def _outside(crs: str, x: float, y: float, lon: float, lat: float) -> str:
    """Why a point that does not fit cannot be used."""
    degrees = (x, y) if crs in _DEGREES else (lon, lat)
    if any(max(map(abs, pair)) < _NULL_ISLAND for pair in ((x, y), degrees)):
        return "null_island"
    # Written so that NaN and infinity are out of range, too.
    if not (abs(degrees[0]) <= 180 and abs(degrees[1]) <= 90):
        return "coordinates_out_of_range"
    return "coordinates_out_of_area"


def _may_lie_inside(part: Position, around: Surroundings, x: float, y: float) -> bool:
    """Whether degrees of at most two decimals may be a point of the city that was cut or rounded.

    What is true of degrees of WGS-84 is true enough of every other system in degrees.
    """
    pair = np.array([x, y])
    if not _coarse(pair).all():
        return False
    last = next(one for one in (1.0, 0.1, 0.01) if np.allclose(pair / one, np.round(pair / one)))
    steps = np.linspace(-last, last, 9)
    lon, lat = np.meshgrid(x + steps, y + steps)
    return bool(_fits(part, around, lon.ravel(), lat.ravel()).any())


def _coarse(degrees: Column) -> Flags:
    """Which values say no more than two decimals (about a kilometre)."""
    with np.errstate(invalid="ignore", over="ignore"):
        hundredths = degrees * 100
        return np.abs(hundredths - np.round(hundredths)) < 1e-6
