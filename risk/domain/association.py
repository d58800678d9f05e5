"""Which records tell of the same occurrence: same family, near in space and in time.

Records of one family are taken in the order of their times. Each joins the best of the incidents
within reach, or opens one. What decides does not depend on the order in which the records came:
they are sorted by time and then by their names first. Two incidents are never merged silently.

A record that already belongs to an incident (its *home*) stays there while it still fits.
"""

from dataclasses import dataclass, field
from math import floor

import numpy as np
from numpy.typing import NDArray

from risk.domain.distance import degrees_of, metres
from risk.domain.rules import Reach

Column = NDArray[np.float64]
Codes = NDArray[np.int64]
NONE = -1

# Weight of a level of agreement: the nearer, the heavier; an own category is worth a step.
_STEPS = ((0.25, 3.0), (0.5, 2.0), (1.0, 1.0))
PLACE_LEVELS = {3.0: "very_near", 2.0: "near", 1.0: "in_reach", 0.0: "first"}
TIME_LEVELS = {3.0: "very_near", 2.0: "near", 1.0: "in_reach", 0.0: "first"}
FAMILY_LEVELS = {2.0: "same_category", 1.0: "same_family", 0.0: "first"}


@dataclass(frozen=True)
class Reports:
    """Located, timed records of one family, all columns of shape (n,).

    `at`: seconds since the epoch; `name`: what makes a record unique, for ties; `category`: any
    integers; `home`: position of the incident it belongs to, or NONE.
    """

    at: Column
    lon: Column
    lat: Column
    category: Codes
    name: NDArray[np.object_]
    home: Codes


@dataclass(frozen=True)
class Known:
    """Incidents of the family that the records could join, all columns of shape (m,).

    `voices` ≥ 1: how many reports the centre is the mean of; `empty`: every record of it is among
    the given ones, so that the columns tell where it was, and nobody but they may enter it.
    """

    first: Column
    last: Column
    lon: Column
    lat: Column
    voices: Codes
    category: Codes
    empty: NDArray[np.bool_]


@dataclass
class Placed:
    """The incident of each record, shape (n,): positions ≥ m are new ones; weights of the grounds.

    A founding record weighs nothing: it agrees with nobody but itself.
    """

    incident: Codes
    place: Column
    time: Column
    family: Column
    opened: int = 0


@dataclass
class _Incident:
    first: float
    last: float
    lon: float
    lat: float
    voices: int
    category: int
    empty: bool = False
    cell: tuple[int, int] = (0, 0)


@dataclass
class _Map:
    """Incidents by cells at least as wide as the reach: nine hold every neighbour."""

    wide: float
    high: float
    cells: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    def cell(self, lon: float, lat: float) -> tuple[int, int]:
        return floor(lon / self.wide), floor(lat / self.high)

    def near(self, lon: float, lat: float) -> list[list[int]]:
        column, row = self.cell(lon, lat)
        found = []
        for x in (column - 1, column, column + 1):
            for y in (row - 1, row, row + 1):
                held = self.cells.get((x, y))
                if held:
                    found.append(held)
        return found

    def put(self, position: int, incident: _Incident) -> None:
        cell = self.cell(incident.lon, incident.lat)
        if position in self.cells.get(incident.cell, ()):
            if cell == incident.cell:
                return
            self.cells[incident.cell].remove(position)
        incident.cell = cell
        self.cells.setdefault(cell, []).append(position)


def associate(reports: Reports, known: Known, reach: Reach) -> Placed:
    """Place every record; times in seconds, lengths in metres."""
    count = len(reports.at)
    placed = Placed(
        incident=np.full(count, NONE, dtype=np.int64),
        place=np.zeros(count),
        time=np.zeros(count),
        family=np.zeros(count),
    )
    run = _Run(reports, known, reach, placed)
    order = sorted(range(count), key=lambda one: (reports.at[one], str(reports.name[one])))
    free = [one for one in order if not run.stays(one)]
    run.open_up()
    for one in free:
        run.settle(one)
    placed.opened = len(run.incidents) - len(known.first)
    return placed


