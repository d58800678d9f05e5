"""The warnings over the places of cases, around the time of their last evidence."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, cast
from uuid import UUID

import shapely

from risk.domain.facts import WARNING_HOURS, WarningFacts
from risk.models import IssuedWarning
from risk.selectors.effects import Effect, effects
from risk.selectors.places import Place

_REACH_S = WARNING_HOURS * 3600.0


class _Warned(NamedTuple):
    warning: UUID
    drawn: bool
    facts: WarningFacts


class _District:
    """The warnings of a district by their beginning, so that few are looked at for a place."""

    def __init__(self, found: Iterable[Effect]) -> None:
        rows = [_Warned(one.warning, one.drawn, _facts(one)) for one in found]
        self._rows = sorted(rows, key=lambda one: one.facts.starts_at)
        self._starts = [one.facts.starts_at for one in self._rows]
        self._longest = max(one.facts.ends_at - one.facts.starts_at for one in self._rows)

    def near(self, as_of: float) -> Iterator[_Warned]:
        """Those whose validity meets the reach around an instant, in seconds."""
        first = bisect_left(self._starts, as_of - _REACH_S - self._longest)
        last = bisect_right(self._starts, as_of + _REACH_S)
        for one in self._rows[first:last]:
            if one.facts.ends_at > as_of - _REACH_S:
                yield one


def _facts(one: Effect) -> WarningFacts:
    return WarningFacts(one.category, one.grade, one.starts_at.timestamp(), one.ends_at.timestamp())


def warnings_over(places: Sequence[Place]) -> dict[str, list[WarningFacts]]:
    """The warnings over each place within `WARNING_HOURS` of its last evidence. Two queries.

    A warning that draws an area bears on the places in it, another one on its districts.
    """
    districts = _districts(places)
    found: dict[str, list[WarningFacts]] = defaultdict(list)
    drawn: dict[UUID, list[tuple[Place, WarningFacts]]] = defaultdict(list)
    for place in places:
        here = districts.get((place.district, place.exercise))
        for one in here.near(place.as_of) if here else ():
            if one.drawn:
                drawn[one.warning].append((place, one.facts))
            else:
                found[place.case].append(one.facts)
    for place, facts in _inside(drawn):
        found[place.case].append(facts)
    return found


def _districts(places: Sequence[Place]) -> dict[tuple[str, bool], _District]:
    if not places:
        return {}
    reach = timedelta(seconds=_REACH_S)
    since = datetime.fromtimestamp(min(one.as_of for one in places), UTC) - reach
    until = datetime.fromtimestamp(max(one.as_of for one in places), UTC) + reach
    near = IssuedWarning.objects.filter(starts_at__lte=until, ends_at__gt=since)
    found: dict[tuple[str, bool], list[Effect]] = defaultdict(list)
    for one in effects(near):
        found[one.district, one.exercise].append(one)
    return {key: _District(rows) for key, rows in found.items()}


def _inside(
    drawn: dict[UUID, list[tuple[Place, WarningFacts]]],
) -> Iterator[tuple[Place, WarningFacts]]:
    """Of places and warnings that draw an area those where the place is in it."""
    if not drawn:
        return
    shapes = IssuedWarning.objects.filter(id__in=list(drawn)).values_list("id", "geometry")
    for key, geometry in shapes:
        area = shapely.make_valid(shapely.geometry.shape(cast(dict[str, Any], geometry)))
        shapely.prepare(area)
        held = drawn[key]
        inside = shapely.intersects_xy(
            area, [place.lon for place, _ in held], [place.lat for place, _ in held]
        )
        for pair, good in zip(held, inside.tolist(), strict=True):
            if good:
                yield pair
