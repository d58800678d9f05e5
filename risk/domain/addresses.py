"""Reading Chinese addresses: district, road, house number, named place, building.

A reader never fails: what it does not recognise it leaves empty. It knows the city's own names of
districts, and otherwise only the words with which names of roads and places end; a city can add
its own. Road, number and place are compared each by itself, never addresses as whole texts: two
streets of one district share most of their characters, and one place is written in many ways.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ROADS = ("大道", "大街", "公路", "隧道", "胡同", "路", "街", "巷", "弄", "桥")
PLACES = (
    "小区", "花园", "公寓", "广场", "新村", "家园", "花苑", "大厦", "大楼", "山庄", "别墅", "园区",
    "产业园", "工业园", "科技园", "开发区", "商场", "市场", "超市", "酒店", "宾馆", "饭店", "医院",
    "学校", "小学", "中学", "大学", "学院", "幼儿园", "公园", "体育馆", "图书馆", "博物馆", "影院",
    "剧院", "车站", "地铁站", "码头", "工地", "工厂", "社区", "中心",
)  # fmt: skip
"""Words with which the names of places end. Single characters (村, 苑, 城) say too little alone."""

_LONGEST = 200
_HAN = "\u3400-\u9fff"
_DIGITS = {**dict(zip("〇零一二三四五六七八九", (0, *range(10)), strict=True)), "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = "".join((*_DIGITS, *_UNITS))
# Only before what is counted: 五一路 keeps its name, 五十一号 is number 51.
_COUNTED = re.compile(f"([{_NUMERAL}]+)(?=号|幢|栋|座|楼|单元|室|层|弄)")
_NOISE = re.compile(r"[\s,.;:、，。；：·]+|\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
# A name of an area and not the beginning of a road's or a market's: 东乡路, 人民市场.
_AREA_ENDS = f"(?=[{_HAN}])(?!路|街|大道|巷|场|民|政)"
_UPPER = re.compile(
    f"^(?:[{_HAN}]{{2,8}}?(?:特别行政区|自治区|自治州|地区|省|市){_AREA_ENDS}){{1,3}}"
)
_SMALLER = re.compile(f"^[{_HAN}]{{1,8}}?(?:区|县|旗){_AREA_ENDS}")
_BELOW = re.compile(f"^[{_HAN}]{{1,10}}?(?:街道办事处|街道|镇|乡){_AREA_ENDS}")
_NUMBER = re.compile(
    r"^(\d{1,6}(?:[-之]\d{1,5})?(?:弄\d{1,6})?)(?:号|弄)(?!楼|线|馆|院|门|口|地块)"
)
_BUILDING = re.compile(r"^([A-Za-z]?\d{1,4}[A-Za-z]?|[A-Za-z甲乙丙丁])(?:幢|栋|座|号楼)")


@dataclass(frozen=True)
class Address:
    """What an address names, "" where it names none; `district` is the code of the area."""

    district: str = ""
    road: str = ""
    number: str = ""
    place: str = ""
    building: str = ""

    @property
    def house(self) -> str:
        """The road with the number, "" unless both are known."""
        return f"{self.road}{self.number}号" if self.road and self.number else ""


def arabic(numeral: str) -> str:
    """A Chinese numeral in digits: 二十三 → 23, 二〇三 → 203, 一百零五 → 105."""
    if not any(one in _UNITS for one in numeral):
        return "".join(str(_DIGITS[one]) for one in numeral)
    total = digit = 0
    for one in numeral:
        if one in _UNITS:
            total, digit = total + (digit or 1) * _UNITS[one], 0
        else:
            digit = _DIGITS[one]
    return str(total + digit)


def plain(text: str) -> str:
    """The text as it is read: compatibility forms united, numerals as digits, no punctuation."""
    short = unicodedata.normalize("NFKC", text[:_LONGEST])[:_LONGEST]
    return _COUNTED.sub(lambda found: arabic(found[1]), _NOISE.sub("", short))


class AddressReader:
    """Reads addresses of one city. `districts`: its names of districts → their codes."""

    def __init__(
        self,
        districts: Mapping[str, str],
        *,
        roads: Iterable[str] = (),
        places: Iterable[str] = (),
    ) -> None:
        self._districts = {plain(name): code for name, code in districts.items() if plain(name)}
        names = sorted(self._districts, key=lambda one: (-len(one), one))
        self._district = re.compile("|".join(map(re.escape, names)) or r"(?!)")
        ends = _words((*ROADS, *roads))
        self._road = re.compile(f"^[{_HAN}A-Za-z0-9]{{1,10}}?(?:{ends})(?![{_HAN}]?号线)")
        self._place = re.compile(f"^[{_HAN}A-Za-z0-9]{{1,14}}?(?:{_words((*PLACES, *places))})+")

    def read(self, text: str) -> Address:
        """The parts of an address; parts that are not recognised are ""."""
        rest = plain(text)
        district, rest = self._in_district(rest)
        rest = _BELOW.sub("", rest, count=1)
        early, after = self._named(rest)
        road, number, rest = self._on_road(after if early else rest)
        late, after = ("", rest) if early else self._named(rest)
        building = _BUILDING.match(after)
        return Address(district, road, number, early or late, building[1] if building else "")

    def _in_district(self, text: str) -> tuple[str, str]:
        """The code of the first district that is named, and what follows it."""
        found = self._district.search(text)
        if found:
            code, rest = self._districts[found.group()], text[found.end() :]
            return code, rest or text[: found.start()]
        rest = _UPPER.sub("", text, count=1)
        return "", _SMALLER.sub("", rest, count=1)

    def _on_road(self, text: str) -> tuple[str, str, str]:
        """Road, number, and what follows; a text without a road is left as it is."""
        road = self._road.match(text)
        if not road:
            return "", "", text
        rest = text[road.end() :]
        number = _NUMBER.match(rest)
        if not number:
            return road.group(), "", rest
        return road.group(), number[1].replace("之", "-"), rest[number.end() :]

    def _named(self, text: str) -> tuple[str, str]:
        """A named place at the beginning, and what follows; a road's name is no place's."""
        found = self._place.match(text)
        if not found or self._road.match(found.group()):
            return "", text
        name = found.group()
        shorter = name.removesuffix("小区")
        if name != shorter and self._place.fullmatch(shorter):
            name = shorter  # 滨江花园小区 is 滨江花园
        return name, text[found.end() :]


def _words(ends: Iterable[str]) -> str:
    longest_first = sorted(
        {plain(one) for one in ends if plain(one)}, key=lambda one: (-len(one), one)
    )
    return "|".join(map(re.escape, longest_first)) or r"(?!)"
