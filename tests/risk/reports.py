"""Reports of the hotline and of clinics around the place of `tests.risk.calls`."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from uuid import UUID

import numpy as np
from pyproj import Geod

from audit.domain import SYSTEM
from core.clock import fixed
from core.coordinates import gcj02_to_bd09, wgs84_to_gcj02
from integration.services import receive
from tests.risk.calls import AT, LAT, LON, ZONE

_GEOD = Geod(ellps="WGS84")
ESTATE = "滨海市临江区滨江大道12号滨江花园3幢"
NOISE = ("环境保护", "噪声扰民")
FOOD = ("市场监管", "食品安全")
HAZARD = ("公共安全", "消防隐患")
GAS = ("公共安全", "燃气")
ENTERIC, INJURY = "K52.9", "T14.9"


@dataclass(frozen=True)
class Complaint:
    """One call to the hotline: `minutes` after AT, metres east of (LON, LAT) if `placed`."""

    source_id: str
    minutes: float = 0
    east: float = 0
    kind: tuple[str, str] = NOISE
    urgency: str = "一般"
    placed: bool = True
    address: str = ESTATE

    def row(self) -> dict[str, object]:
        at = (AT + timedelta(minutes=self.minutes)).astimezone(ZONE)
        location: dict[str, str] = {"addr": self.address}
        if self.placed:
            x, y = _bd09(self.east)
            location |= {"lng": f"{x:.7f}", "lat": f"{y:.7f}", "crs": "bd09ll"}
        return {
            "order_no": self.source_id,
            "call_time": at.strftime("%Y-%m-%d %H:%M:%S"),
            "appeal_type": list(self.kind),
            "urgency": self.urgency,
            "location": location,
            "content": "市民反映",
            "citizen": {"name": "王女士", "phone": "13800138000", "secret": False},
            "channel": "电话",
            "return_visit": None,
            "ext": {"batch": 1, "tags": []},
        }


@dataclass(frozen=True)
class Visit:
    """One visit to a clinic: `days` after the day of AT, metres east of (LON, LAT)."""

    source_id: str
    days: int = 0
    east: float = 0
    code: str = ENTERIC
    severity: str = "中"

    def row(self) -> dict[str, object]:
        lon, lat, _ = _GEOD.fwd(LON, LAT, 90, self.east)
        return {
            "report_id": self.source_id,
            "visit_date": (AT + timedelta(days=self.days)).astimezone(ZONE).strftime("%Y%m%d"),
            "icd10": self.code,
            "age": "34岁",
            "sex": 1,
            "lng": f"{lon:.5f}",
            "lat": f"{lat:.5f}",
            "org": "社区卫生服务中心",
            "severity": self.severity,
            "note": "就诊",
        }


def _bd09(east: float) -> tuple[float, float]:
    lon, lat, _ = _GEOD.fwd(LON, LAT, 90, east)
    x, y = gcj02_to_bd09(*wgs84_to_gcj02(np.array([lon]), np.array([lat])))
    return float(x[0]), float(y[0])


def complain(*complaints: Complaint, exercise: bool = False) -> UUID:
    """Deliver calls to the hotline; the delivery's id."""
    lines = [json.dumps(one.row(), ensure_ascii=False) for one in complaints]
    return _sent("hotline12345", "\n".join(lines).encode() + b"\n", exercise=exercise)


def visit(*visits: Visit) -> UUID:
    """Deliver visits to clinics; the delivery's id."""
    return _sent("health", _csv([one.row() for one in visits]))


def _csv(rows: Sequence[dict[str, object]]) -> bytes:
    out = StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _sent(feed: str, body: bytes, *, exercise: bool = False) -> UUID:
    with fixed(AT + timedelta(days=30)):
        answer = receive(feed_key=feed, body=body, sender=SYSTEM, exercise=exercise)
    assert answer.body["quarantined"] == 0, answer.body["problems"]
    return UUID(str(answer.body["id"]))
