"""What a page passes to its map: points, areas, the city's frame and, where configured, tiles."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext

from city.selectors import current_city
from web.levels import LEVELS


@dataclass(frozen=True)
class Point:
    """A spot in WGS-84; `level` gives its shape and colour, without one it is a plain dot."""

    lon: float
    lat: float
    label: str
    level: str = ""
    url: str = ""


@dataclass(frozen=True)
class Zone:
    """A hatched area: a GeoJSON geometry in WGS-84, or else districts by their codes.

    `tone` is that of a ``web.levels.WarningMark``; `label` stands on the map, so that the colour
    is not the only sign.
    """

    tone: str
    label: str
    geometry: dict[str, Any] | None = None
    districts: Sequence[str] = ()


@dataclass(frozen=True)
class Map:
    """A map for `web/map.html`; `pick` names the form fields of a point chosen on it."""

    points: Sequence[Point]
    label: str
    id: str = "map"
    pick: tuple[str, str] | None = None
    quiet: bool = False  # the page itself lists the points
    zones: Sequence[Zone] = ()

    @property
    def settings_id(self) -> str:
        """The id of the element with the settings."""
        return f"{self.id}-settings"

    @property
    def settings(self) -> dict[str, Any]:
        """What map.js reads."""
        city = current_city()
        return {
            "frame": [city.west, city.south, city.east, city.north],
            "tiles": city.basemap if city.basemap.get("url") else None,
            "points": [asdict(point) for point in self.points],
            "zones": [asdict(zone) for zone in self.zones],
            "pick": self.pick,
            "shapes": {key: [mark.tone, mark.shape] for key, mark in LEVELS.items()},
            "words": {"in": gettext("Zoom in"), "out": gettext("Zoom out")},
        }
