"""Reading addresses: parts, forms of writing, and that nothing makes the reader fail."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from risk.domain.addresses import Address, AddressReader, arabic

READER = AddressReader({"临江区": "L", "青山区": "Q", "高新区": "G", "思明区": "S"})


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("滨海市青山区光明路443号创新广场23幢", Address("Q", "光明路", "443", "创新广场", "23")),
        ("青山区光明路四百四十三号创新广场九幢", Address("Q", "光明路", "443", "创新广场", "9")),
        ("滨海市临江区滨江大道１２号", Address("L", "滨江大道", "12")),
        ("福建省厦门市思明区湖滨南路123号", Address("S", "湖滨南路", "123")),
        ("湖滨南路123号", Address("", "湖滨南路", "123")),
        ("滨江花园小区3号楼2单元501室", Address(place="滨江花园", building="3")),
        ("滨江花园5幢，青山区", Address("Q", place="滨江花园", building="5")),
        ("中山街道人民路12-3号人民医院门诊楼", Address("", "人民路", "12-3", "人民医院")),
        ("高新区 软件园区 A座", Address("G", place="软件园区", building="A")),
        ("青山区东湖路88弄12号", Address("Q", "东湖路", "88弄12")),
        ("光明路与人民路交叉口", Address("", "光明路")),
        ("青山区和平路12号楼", Address("Q", "和平路", building="12")),
        ("Main Street 12", Address()),
        ("", Address()),
    ],
)  # fmt: skip
def test_the_parts_of_an_address(text: str, address: Address) -> None:
    assert READER.read(text) == address


@pytest.mark.parametrize(
    ("text", "road"),
    [("青山区五一路五十一号", "五一路"), ("东乡路12号", "东乡路"), ("青山区新市街8号", "新市街")],
)
def test_names_keep_their_numerals_and_their_words_for_areas(text: str, road: str) -> None:
    found = READER.read(text)
    assert found.road == road
    assert found.number in {"51", "12", "8"}


@pytest.mark.parametrize("text", ["人民市场3号", "城市花园12幢", "滨海市人民市场"])
def test_a_market_is_no_city(text: str) -> None:
    assert READER.read(text).place in {"人民市场", "城市花园"}


def test_another_street_is_another_house() -> None:
    south, north = (READER.read(f"思明区湖滨{one}路123号") for one in "南北")
    assert south.house != north.house
    assert READER.read("厦门市思明区湖滨南路一百二十三号").house == south.house


def test_a_city_adds_its_own_words() -> None:
    own = AddressReader({"临江区": "L"}, roads=("埕",), places=("骑楼",))
    assert own.read("临江区石埕7号中华骑楼") == Address("L", "石埕", "7", "中华骑楼")
    assert READER.read("临江区石埕7号中华骑楼") == Address("L")


@pytest.mark.parametrize(
    ("numeral", "digits"),
    [("三", "3"), ("十", "10"), ("十二", "12"), ("二十", "20"), ("一百零五", "105"),
     ("二〇三", "203"), ("三千二百一十", "3210"), ("两百", "200")],
)  # fmt: skip
def test_numerals(numeral: str, digits: str) -> None:
    assert arabic(numeral) == digits


@given(st.text(max_size=300))
@example("十" * 200 + "号")
@example("路" * 300)
@example("\x00滨海市\ud800区")
def test_no_text_makes_it_fail(text: str) -> None:
    found = READER.read(text)
    assert found.district in {"", "L", "Q", "G", "S"}


def test_long_nonsense_takes_no_time() -> None:
    begun = time.perf_counter()
    for text in ("区" * 5000, "一" * 5000, "(" * 5000, "滨" * 199 + "路", "市滨" * 2500):
        READER.read(text)
    assert time.perf_counter() - begun < 0.5
