"""The code tables of national warnings: events, colours, areas, and the form of an identifier.

Sources: GB/T 35561-2017 (events), the lists of the warning system 12379, GB/T 2260 (areas). Groups
of GB/T 35561 other than natural disasters were not obtainable below the category digit: what is not
in the table keeps its code and has no name.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from types import MappingProxyType
from typing import Final

__all__ = ["BEIJING", "EVENTS", "Identifier", "area", "event", "identifier", "level"]

BEIJING: Final = timezone(timedelta(hours=8))

EVENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "10101": "洪水",
        "10102": "内涝",
        "10151": "山洪",
        "10201": "台风",
        "10203": "暴雨",
        "10204": "暴雪",
        "10205": "寒潮",
        "10206": "大风",
        "10207": "沙尘暴",
        "10209": "高温",
        "10214": "雷电",
        "10215": "冰雹",
        "10216": "霜冻",
        "10217": "大雾",
        "10219": "霾",
        "10220": "雷雨大风",
        "10221": "道路结冰",
        "10222": "干旱",
        "10225": "森林火险",
        "10302": "地震",
        "10401": "滑坡",
        "10402": "泥石流",
        "10502": "风暴潮",
        "10506": "海浪",
        "10701": "森林火灾",
        "10705": "草原火灾",
        "20000": "事故灾难",
        "30000": "公共卫生事件",
        "40000": "社会安全事件",
    }
)
"""Name by code of GB/T 35561."""

_EVENT = re.compile(r"11([A-G])(\d\d)", re.ASCII)
_NATIONAL = re.compile(r"[1-4]\d{4}", re.ASCII)
_LEVELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        word: colour
        for colour, words in {
            "red": "04 red 红 红色 一级 i级 特别严重 特别重大",
            "orange": "03 orange 橙 橙色 二级 ii级 严重 重大",
            "yellow": "02 yellow 黄 黄色 三级 iii级 较重 较大",
            "blue": "01 blue 蓝 蓝色 四级 iv级 一般",
        }.items()
        for word in words.split()
    }
)
_ROMAN = str.maketrans({"Ⅰ": "I", "Ⅱ": "II", "Ⅲ": "III", "Ⅳ": "IV"})
_PROVINCES = frozenset(
    map(str, (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55)))
) | frozenset(map(str, (*range(61, 66), 71, 81, 82)))
_IDENTIFIER = re.compile(r"(\d{6})(\d{3})(\d{3})(\d{2})_(\d{14})(?:_(\d))?", re.ASCII)
_AREA = re.compile(r"(\d{6})(\d{3})?(\d{3})?", re.ASCII)


def event(code: str) -> str | None:
    """The code of GB/T 35561 for one of either list; None for what is neither.

    12379 writes the same hierarchy as 11, a letter for the group, and two digits: 11B01 is 10201.
    """
    code = code.strip().upper()
    found = _EVENT.fullmatch(code)
    if found:
        return f"1{ord(found[1]) - ord('A') + 1:02d}{found[2]}"
    return code if _NATIONAL.fullmatch(code) else None


def level(text: str) -> str | None:
    """The colour that a word, a colour digit or a level names: red, orange, yellow or blue.

    Several words for the same (``Ⅲ级/较重``) are understood, different ones are none.
    """
    words = text.translate(_ROMAN).casefold().split("/")
    found = {_LEVELS.get(word.strip()) for word in words}
    return found.pop() if len(found) == 1 else None


def area(code: str) -> str:
    """An area code without the zeros for "all of it" below the county (410000000000: 410000)."""
    found = _AREA.fullmatch(code.strip())
    if found is None:
        return code.strip()
    county, *below = found.groups()
    while below and below[-1] in (None, "000"):
        below.pop()
    return county + "".join(below)


@dataclass(frozen=True, slots=True)
class Identifier:
    """What a national identifier ``ZZZZZZDDDUUUXX_YYYYMMDDhhmmss[_N]`` tells.

    ``area``: GB/T 2260. ``agency``: kind of body, GB/T 4657. ``unit``: the body itself, 14 digits.
    ``entered``: when it was entered. ``serial``: of several at that second; live ones leave it out.
    """

    area: str
    agency: str
    unit: str
    entered: datetime
    serial: int | None


def identifier(text: str) -> Identifier | None:
    """What an identifier tells; None where its form, its province or its time do not exist."""
    found = _IDENTIFIER.fullmatch(text)
    if found is None or found[1][:2] not in _PROVINCES:
        return None
    try:
        entered = datetime.strptime(found[5], "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
    except ValueError:
        return None
    serial = int(found[6]) if found[6] else None
    return Identifier(found[1], found[2], text[:14], entered, serial)