class _Run:
    """One association: the incidents as they grow, and what is decided about each record."""

    def __init__(self, reports: Reports, known: Known, reach: Reach, placed: Placed) -> None:
        self.placed, self.reach = placed, reach
        # Plain Python numbers: a loop over single values of an array costs several times more.
        self.at, self.lon, self.lat = (
            reports.at.tolist(),
            reports.lon.tolist(),
            reports.lat.tolist(),
        )
        self.category, self.home = reports.category.tolist(), reports.home.tolist()
        columns = (known.first, known.last, known.lon, known.lat, known.voices, known.category)
        rows = zip(*(one.tolist() for one in columns), known.empty.tolist(), strict=True)
        self.incidents = [_Incident(*row) for row in rows]
        latitudes = np.abs(np.concatenate([reports.lat, known.lat, [0.0]]))
        wide, high = degrees_of(max(reach.radius_m, 1.0), float(latitudes.max()))
        self.map = _Map(wide, high)

    def open_up(self) -> None:
        """Let records without a home find the incidents that somebody is left in."""
        for position, incident in enumerate(self.incidents):
            if not incident.empty:
                self.map.put(position, incident)

    def stays(self, one: int) -> bool:
        """Keep a record in its home while it still fits; True if it does."""
        home = self.home[one]
        if home == NONE:
            return False
        incident = self.incidents[home]
        weights = self._weigh(one, incident)
        if weights is None:
            return False
        self._join(one, home, (0.0, 0.0, 0.0) if incident.empty else weights)
        return True

    def settle(self, one: int) -> None:
        """Join the best incident within reach, else take the empty home along, else open one."""
        best, weights = self._best(one)
        if best != NONE:
            self._join(one, best, weights)
            return
        home = self.home[one]
        if home == NONE or not self.incidents[home].empty:
            home = len(self.incidents)
            self.incidents.append(self._opened_by(one))
        self._join(one, home, (0.0, 0.0, 0.0))
        self.map.put(home, self.incidents[home])

    def _opened_by(self, one: int) -> _Incident:
        at, lon, lat = self.at[one], self.lon[one], self.lat[one]
        return _Incident(at, at, lon, lat, 0, self.category[one], empty=True)

    def _best(self, one: int) -> tuple[int, tuple[float, float, float]]:
        at, window = self.at[one], self.reach.window_s
        best, best_rank, best_weights = NONE, (0.0, 0.0, 0), (0.0, 0.0, 0.0)
        for held in self.map.near(self.lon[one], self.lat[one]):
            gone = False
            for position in held:
                incident = self.incidents[position]
                if incident.last + window < at:
                    gone = True
                    continue
                weights = self._weigh(one, incident)
                if weights is None:
                    continue
                rank = (sum(weights), -self._away(one, incident), -position)
                if best == NONE or rank > best_rank:
                    best, best_rank, best_weights = position, rank, weights
            if gone:  # times only grow: nobody will ask for these again
                held[:] = [p for p in held if self.incidents[p].last + window >= at]
        return best, best_weights

    def _away(self, one: int, incident: _Incident) -> float:
        return metres(self.lon[one], self.lat[one], incident.lon, incident.lat)

    def _weigh(self, one: int, incident: _Incident) -> tuple[float, float, float] | None:
        """Weights of (place, time, family), None out of reach."""
        at = self.at[one]
        gap = max(incident.first - at, at - incident.last, 0.0)
        if gap > self.reach.window_s:
            return None
        away = self._away(one, incident)
        if away > self.reach.radius_m:
            return None
        family = 2.0 if incident.category == self.category[one] else 1.0
        return _level(away, self.reach.radius_m), _level(gap, self.reach.window_s), family

    def _join(self, one: int, position: int, weights: tuple[float, float, float]) -> None:
        incident = self.incidents[position]
        at, lon, lat = self.at[one], self.lon[one], self.lat[one]
        if incident.empty:
            fresh = self._opened_by(one)
            incident.first, incident.last, incident.lon, incident.lat = at, at, lon, lat
            incident.category, incident.voices, incident.empty = fresh.category, 1, False
        else:
            incident.voices += 1
            incident.lon += (lon - incident.lon) / incident.voices
            incident.lat += (lat - incident.lat) / incident.voices
            incident.first, incident.last = min(incident.first, at), max(incident.last, at)
            if position in self.map.cells.get(incident.cell, ()):
                self.map.put(position, incident)
        self.placed.incident[one] = position
        self.placed.place[one], self.placed.time[one], self.placed.family[one] = weights


def _level(value: float, limit: float) -> float:
    for share, weight in _STEPS:
        if value <= share * limit:
            return weight
    return _STEPS[-1][1]  # the limit itself, after rounding


def grounds(place: float, time: float, family: float) -> list[dict[str, object]]:
    """The reasons of a link as they are stored; their weights sum to the link's weight."""
    return [
        {"field": "place", "level": PLACE_LEVELS[place], "weight": place},
        {"field": "time", "level": TIME_LEVELS[time], "weight": time},
        {"field": "family", "level": FAMILY_LEVELS[family], "weight": family},
    ]
