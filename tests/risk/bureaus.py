"""Rows of other departments around the place of `tests.risk.calls`, in their own forms."""

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from io import StringIO
from uuid import UUID

from pyproj import Transformer

from audit.domain import SYSTEM
from core.clock import fixed
from core.coordinates import wgs84_to_gcj02
from integration.services import receive
from tests.risk.calls import AT, LAT, LON, ZONE

_METRES = Transformer.from_crs("EPSG:4490", "EPSG:4528", always_xy=True)


def _at(hours: float) -> datetime:
    return (AT + timedelta(hours=hours)).astimezone(ZONE)


def _dms(degrees: float) -> str:
    whole, rest = int(degrees), degrees % 1 * 60
    return f"{whole}°{int(rest)}′{rest % 1 * 60:.2f}″"


def _sent(feed: str, body: bytes, *, exercise: bool = False) -> UUID:
    with fixed(AT + timedelta(days=30)):
        answer = receive(feed_key=feed, body=body, sender=SYSTEM, exercise=exercise)
    assert answer.body["quarantined"] == 0, answer.body["problems"]
    return UUID(str(answer.body["id"]))


def _csv(rows: Sequence[Mapping[str, object]], encoding: str) -> bytes:
    out = StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def inspect(
    source_id: str, *, hours: float = 0, grade: int = 1, code: str = "YH", exercise: bool = False
) -> UUID:
    """A finding of the fire brigade's inspections, grade 1 the gravest."""
    row = {
        "检查编号": source_id,
        "检查时间": _at(hours).strftime("%Y/%m/%d %H:%M"),
        "类型": code,
        "隐患等级": "ⅠⅡⅢⅣ"[grade - 1],
        "经度": _dms(LON),
        "纬度": _dms(LAT),
        "单位名称": "滨江苑物业服务有限公司",
        "地址": "滨海市临江区滨江大道12号",
        "建筑面积(㎡)": "1200.0",
        "隐患数": 3,
        "情况说明": "疏散通道堵塞",
    }
    return _sent("fire_inspect", _csv([row], "gb18030"), exercise=exercise)


def register(identifier: str = "92990102MA00000007", *, risk: str = "D") -> UUID:
    """An enterprise of the register; risk class D is the gravest."""
    east, north = _METRES.transform(LON, LAT)
    row = {
        "uniscid": identifier,
        "entname": "滨江苑化工有限公司",
        "estdate": "2019-05-06",
        "type": "SL",
        "x_m": f"{east:.2f}",
        "y_m": f"{north:.2f}",
        "dom": "滨海市临江区滨江大道12号",
        "regcap_wy": "500.0",
        "opscope": "危险化学品经营",
        "risk": risk,
    }
    return _sent("market", _csv([row], "utf-8"))


def crash(
    source_id: str,
    *,
    hours: float = 0,
    injured: int = 0,
    dead: int = 0,
    grade: int = 3,
    metres_north: float = 0,
) -> UUID:
    """An accident as the traffic police tells it."""
    x, y = wgs84_to_gcj02(LON, LAT + metres_north / 110_900)
    row = {
        "sgdh": source_id,
        "sgfssj": round(_at(hours).timestamp() * 1000),
        "sglx": 1,
        "dj": grade,
        "jd": round(float(x) * 1e6),
        "wd": round(float(y) * 1e6),
        "dlmc": "滨江大道",
        "sgms": "两车相撞",
        "ssrs": injured,
        "swrs": dead,
        "zjccss_wy": 1.5,
        "cl": [],
    }
    return _sent("traffic", json.dumps(row, ensure_ascii=False).encode() + b"\n")
