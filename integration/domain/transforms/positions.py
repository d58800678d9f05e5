"""Where it happened: any coordinate system to WGS-84, then to district, grid and H3 cell."""

import numpy as np

from core.cells import cells
from core.coordinates import canonical_crs, to_wgs84
from integration.domain.profile import Position, Profile
from integration.domain.rows import Column, Flags, Sheet, Surroundings
from integration.domain.values import (
    EMPTY,
    NOT_A_NUMBER,
    NOT_FINITE,
    numbers,
    texts,
)

__all__ = ["ORDER", "apply"]

ORDER = 30

_LONGEST_ORIGINAL = 64
_NULL_ISLAND = 0.01  # degrees around 0, 0
_DEGREES = ("WGS-84", "CGCS2000", "GCJ-02", "BD-09")


def apply(profile: Profile, sheet: Sheet, around: Surroundings) -> None:
    """Fill ``lon, lat, x_original, y_original, district, grid, h3``."""
    lon, lat = np.full(len(sheet), np.nan), np.full(len(sheet), np.nan)
    x_original = y_original = [""] * len(sheet)
    if profile.position is not None:
        x_original = _originals(sheet, profile.position.lon)
        y_original = _originals(sheet, profile.position.lat)
        lon, lat = _located(profile.position, sheet, around)
    lon[~sheet.alive], lat[~sheet.alive] = np.nan, np.nan
    districts, grids = around.place.locate(lon, lat)
    sheet.record |= {
        "lon": lon.tolist(),
        "lat": lat.tolist(),
        "x_original": x_original,
        "y_original": y_original,
        "district": districts.tolist(),
        "grid": grids.tolist(),
        "h3": cells(lon, lat).tolist(),
    }


def _originals(sheet: Sheet, path: str) -> list[str]:
    return [text[:_LONGEST_ORIGINAL] for text in texts(sheet.values(path))]


def _located(part: Position, sheet: Sheet, around: Surroundings) -> tuple[Column, Column]:
    """Longitude and latitude, NaN for rows without a usable position."""
    crs = canonical_crs(part.crs)
    x, y = _numbers(part, sheet)
    given = np.isfinite(x) & np.isfinite(y)
    lon, lat = to_wgs84(x, y, crs)
    lon, lat = np.array(lon), np.array(lat)
    astray = given & ~around.place.inside(lon, lat)
    if astray.any():
        _settle(part, crs, sheet, around, (x, y), (lon, lat), astray)
    if crs in _DEGREES:
        sheet.flag_all(_coarse(x) & _coarse(y) & given, "low_precision", part.lon)
    return lon, lat


def _numbers(part: Position, sheet: Sheet) -> tuple[Column, Column]:
    """Both numbers of each row, NaN where one is none; such rows are flagged or quarantined."""
    x, x_state = numbers(sheet.values(part.lon))
    y, y_state = numbers(sheet.values(part.lat))
    if not any(x_state) and not any(y_state):
        return x, y
    for position, states in enumerate(zip(x_state, y_state, strict=True)):
        if states == (EMPTY, EMPTY):
            sheet.flag(position, "no_coordinates", part.lon)
            continue
        for path, state in zip((part.lon, part.lat), states, strict=True):
            if state:
                sheet.quarantine(position, _CODES[state], path)
    return x, y


_CODES = {EMPTY: "missing_field", NOT_A_NUMBER: "bad_number", NOT_FINITE: "not_finite"}


def _settle(
    part: Position,
    crs: str,
    sheet: Sheet,
    around: Surroundings,
    given: tuple[Column, Column],
    found: tuple[Column, Column],
    astray: Flags,
) -> None:
    """Put exchanged pairs right and quarantine the other points outside the city, in place."""
    x, y = given
    lon, lat = found
    at = np.flatnonzero(astray)
    # A pair that lies in the city when exchanged was exchanged: no other reading comes close.
    other_lon, other_lat = to_wgs84(y[at], x[at], crs)
    swapped = around.place.inside(other_lon, other_lat)
    lon[at[swapped]], lat[at[swapped]] = other_lon[swapped], other_lat[swapped]
    for position in at[swapped].tolist():
        sheet.flag(position, "coordinates_swapped", part.lon)
    for position in at[~swapped].tolist():
        code = _outside(crs, float(x[position]), float(y[position]), lon[position], lat[position])
        sheet.quarantine(position, code, part.lon)
        lon[position] = lat[position] = np.nan


def _outside(crs: str, x: float, y: float, lon: float, lat: float) -> str:
    """Why a point outside the city cannot be used."""
    if abs(x) < _NULL_ISLAND and abs(y) < _NULL_ISLAND:
        return "null_island"
    degrees = (x, y) if crs in _DEGREES else (lon, lat)
    # Written so that NaN and infinity are out of range, too.
    if not (abs(degrees[0]) <= 180 and abs(degrees[1]) <= 90):
        return "coordinates_out_of_range"
    return "coordinates_out_of_area"


def _coarse(degrees: Column) -> Flags:
    """Which values say no more than two decimals (about a kilometre)."""
    with np.errstate(invalid="ignore", over="ignore"):
        hundredths = degrees * 100
        return np.abs(hundredths - np.round(hundredths)) < 1e-6
