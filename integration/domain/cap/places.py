"""The polygons and circles of areas, from their texts to rings of degrees.

CAP writes "latitude,longitude"; rings here are arrays of shape (n, 2), (longitude, latitude), and
closed.
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

__all__ = [
    "CIRCLE_POINTS",
    "LEAST_KM",
    "MOST_RADIUS_KM",
    "Ring",
    "Unusable",
    "circle",
    "points_in",
    "polygon",
]

MOST_RADIUS_KM = 5000.0  # wider than any storm; half-way round the Earth is 20,000
CIRCLE_POINTS = 64  # its outline is off by 0.12 % of the radius at most
LEAST_KM = 0.001  # smaller circles are points
_DECIMALS = 6  # a tenth of a metre
_PAIR = re.compile(r"([+-]?\d{1,3}(?:\.\d{0,20})?),([+-]?\d{1,3}(?:\.\d{0,20})?)", re.ASCII)
_RADIUS = re.compile(r"\d{1,9}(?:\.\d{0,20})?", re.ASCII)
_EARTH = Geod(ellps="WGS84")

Ring = NDArray[np.float64]


@dataclass
class Unusable(Exception):
    """A shape that cannot be used: the reason's code, and the element it stands in."""

    code: str
    field: str


def points_in(text: str) -> int:
    """How many pairs a polygon's text has."""
    return len(text.split())


def polygon(text: str) -> Ring:
    """The ring of a polygon; Unusable."""
    pairs = [_PAIR.fullmatch(one) for one in text.split()]
    if len(pairs) < 4 or None in pairs:
        raise Unusable("bad_geometry", "polygon")
    degrees = np.array([[float(one[1]), float(one[2])] for one in pairs if one])
    _check(degrees, "polygon")
    if (degrees[0] != degrees[-1]).any():
        raise Unusable("bad_geometry", "polygon")
    return degrees[:, ::-1].copy()


def circle(text: str, *, least_km: float = 0.0) -> Ring:
    """The geodesic ring of a circle "lat,lon radius", radius in km and drawn no smaller than told.

    A ring of one point where the radius is 0. Raises Unusable, also for a circle around a pole,
    which no ring of degrees can show.
    """
    centre, _, radius = text.partition(" ")
    pair, size = _PAIR.fullmatch(centre), _RADIUS.fullmatch(radius.strip())
    if not pair or not size or float(size[0]) > MOST_RADIUS_KM:
        raise Unusable("bad_geometry", "circle")
    lat, lon, metres = float(pair[1]), float(pair[2]), max(float(size[0]), least_km) * 1000
    _check(np.array([[lat, lon]]), "circle")
    if metres < LEAST_KM * 1000:
        return np.array([[lon, lat]])
    to_pole = _EARTH.inv(lon, lat, lon, 90.0 if lat >= 0 else -90.0)[2]
    if metres >= to_pole:
        raise Unusable("bad_geometry", "circle")
    turns = np.linspace(0.0, 360.0, CIRCLE_POINTS, endpoint=False)
    lons, lats, _ = _EARTH.fwd(
        np.full(CIRCLE_POINTS, lon),
        np.full(CIRCLE_POINTS, lat),
        turns,
        np.full(CIRCLE_POINTS, metres),
    )
    ring = np.round(np.column_stack([lons, lats]), _DECIMALS)
    return np.vstack([ring, ring[:1]])


def _check(degrees: Ring, field: str) -> None:
    """Raise Unusable for (latitude, longitude) pairs that are no places, or exchanged."""
    lat, lon = np.abs(degrees).max(axis=0)
    if lat <= 90 and lon <= 180:
        return
    swapped = lon <= 90 and lat <= 180
    raise Unusable("coordinates_swapped" if swapped else "coordinates_out_of_range", field)
