"""Distance between points of a city, in metres on the WGS-84 ellipsoid.

The mid-latitude formula: differences of longitude and latitude times the lengths of a radian on
the ellipsoid halfway between. Within 1 cm of the geodesic at 5 km and far less at the distances
that associate records (Bowring, "Total inverse solutions for the geodesic", Survey Review 1996,
gives the series of which this is the first term).
"""

from math import cos, hypot, radians, sin, sqrt

_AXIS_M = 6378137.0
_FLATTENING = 1 / 298.257223563
_ECCENTRICITY_2 = _FLATTENING * (2 - _FLATTENING)
_DEGREE = radians(1.0)
_SHORTEST_DEGREE_M = _AXIS_M * (1 - _ECCENTRICITY_2) * _DEGREE
"""A degree of latitude is nowhere shorter than at the equator."""


def metres(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Metres between two points in degrees, for points of one city (below about 100 km)."""
    middle = (lat1 + lat2) * 0.5 * _DEGREE
    sine = sin(middle)
    curve = 1.0 - _ECCENTRICITY_2 * sine * sine
    normal = _AXIS_M / sqrt(curve)
    north = (lat2 - lat1) * _DEGREE * normal * (1.0 - _ECCENTRICITY_2) / curve
    turn = (lon2 - lon1 + 180.0) % 360.0 - 180.0
    return hypot(turn * _DEGREE * normal * cos(middle), north)


def degrees_of(radius_m: float, latitude: float) -> tuple[float, float]:
    """Degrees of (longitude, latitude) that surely hold `radius_m` up to `latitude` (absolute)."""
    step = radius_m / _SHORTEST_DEGREE_M * 1.001
    # Near the poles every longitude is near; 360 degrees hold them all.
    shrink = max(cos(radians(min(latitude, 90.0))), 1e-6)
    return min(step / shrink, 360.0), step
