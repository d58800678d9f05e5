"""In which coordinate system points are: every system tried against the city's area.

GCJ-02, BD-09 and WGS-84 lie 0.5 to 1.2 km apart, so that all of them put a city's points into the
city. What tells them apart are rows that name their district or grid, and points at its edge:
read in the right system more of them lie where they should. Whether that is more than chance says
a sign test over the neighbourhoods in which two systems differ.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.coordinates import to_wgs84
from integration.domain.proposing.city import City
from integration.domain.proposing.told import SystemShare
from integration.domain.rows import Column as Numbers
from integration.domain.rows import Flags

Places = NDArray[np.intp]

__all__ = ["DEGREES", "Evidence", "Named", "evidence", "projected"]

DEGREES = ("WGS-84", "GCJ-02", "BD-09")
"""Systems of degrees that differ; CGCS2000 is WGS-84 to within a metre."""

_PROJECTED = (*(f"EPSG:{code}" for code in range(4491, 4555)), "EPSG:3857")
_LEAST = 0.5  # of the points in the city, for a system to be possible
_CERTAIN = 0.97
_NEIGHBOURS = 0.01  # degrees
_DOUBT = 2  # witnesses that each side has before anybody speaks


@dataclass(frozen=True)
class Named:
    """What rows say of where they lie: code of a district, or of a grid; empty for none."""

    districts: Sequence[str]
    grids: Sequence[str]

    @property
    def any(self) -> bool:
        """Whether any row names one."""
        return any(self.districts) or any(self.grids)


@dataclass(frozen=True)
class Evidence:
    """Every possible system, the likeliest first, with how certain it is and its shares."""

    shares: tuple[SystemShare, ...]
    certainty: Mapping[str, float]

    @property
    def best(self) -> str:
        """The likeliest system."""
        return self.shares[0].crs


def projected(x: Numbers, y: Numbers, city: City) -> list[str]:
    """The systems of metres in which the middle of the points lies in the city."""
    with np.errstate(all="ignore"):
        middle = np.array([np.nanmedian(x)]), np.array([np.nanmedian(y)])
        found = []
        for crs in _PROJECTED:
            lon, lat = to_wgs84(*middle, crs)
            if city.around.place.inside(np.asarray(lon), np.asarray(lat)).all():
                found.append(crs)
    # 3 and 6 degree belts with the same meridian are one and the same: the narrower one is usual.
    return sorted(found, key=lambda crs: (crs != "EPSG:3857", -int(crs[5:])))


def evidence(
    x: Numbers, y: Numbers, systems: Sequence[str], named: Named, city: City
) -> Evidence | None:
    """How the points lie in each system; None where in none of them half lie in the city.

    ``x``, ``y``: shape (n,), NaN for rows without a point.
    """
    known = np.isfinite(x) & np.isfinite(y)
    if not known.any():
        return None
    shares, good = [], {}
    for crs in systems:
        share, fits = _lies(crs, x, y, known, named, city)
        if share.in_city >= _LEAST:
            shares.append(share)
            good[crs] = fits
    if not shares:
        return None
    certainty = _certainties(good, _neighbourhoods(x[known], y[known], systems[0]))
    order = {crs: place for place, crs in enumerate(systems)}
    shares.sort(key=lambda one: (-round(certainty[one.crs], 6), -one.in_city, order[one.crs]))
    return Evidence(tuple(shares), certainty)


def _lies(
    crs: str, x: Numbers, y: Numbers, known: Flags, named: Named, city: City
) -> tuple[SystemShare, Flags]:
    """How the points lie in one system, and which of them lie where they should."""
    with np.errstate(all="ignore"):
        lon, lat = (np.asarray(one) for one in to_wgs84(x, y, crs))
        inside = city.around.place.inside(lon, lat) & known
        districts, grids = city.around.place.locate(
            np.where(inside, lon, np.nan), np.where(inside, lat, np.nan)
        )
    wanted_district = np.array(named.districts, dtype=object)
    wanted_grid = np.array(named.grids, dtype=object)
    of_grid = known & (wanted_grid != "")
    of_district = known & (wanted_district != "") & ~of_grid
    fits = known & (districts != "")
    fits[of_grid] = (grids == wanted_grid)[of_grid]
    fits[of_district] = (districts == wanted_district)[of_district]
    compared = of_grid | of_district
    count = int(known.sum())
    agrees = float(fits[compared].mean()) if compared.any() else None
    return (
        SystemShare(
            crs,
            round(float(inside.sum()) / count, 4),
            round(float((known & (districts != "")).sum()) / count, 4),
            None if agrees is None else round(agrees, 4),
            int(compared.sum()),
        ),
        fits[known],
    )


def _neighbourhoods(x: Numbers, y: Numbers, crs: str) -> Places:
    """The neighbourhood of each point, about a kilometre wide, as numbers."""
    with np.errstate(all="ignore"):
        lon, lat = (np.asarray(one) for one in to_wgs84(x, y, crs))
        cells = np.floor(np.nan_to_num(np.stack([lon, lat], axis=1)) / _NEIGHBOURS)
    return np.unique(cells, axis=0, return_inverse=True)[1].reshape(-1)


def _certainties(good: Mapping[str, Flags], where: Places) -> dict[str, float]:
    """How certain each system is: how likely it is better than each of the others.

    They add up to one at most; what cannot be told apart shares evenly.
    """
    if len(good) == 1:
        return dict.fromkeys(good, _CERTAIN)
    raw = {
        crs: math.prod(
            _better(*_speak(fits, other, where)) for name, other in good.items() if name != crs
        )
        for crs, fits in good.items()
    }
    whole = sum(raw.values())
    return {crs: round(min(_CERTAIN, one / whole), 4) for crs, one in raw.items()}


def _speak(fits: Flags, other: Flags, where: Places) -> tuple[int, int]:
    """In how many neighbourhoods more rows fit under one system, and in how many under another.

    Rows of one neighbourhood are one witness: a spot with many reports at the edge of a district
    says once, not twenty times, on which side it lies.
    """
    leaning = np.bincount(where, weights=fits.astype(float) - other)
    return int((leaning > 0).sum()), int((leaning < 0).sum())


def _better(more: int, less: int) -> float:
    """How likely one system of two is the better: ``more`` witnesses for it, ``less`` against.

    The chance that a coin which fell ``more`` to ``less`` favours the first side (a beta
    distribution, in closed form for whole numbers). Each side begins with two witnesses: people
    name the wrong district where two meet.
    """
    more, less = more + _DOUBT, less + _DOUBT
    flips = more + less + 1
    if flips > 2000:  # beyond doubt, and beyond what floats hold
        more, less, flips = more * 1000 // flips, less * 1000 // flips, 0
        flips = more + less + 1
    ways = sum(math.comb(flips, one) for one in range(more + 1))
    return float(ways / 2**flips)
