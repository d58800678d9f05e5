"""Names of spots that officers recognise, from the addresses of what happened there."""

import re
from collections import Counter
from collections.abc import Iterable

# The road of an address stands after the last province, city, district, county or town, and ends
# with a word for a road; house numbers and what follows are left out.
_AREA = re.compile(r"^(?:[^\d\s]{1,12}?(?:省|自治区|市|区|县|镇|乡|街道))+")
_ROAD = re.compile(r"^[\u3400-\u9fff]{1,10}?(?:大道|大街|路|街|巷|弄|胡同|公路|隧道)")
_ENGLISH_ROAD = re.compile(
    r"\b[A-Z][\w'.-]*(?: [A-Z][\w'.-]*){0,3} (?:Road|Street|Avenue|Lane|Drive|Boulevard)\b"
)


def road_of(address: str) -> str:
    """The road an address names, "" if none is recognised."""
    text = address.strip()
    chinese = _ROAD.match(_AREA.sub("", text, count=1)) or _ROAD.match(text)
    if chinese:
        return chinese.group()
    english = _ENGLISH_ROAD.search(text)
    return english.group() if english else ""


def common_road(addresses: Iterable[str]) -> str:
    """The road that most addresses name, the first in the alphabet of equals; "" if none."""
    found = Counter(road for road in map(road_of, addresses) if road)
    return min(found, key=lambda road: (-found[road], road)) if found else ""


def short_code(cell: str) -> str:
    """The digits of a cell's hexadecimal text that tell the cells of a city apart."""
    return cell[6:11]


def spot_names(*, cell: str, district_zh: str, district_en: str, road: str) -> tuple[str, str]:
    """Names (Chinese, English) of a spot."""
    code = short_code(cell)
    if road:
        place = f"{road}, {district_en}" if district_en else road
        return f"{district_zh}{road}一带（{code}）", f"Around {place} ({code})"
    return f"{district_zh}网格点 {code}", f"Spot {code}, {district_en}".rstrip(", ")
