"""Which records tell of the same occurrence: of a kind, near in space and in time.

A record joins the best of the incidents within reach, or opens one. What decides does not depend
on the order in which the records came: they are taken in turns, and within a turn by their times
and then by their names. What has a position comes before what has only an address, what surely
tells of a kind before what may be a part of it, exact times before days: each finds the incidents
that surer ones made. Two incidents are never merged silently.

A record that already belongs to an incident (its *home*) stays there unless it is clearly out.
A *lone* one looks elsewhere first: it is the only record of its home, and was unsure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import floor, isnan

from risk.domain.distance import degrees_of
from risk.domain.fitting import Incident, Report, agreement, misfit
from risk.domain.grounds import Levels
from risk.domain.rules import Reach

__all__ = ["Placed", "associate"]

_JOINS = 1.0
# The centre wanders while others join; who belongs is not put out for what others did.
_LEAVES = 2.0
# A report that only names a place joins what two others have located, not one single voice.
_LOCATED = 2


@dataclass(frozen=True)
class Placed:
    """The incident of each report and why, in the reports' order; positions ≥ m are new ones.

    `kinds`: the kinds of the new ones.
    """

    incident: list[int]
    levels: list[Levels]
    kinds: list[str]


def associate(
    reports: Sequence[Report], known: Sequence[Incident], reaches: Mapping[str, Reach]
) -> Placed:
    """Place every report in one of the `known` incidents or a new one; `reaches` by kind."""
    run = _Run(known, reaches)
    order = sorted(range(len(reports)), key=lambda one: (reports[one].start, reports[one].name))
    free = [one for one in order if not run.stays(one, reports[one])]
    free.sort(key=lambda one: reports[one].turn)
    run.open_up(reports)
    for _, turn in groupby(free, key=lambda one: reports[one].turn):
        run.map.begin()
        for one in turn:
            run.settle(one, reports[one])
    chosen = [run.chosen[one] for one in range(len(reports))]
    return Placed(
        [position for position, _ in chosen],
        [levels for _, levels in chosen],
        [one.kind for one in run.incidents[len(known) :]],
    )


class _Map:
    """Incidents by kind and cell; a cell is as wide as the kind's radius: nine hold all near."""

    def __init__(self, reaches: Mapping[str, Reach], latitude: float) -> None:
        self.sizes = {
            kind: degrees_of(max(reach.radius_m, 1.0), latitude) for kind, reach in reaches.items()
        }
        self.cells: dict[tuple[str, int, int], list[int]] = {}
        # The same as far as a turn has not left them behind: its times only grow.
        self.live: dict[tuple[str, int, int], list[int]] = {}

    def begin(self) -> None:
        """A new turn: its times begin anew."""
        self.live.clear()

    def near(self, kind: str, report: Report) -> list[list[int]]:
        wide, high = self.sizes[kind]
        column, row = floor(report.lon / wide), floor(report.lat / high)
        found = []
        for x in (column - 1, column, column + 1):
            for y in (row - 1, row, row + 1):
                held = self.live.get((kind, x, y))
                if held is None and (kind, x, y) in self.cells:
                    held = self.live[kind, x, y] = list(self.cells[kind, x, y])
                if held:
                    found.append(held)
        return found

    def put(self, position: int, incident: Incident) -> None:
        wide, high = self.sizes[incident.kind]
        cell = incident.kind, floor(incident.lon / wide), floor(incident.lat / high)
        if cell == incident.cell:
            return
        for cells in (self.cells, self.live):
            if incident.cell is not None and position in cells.get(incident.cell, ()):
                cells[incident.cell].remove(position)
        self.cells.setdefault(cell, []).append(position)
        if cell in self.live:
            self.live[cell].append(position)
        incident.cell = cell


class _Run:
    """One association: the incidents as they grow, and what is decided about each report."""

    def __init__(self, known: Sequence[Incident], reaches: Mapping[str, Reach]) -> None:
        self.reaches = reaches
        self.incidents = [replace(one, places=set(one.places)) for one in known]
        self.chosen: dict[int, tuple[int, Levels]] = {}
        self.map = _Map(reaches, 0.0)
        self.named: dict[tuple[str, str], set[int]] = {}

    def open_up(self, reports: Iterable[Report]) -> None:
        """Let reports find the incidents that somebody is in."""
        latitudes = [one.lat for one in reports] + [one.lat for one in self.incidents]
        self.map = _Map(
            self.reaches, max((abs(one) for one in latitudes if not isnan(one)), default=0.0)
        )
        for position, incident in enumerate(self.incidents):
            if not incident.empty:
                self._show(position, incident.places)

    def _show(self, position: int, places: Iterable[str]) -> None:
        incident = self.incidents[position]
        if incident.voices:
            self.map.put(position, incident)
        for place in places:
            self.named.setdefault((incident.kind, place), set()).add(position)

    def stays(self, one: int, report: Report) -> bool:
        """Keep a report in its home unless it is clearly out; True if it stays."""
        if report.home is None or report.lone:
            return False
        home = self.incidents[report.home]
        if home.kind not in report.kinds:
            return False
        if not (report.located or home.empty or report.names & home.places):
            return False
        if misfit(report, home, self.reaches[home.kind]) > _LEAVES:
            return False
        self._join(one, report, report.home)
        return True

    def settle(self, one: int, report: Report) -> None:
        """Join the best incident within reach, else take the empty home along, else open one."""
        best = self._best(report) if report.located else self._pointed_to(report)
        if best is None:
            best = report.home
            home = None if best is None else self.incidents[best]
            # An occurrence of another kind is another one, whoever told of it before.
            if best is None or home is None or not home.empty or home.kind not in report.kinds:
                best = len(self.incidents)
                self.incidents.append(Incident(report.kinds[0], report.category))
        self._join(one, report, best)
        self._show(best, report.names)

    def _join(self, one: int, report: Report, position: int) -> None:
        incident = self.incidents[position]
        levels = agreement(report, incident, self.reaches[incident.kind])
        incident.add(report)
        self.chosen[one] = position, levels

    def _best(self, report: Report) -> int | None:
        """The incident that it fits best, the first of equals; None if none is within reach."""
        best, least = None, _JOINS
        for kind in report.kinds:
            reach = self.reaches[kind]
            past = report.start - reach.window_s
            for held in self.map.near(kind, report):
                gone = False
                for position in held:
                    incident = self.incidents[position]
                    if incident.over(past):
                        gone = True
                        continue
                    found = misfit(report, incident, reach)
                    if found < least or (found == least and (best is None or position < best)):
                        best, least = position, found
                if gone:  # times only grow within a turn: nobody will ask for these again
                    held[:] = [one for one in held if not self.incidents[one].over(past)]
        return best

    def _pointed_to(self, report: Report) -> int | None:
        """The one incident that its address points to; None if there is none, or several."""
        found = set()
        for kind in report.kinds:
            for place in report.names:
                for position in self.named.get((kind, place), ()):
                    incident = self.incidents[position]
                    sure = incident.voices >= _LOCATED or report.house in incident.places
                    if sure and misfit(report, incident, self.reaches[kind]) <= _JOINS:
                        found.add(position)
        return found.pop() if len(found) == 1 else None
