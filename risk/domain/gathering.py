"""Which incidents make up one case: the same spot and family, within a session window."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SPOT_RULE = "spot"


@dataclass(frozen=True)
class Arrival:
    """An incident to be gathered; `home` is the case it is in, as a position, or None."""

    first_at: datetime
    last_at: datetime
    home: int | None = None


@dataclass
class Span:
    """From a case's first to its last evidence."""

    start: datetime
    end: datetime

    def gap(self, arrival: Arrival) -> timedelta:
        """How far an incident is from it, nothing if they overlap."""
        return max(arrival.first_at - self.end, self.start - arrival.last_at, timedelta(0))


def gather(arrivals: Sequence[Arrival], cases: Sequence[Span], window: timedelta) -> list[int]:
    """The case of each incident of one spot and family; positions ≥ len(cases) are new ones.

    `arrivals` in the order of their times. An incident stays in its case while the case's span
    covers it, else joins the nearest within the window (the earlier of two equally near), else
    opens one. Two cases are never merged.
    """
    spans = [Span(one.start, one.end) for one in cases]
    chosen = []
    for arrival in arrivals:
        case = _choose(arrival, spans, window)
        if case is None:
            case = len(spans)
            spans.append(Span(arrival.first_at, arrival.last_at))
        span = spans[case]
        span.start, span.end = min(span.start, arrival.first_at), max(span.end, arrival.last_at)
        chosen.append(case)
    return chosen


def _choose(arrival: Arrival, spans: list[Span], window: timedelta) -> int | None:
    gaps = [(span.gap(arrival), position) for position, span in enumerate(spans)]
    if arrival.home is not None and gaps[arrival.home][0] <= window:
        return arrival.home
    near = [one for one in gaps if one[0] <= window]
    return min(near)[1] if near else None
