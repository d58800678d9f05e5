"""A department nobody has seen before, in its own awkward bytes: the drain patrols.

Semicolons, GB18030, times in Chinese words, and BD-09 as "lng,lat" in one column.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from city.selectors import areas_geojson
from core.coordinates import from_wgs84
from integration.domain.chinese_times import written

__all__ = ["HEAD", "Find", "body", "finds"]

HEAD = "单号;巡查时间;坐标;类型;程度;所在区;深度厘米;巡查人;联系电话;备注"
_ZONE = ZoneInfo("Asia/Shanghai")
_KINDS, _GRADES = ("JS", "GW", "XG"), ("轻", "中", "重")
_PEOPLE = ("王芳", "李伟", "陈静")


@dataclass(frozen=True)
class Find:
    """What a patrol found, as it truly was: WGS-84, UTC."""

    number: str
    at: datetime
    lon: float
    lat: float
    district: str
    kind: str
    grade: str

    @property
    def row(self) -> str:
        """As the department writes it."""
        x, y = from_wgs84(np.array([self.lon]), np.array([self.lat]), "BD-09")
        place, number = f"{x[0]:.7f},{y[0]:.7f}", int(self.number[2:])
        rest = f"{number % 60};{_PEOPLE[number % 3]};139{number:08d};巡查发现，已设警示牌"
        when = written(self.at.astimezone(_ZONE))
        return ";".join((self.number, when, place, self.kind, self.grade, self.district, rest))


def finds(count: int, *, first: int, now: datetime) -> list[Find]:
    """Finds of the last days all over the city, each in the district that it names."""
    features = areas_geojson("district")["features"]
    assert isinstance(features, list)
    draw = np.random.default_rng(first)
    found = []
    for place in range(count):
        district = features[place % len(features)]
        lon, lat = _inside(district["geometry"], draw)
        at = now - timedelta(minutes=int(draw.integers(60, 4000)))
        found.append(
            Find(
                number=f"PS{first + place}",
                at=at.astimezone(UTC).replace(second=0, microsecond=0),
                lon=lon,
                lat=lat,
                district=district["properties"]["name_zh"],
                kind=_KINDS[place % 3],
                grade=_GRADES[place % 2],
            )
        )
    return found


def _inside(geometry: dict[str, object], draw: np.random.Generator) -> tuple[float, float]:
    """A point of a district, also close to its edge."""
    shape = shapely.geometry.shape(geometry)
    west, south, east, north = shape.bounds
    while True:
        lon, lat = float(draw.uniform(west, east)), float(draw.uniform(south, north))
        if shape.contains(shapely.Point(lon, lat)):
            return lon, lat


def body(rows: Sequence[str]) -> bytes:
    """A delivery of written rows."""
    return ("\r\n".join([HEAD, *rows]) + "\r\n").encode("gb18030")
