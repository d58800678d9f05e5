"""The places of a sample's rows: on the map, and counted under every coordinate system."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext
from numpy.typing import NDArray

from city.selectors import locator
from core.coordinates import canonical_crs, from_wgs84, to_wgs84
from core.errors import BadInput
from integration.domain.proposing import Proposal
from integration.domain.proposing.systems import DEGREES
from integration.domain.trying import Trial
from web.maps import Map

__all__ = ["BenchMap", "SystemLine", "bench_map", "system_lines"]

Column = NDArray[np.float64]
Points = Sequence[tuple[int, float, float]]


@dataclass(frozen=True)
class SystemLine:
    """A coordinate system tried on the sample; `in_use` is the document's own.

    `city`, `district`: how many of `total` points lie in it. `agrees`: of the rows that name their
    district, those whose point lies there, in per cent.
    """

    crs: str
    in_use: bool
    city: int
    district: int
    total: int
    agrees: int | None
    points: Points

    @property
    def fits(self) -> bool:
        """Whether all of its points lie in the city."""
        return self.total > 0 and self.city == self.total


@dataclass(frozen=True)
class BenchMap(Map):
    """A map whose points are switched between coordinate systems by the page's script."""

    systems: Sequence[SystemLine] = ()

    @property
    def settings(self) -> dict[str, Any]:
        """What bench.js reads besides what every map does."""
        return {
            **super().settings,
            "systems": {one.crs: list(one.points) for one in self.systems},
            "in_use": next((one.crs for one in self.systems if one.in_use), ""),
            "line": gettext("Line {n}"),
        }


def system_lines(
    document: Mapping[str, Any], proposal: Proposal | None, trial: Trial | None
) -> list[SystemLine]:
    """The rows' points under every system that is possible, the likeliest first.

    The points are those of the try-out, taken back into the source's numbers and read anew.
    """
    position = document.get("position") or {}
    present = _known(position.get("crs"))
    if not present or trial is None or not trial.points:
        return []
    x, y = from_wgs84(*_columns(trial), present)
    shares = {one.crs: one.agrees for one in proposal.systems} if proposal else {}
    tried = [one for one in shares if _known(one)]
    names = dict.fromkeys([*tried, *(DEGREES if present in DEGREES else ()), present])
    return [_line(crs, crs == present, x, y, shares.get(crs), trial) for crs in names]


def _known(crs: object) -> str:
    """The system by its own name, empty for none."""
    try:
        return canonical_crs(crs) if isinstance(crs, str) else ""
    except BadInput:
        return ""


def _columns(trial: Trial) -> tuple[Column, Column]:
    lon = np.array([one.lon for one in trial.points])
    return lon, np.array([one.lat for one in trial.points])


def _line(
    crs: str, in_use: bool, x: Column, y: Column, agrees: float | None, trial: Trial
) -> SystemLine:
    lon, lat = to_wgs84(x, y, crs)
    inside = locator().inside(lon, lat)
    districts, _ = locator().locate(lon, lat)
    places = zip(trial.points, lon.tolist(), lat.tolist(), strict=True)
    return SystemLine(
        crs=crs,
        in_use=in_use,
        city=int(inside.sum()),
        district=int((districts != "").sum()),
        total=len(trial.points),
        agrees=None if agrees is None else round(100 * agrees),
        points=[(one.line, round(at, 6), round(on, 6)) for one, at, on in places],
    )


def bench_map(trial: Trial | None, systems: Sequence[SystemLine]) -> BenchMap:
    """The map of a try-out."""
    own = [(one.line, one.lon, one.lat) for one in trial.points] if trial else []
    if not any(one.in_use for one in systems) and own:
        systems = [*systems, SystemLine("", True, 0, 0, len(own), None, own)]
    return BenchMap((), label=gettext("The sample on the map"), quiet=True, systems=systems)
