"""How well a record fits an incident: in place, in time and in what it tells."""

from dataclasses import dataclass, field
from math import inf, isnan, nan

from risk.domain.distance import metres
from risk.domain.grounds import FOUNDER, Levels, nearness
from risk.domain.rules import Reach


@dataclass(frozen=True, slots=True)
class Report:
    """One timed record.

    `name`: what makes it unique, for ties; `start`, `end`: seconds since the epoch between which
    it happened, equal where the time is exact; `lon`, `lat`: degrees, NaN without a position;
    `kinds`: the kinds of occurrence it may join, its own first; `house`, `place`: keys of the house
    and of the named place of its address, "" where it names none; `coarse`: its place, and so its
    distance from anything, may be shown only roughly. `home`: position of the incident it is in,
    None if in none; `lone`: it is alone there and free to leave.
    """

    name: str
    start: float
    end: float
    lon: float
    lat: float
    category: str
    kinds: tuple[str, ...]
    house: str = ""
    place: str = ""
    coarse: bool = False
    home: int | None = None
    lone: bool = False

    @property
    def located(self) -> bool:
        """Whether it has a position."""
        return not isnan(self.lon)

    @property
    def turn(self) -> tuple[bool, bool, bool]:
        """How sure it is of what it tells: surer ones compare as smaller."""
        return isnan(self.lon), len(self.kinds) > 1, self.end > self.start

    @property
    def names(self) -> set[str]:
        """The places that its address names."""
        return {one for one in (self.house, self.place) if one}


@dataclass(slots=True)
class Incident:
    """What the records of an incident say together.

    `late`: their latest start, `early`: their earliest end, seconds; of exact times these are the
    last and the first. `lon`, `lat`: the mean of `voices` positions, NaN of none; `category`: that
    it is known by; `places`: keys that its records' addresses name. `empty`: each of its records is
    to be placed anew, so that it tells where it was, and nobody but they may enter it.
    """

    kind: str
    category: str
    late: float = -inf
    early: float = inf
    lon: float = nan
    lat: float = nan
    voices: int = 0
    places: set[str] = field(default_factory=set)
    empty: bool = True
    cell: tuple[str, int, int] | None = None

    def add(self, report: Report) -> None:
        """Let it grow by a record; the first one of an empty incident makes it what it is."""
        if self.empty:
            self.kind, self.category, self.empty = report.kinds[0], report.category, False
            self.late, self.early = report.start, report.end
            self.voices, self.places = 0, set()
        self.late, self.early = max(self.late, report.start), min(self.early, report.end)
        self.places |= report.names
        if report.located:
            self.voices += 1
            if self.voices == 1:
                self.lon, self.lat = report.lon, report.lat
            self.lon += (report.lon - self.lon) / self.voices
            self.lat += (report.lat - self.lat) / self.voices

    def over(self, instant: float) -> bool:
        """Whether all that is known of it lies before an instant."""
        return self.late < instant and self.early < instant


def gap(report: Report, incident: Incident, longest_s: float) -> float:
    """Seconds between a record and an incident; infinite where it would last too long.

    Reports that tell only the day may all be of one moment within it. What is sure is the time
    from the earliest end to the latest start, or else the moments between these two.
    """
    late, early = incident.late, incident.early
    if max(late, report.start) - min(early, report.end) > longest_s:
        return inf
    if early - late > longest_s and report.end - report.start > longest_s:
        return inf  # two whole days: they may be far apart within, for what is so short
    first, last = (early, late) if early < late else (late, early)
    return max(first - report.end, report.start - last, 0.0)


def away(report: Report, incident: Incident) -> float:
    """Metres from the incident's centre; nothing where one of the two has no position."""
    if not incident.voices or not report.located:
        return 0.0
    return metres(report.lon, report.lat, incident.lon, incident.lat)


def misfit(report: Report, incident: Incident, reach: Reach) -> float:
    """0 at the centre and within the time of the incident, 1 at the edge of its reach.

    An ellipse, (distance / radius)² + gap / window: positions of one occurrence scatter as errors
    do, its reports thin out with time, and what is far and late at once is another one.
    """
    late = gap(report, incident, reach.longest_s) / reach.window_s
    share = away(report, incident) / reach.radius_m
    return share * share + late


def agreement(report: Report, incident: Incident, reach: Reach) -> Levels:
    """The levels of agreement in place, time and kind."""
    if incident.empty:
        return FOUNDER
    if not incident.voices or not report.located:
        place = "same_house" if report.house in incident.places else "same_place"
    elif report.coarse:
        place = "in_reach"
    else:
        place = nearness(away(report, incident), reach.radius_m)
    if report.end > report.start:
        time = "same_day"
    else:
        time = nearness(gap(report, incident, reach.longest_s), reach.window_s)
    if incident.category == report.category:
        return place, time, "same_category"
    own = incident.kind == report.kinds[0]
    return place, time, "same_occurrence" if own else "part_of_it"
