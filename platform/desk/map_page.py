"""What the city map's page shows besides the map, and what its map asks for afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.domain.viewer import Viewer
from city.selectors import zone
from core.errors import BadInput
from core.words import N_
from desk import map_layers as layers
from desk.counting import MOST_COUNTED, counts_of
from desk.map_filter import MapFilter, Scope
from desk.warning_lines import WarningLine, line_of, warnings_in
from integration.selectors import all_feeds
from restapi.pages import newest_first
from web.levels import LEVELS, level_name, warning_mark
from web.maps import Map
from web.tables import Column, Table

ROWS = 10
MOST_DOTS = 6000
COLUMNS = (Column(_("Risk case")), Column(_("Risk")), Column(_("Latest"), numeric=True))
_NOBODY = UUID(int=0)


@dataclass(frozen=True)
class MapPage:
    """The page for a scope: the map's key with its counts, the warnings, the cases."""

    scope: Scope
    warnings: Sequence[WarningLine]
    cases: Sequence[layers.CaseLayer]
    records: Sequence[layers.RecordLayer]
    table: Table
    map: "CityMap"

    @property
    def case_count(self) -> int:
        """How many cases the key counts."""
        return sum(layer.count for layer in self.cases)

    @property
    def dots(self) -> bool:
        """Whether records are drawn from the start: so many that an old PC draws them at once."""
        return sum(min(layer.count, layers.MOST_SHOWN) for layer in self.records) <= MOST_DOTS


@dataclass(frozen=True)
class CityMap(Map):
    """The map itself: without points, these are asked for by the page's script."""

    door: str = ""

    @property
    def settings(self) -> dict[str, Any]:
        """What city_map.js reads besides what every map does."""
        return {
            **super().settings,
            "door": self.door,
            "zone": str(zone()),
            "case": reverse("case", args=[_NOBODY]),
            "record": reverse("record_page", args=[_NOBODY]),
            "nobody": str(_NOBODY),
            "levels": {key: level_name(key) for key in LEVELS},
            "most": MOST_COUNTED,
            "words": {**super().settings["words"], **_words()},
        }


def map_page(viewer: Viewer, form: MapFilter, cursor: str | None) -> MapPage:
    """The page for a valid filter."""
    scope = form.scope
    cases = layers.cases_in(viewer, scope)
    rows = cases.select_related("subject")
    page = newest_first(rows, column="last_at", cursor=cursor, limit=ROWS)
    return MapPage(
        scope=scope,
        warnings=[line_of(one, scope.at) for one in warnings_in(viewer, scope)],
        cases=layers.case_layers(cases, scope),
        records=layers.record_layers(layers.records_in(viewer, scope)),
        table=Table(
            caption=_("Risk cases of the map"),
            columns=COLUMNS,
            rows=page.rows,
            row_template="desk/map_case_row.html",
            cursor=page.cursor,
            query=form.query,
            empty=_("No risk case in this time."),
            paged=bool(cursor),
        ),
        map=CityMap((), label=gettext("Map of the city"), quiet=True, door=_door(form)),
    )


def _door(form: MapFilter) -> str:
    return f"{reverse('map_points')}?{urlencode(form.query)}"


def points(viewer: Viewer, scope: Scope, keys: Sequence[str]) -> dict[str, Any]:
    """The layers asked for by their keys; BadInput `unknown_filter` for one that is none."""
    feeds = {layers.RECORDS + feed.key: feed.id for feed in all_feeds()}
    levels = {layers.CASES + level: level for level in LEVELS}
    if not {layers.WARNINGS, *feeds, *levels}.issuperset(keys):
        raise BadInput("unknown_filter", N_("This list cannot be filtered that way."))
    cases, records = layers.cases_in(viewer, scope), layers.records_in(viewer, scope)
    lists: dict[str, QuerySet[Any]] = {}
    found: dict[str, Any] = {}
    for key in keys:
        if key in levels:
            lists[key] = cases.filter(risk_level=levels[key])
            found[key] = layers.case_points(lists[key])
        elif key in feeds:
            lists[key] = records.filter(feed_id=feeds[key], lon__isnull=False)
            found[key] = layers.record_points(lists[key])
        else:
            found[key] = [_shape(one, scope) for one in warnings_in(viewer, scope)]
    cut = [key for key in lists if found[key]["total"] is None]
    for key, total in zip(cut, counts_of([lists[key] for key in cut]), strict=True):
        found[key]["total"] = total
    return {"layers": found}


def _shape(warning: Any, scope: Scope) -> dict[str, Any]:
    """A warning as the map draws it: by its geometry, else by the outlines of its districts."""
    line = line_of(warning, scope.at)
    mark = warning_mark(line.level)
    return {
        "title": line.title,
        "level": gettext(mark.label),
        "tone": mark.tone,
        "kind": line.kind,
        "left": line.left,
        "ends": int(line.ends_at.timestamp()),
        "where": line.where,
        "url": line.url,
        "geometry": warning.geometry,
        "districts": sorted(one.district for one in warning.districts.all()),
    }


def _words() -> dict[str, str]:
    """What the map says, in the active language."""
    return {
        "loading": gettext("Loading the map…"),
        "failed": gettext("The map's points could not be loaded."),
        "signed_out": gettext("You have been signed out. Sign in again."),
        "empty": gettext("Nothing to show for this choice."),
        "newest": gettext("newest {shown} of {total} shown"),
        "over": gettext("over {n}"),
        "coarse": gettext("The place is shown only roughly."),
        "severity": gettext("Severity {n}"),
        "open_case": gettext("Open the risk case"),
        "open_record": gettext("Open the record"),
        "open_warning": gettext("Open the warning"),
        "until": gettext("until {time}"),
    }
