"""A department with an awkward format of its own: what is proposed for it, and what is asked."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from core.coordinates import from_wgs84
from integration.domain.profile_document import check
from integration.domain.proposing import propose
from integration.domain.trying import try_profile
from tests.integration.domain.proposing.binhai import city, generator

pytestmark = pytest.mark.reference
BASE = {
    "key": "lifts", "name_zh": "电梯应急", "name_en": "Lift emergencies", "organisation": "X",
    "kind": "event", "origin": "reported",
    "header": {"legal_basis": "依据", "purpose": "目的", "impact_assessment": "无", "data_class":
               "general", "retention_days": 365},
}  # fmt: skip
_DIGITS = "〇一二三四五六七八九"
_KINDS = ("电梯困人", "电梯故障", "井盖缺失", "消防通道堵塞", "路面塌陷")
_TEXTS = (
    "居民被困电梯轿厢内，维保人员已到场", "电梯轿厢门无法关闭，已停用", "人行道井盖缺失，已设围挡",
    "单元门前消防通道被堵塞，消防车无法进入", "主干道路面坑洼塌陷，车辆绕行",
)  # fmt: skip


def _spelt(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def _written(moment: datetime, way: int) -> str:
    zero = "〇" if way % 2 else "零"
    year = "".join(_DIGITS[int(one)] for one in str(moment.year)).replace("〇", zero)
    half = "上午" if moment.hour < 12 else "下午"
    hour = moment.hour if moment.hour <= 12 else moment.hour - 12
    day = f"{year}年{_spelt(moment.month)}月{_spelt(moment.day)}日"
    if way % 3 == 0:
        return f"{day}{moment.hour}时{moment.minute}分"
    return f"{day} {half}{_spelt(hour)}时{_spelt(moment.minute)}分"


def _sample(rows: int, *, crs: str = "BD-09", districts: bool = True) -> bytes:
    """Semicolons, GB18030, dates in Chinese numerals, the position as "lng,lat" in one column."""
    made = generator()
    place = made.City()
    random = np.random.default_rng(5)
    lon, lat = place.points(random, rows)
    x, y = from_wgs84(lon, lat, crs)
    codes, _ = city().around.place.locate(lon, lat)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(
        ["工单流水号", "事发时间", "事项", "坐标", "地址", "情况描述", "联系人", "联系电话"]
    )
    start = datetime(2026, 10, 28, 3, tzinfo=UTC).replace(tzinfo=None)
    for at in range(rows):
        name = city().districts.get(str(codes[at]), ("",))[0] if districts else ""
        writer.writerow(
            [
                f"DT-2026{at:05d}",
                _written(start + timedelta(minutes=26 * at), at),
                _KINDS[at % 5],
                f"{x[at]:.6f},{y[at]:.6f}",
                f"滨海市{name}中山路{at % 90 + 1}号",
                _TEXTS[at % 5],
                "王李张刘陈"[at % 5] + "女士",
                f"138{at * 7919 % 10**8:08d}",
            ]
        )
    return text.getvalue().encode("gb18030")


def test_its_layout_times_place_and_persons_are_found_and_its_document_holds() -> None:
    found = propose(_sample(300), base=BASE, city=city())
    made: Any = found.document
    assert made["format"] == {"name": "csv", "encoding": "gb18030", "delimiter": ";"}
    assert made["identity"] == {"rule": "path", "path": "工单流水号"}
    assert made["occurred_at"] == {
        "path": "事发时间", "form": "chinese", "zone": "Asia/Shanghai",
    }  # fmt: skip
    assert made["position"]["form"] == "text"
    assert made["position"]["order"] == "lon_lat"
    assert made["category"]["path"] == "事项"
    assert made["category"]["codes"]["消防通道堵塞"] == "fire.hazard"
    assert made["category"]["codes"]["路面塌陷"] == "road.damage"
    assert made["address"] == {"path": "地址"}
    assert made["summary"] == {"path": "情况描述"}
    assert made["personal"] == [
        {"path": "联系人", "kind": "name"}, {"path": "联系电话", "kind": "phone"},
    ]  # fmt: skip
    assert check(made, categories=city().categories, organisations={"X"})[1] == []


@pytest.mark.parametrize("crs", ["BD-09", "GCJ-02", "WGS-84"])
def test_its_system_is_told_where_a_thousand_rows_name_their_district(crs: str) -> None:
    found = propose(_sample(1000, crs=crs), base=BASE, city=city())
    part = found.part("position")
    assert part is not None
    assert isinstance(part.value, dict)
    assert (part.value["crs"], part.decided) == (crs, True)
    best = found.systems[0]
    assert (best.crs, best.agrees, best.compared) == (crs, 1.0, 1000)
    assert all(one.agrees is not None and one.agrees < 1.0 for one in found.systems[1:])


def test_without_a_district_its_system_is_asked_for_with_the_shares() -> None:
    found = propose(_sample(300, districts=False), base=BASE, city=city())
    part = found.part("position")
    assert part is not None
    assert not part.decided
    assert part.ask is not None
    assert all(crs in part.ask.text for crs in ("WGS-84", "GCJ-02", "BD-09"))
    assert sorted(one.value["crs"] for one in part.options) == [  # type: ignore[index]
        "BD-09", "GCJ-02", "WGS-84",
    ]  # fmt: skip


def test_what_is_proposed_reads_its_rows_as_receiving_does() -> None:
    sample = _sample(1000)
    found = propose(sample, base=BASE, city=city())
    trial = try_profile(
        found.document, sample, around=city().around, organisations={"X"}, secret=b"s" * 32,
        zone=city().zone,
    )  # fmt: skip
    assert trial.sound
    assert (trial.received, trial.accepted, trial.quarantined) == (1000, 1000, 0)
    first = trial.rows[0].cells
    assert first["occurred_at"] == "2026-10-28 03:00:00"
    assert first["personal.联系人"] == "王**"
    assert "13800000000" not in str(trial)
