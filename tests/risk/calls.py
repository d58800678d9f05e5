"""Calls to the police as the demo city's feed sends them, received by the real service."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from pyproj import Geod

from audit.domain import SYSTEM
from core.coordinates import wgs84_to_gcj02
from integration.services import receive
from risk import services as risk
from work.models import WorkItem

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
LON, LAT = 120.30, 30.29  # inside district 990102
FIRE, NOISE, GAS, COLLISION = "020100", "050900", "020400", "030100"
_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True)
class Call:
    """One call: `minutes` after AT, metres east and north of (LON, LAT); state 09 is closed."""

    source_id: str
    minutes: float = 0
    east: float = 0
    north: float = 0
    category: str = FIRE
    severity: int = 3
    state: str = "01"
    placed: bool = True
    text: str = "商铺冒烟"

    def row(self) -> dict[str, object]:
        lon, lat, _ = _GEOD.fwd(LON, LAT, 90, self.east)
        lon, lat, _ = _GEOD.fwd(lon, lat, 0, self.north)
        x, y = wgs84_to_gcj02(np.array([lon]), np.array([lat]))
        at = (AT + timedelta(minutes=self.minutes)).astimezone(ZONE)
        return {
            "JJDBH": self.source_id,
            "BJSJ": at.strftime("%Y%m%d%H%M%S"),
            "BJLBDM": self.category,
            "JQDJ": str(self.severity),
            "XZB": f"{x[0]:.6f}" if self.placed else "",
            "YZB": f"{y[0]:.6f}" if self.placed else "",
            "SFDZ": "滨海市临江区滨江大道12号",
            "BJNR": self.text,
            "CJZT": self.state,
        }


def push(*calls: Call, exercise: bool = False) -> UUID:
    """Deliver calls; the delivery's id."""
    lines = [json.dumps(one.row(), ensure_ascii=False) for one in calls]
    answer = receive(
        feed_key="police110",
        body=("\n".join(lines) + "\n").encode(),
        sender=SYSTEM,
        exercise=exercise,
    )
    assert answer.body["quarantined"] == 0, answer.body["problems"]
    return UUID(str(answer.body["id"]))


def owed(step: str) -> list[UUID]:
    """What a step owes now."""
    return list(WorkItem.objects.filter(step=step).values_list("object_id", flat=True))


def judge(*deliveries: UUID) -> None:
    """Steps 3 to 6 for deliveries, each given what the step before left it."""
    risk.associate(delivery_ids=list(deliveries))
    risk.gather(incident_ids=owed("gather"))
    risk.assess(case_ids=owed("assess"))
    risk.raise_alerts(case_ids=owed("alert"))
