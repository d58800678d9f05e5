"""The codes of national warnings, against the tables they were taken from."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integration.domain.cap.codes import EVENTS, area, event, identifier, level

# 12379 code, GB/T 35561 code, name: every row of the table.
TABLE = """
11A01 10101 洪水|11A02 10102 内涝|11A51 10151 山洪|11B01 10201 台风
11B03 10203 暴雨|11B04 10204 暴雪|11B05 10205 寒潮|11B06 10206 大风
11B07 10207 沙尘暴|11B09 10209 高温|11B14 10214 雷电|11B15 10215 冰雹
11B16 10216 霜冻|11B17 10217 大雾|11B19 10219 霾|11B20 10220 雷雨大风
11B21 10221 道路结冰|11B22 10222 干旱|11B25 10225 森林火险|11C02 10302 地震
11D01 10401 滑坡|11D02 10402 泥石流|11E02 10502 风暴潮|11E06 10506 海浪
11G01 10701 森林火灾|11G05 10705 草原火灾
"""
ROWS = [row.split() for row in TABLE.replace("\n", "|").split("|") if row.strip()]


@pytest.mark.parametrize(("warning", "national", "name"), ROWS)
def test_the_table_of_events(warning, national, name):
    assert event(warning) == national
    assert event(warning.lower()) == national
    assert event(national) == national
    assert EVENTS[national] == name


def test_a_code_of_a_group_without_names_follows_the_rule():
    assert event("11F03") == "10603"
    assert event("30000") == "30000"


@pytest.mark.parametrize("text", ["", "11H01", "12B01", "1001", "暴雨", "11B1", "50000", "102 01"])
def test_what_is_no_code_is_none(text):
    assert event(text) is None


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("01", "blue"),
        ("02", "yellow"),
        ("03", "orange"),
        ("04", "red"),
        ("Blue", "blue"),
        ("YELLOW", "yellow"),
        ("橙色", "orange"),
        ("红", "red"),
        ("Ⅲ级/较重", "yellow"),
        ("IV级/一般", "blue"),
        ("一级", "red"),
        ("特别严重", "red"),
        ("严重", "orange"),
        ("", None),
        ("Unknown", None),
        ("Severe", None),
        ("1", None),
        ("红色/蓝色", None),
    ],
)
def test_colours_digits_and_levels(text, colour):
    assert level(text) == colour


@pytest.mark.parametrize(
    ("code", "short"),
    [
        ("410000000000", "410000"),
        ("350203001000", "350203001"),
        ("350203001002", "350203001002"),
        ("350203000000", "350203"),
        ("350203001", "350203001"),
        ("350203", "350203"),
        ("350203000002", "350203000002"),
        ("x", "x"),
    ],
)
def test_areas_without_the_zeros_for_all_of_it(code, short):
    assert area(code) == short


def test_an_identifier_tells_area_agency_unit_and_beijing_time():
    told = identifier("35040041600001_20200421123203")
    assert told is not None
    assert (told.area, told.agency, told.unit) == ("350400", "416", "35040041600001")
    assert told.entered == datetime(2020, 4, 21, 4, 32, 3, tzinfo=UTC)
    assert told.serial is None
    full = identifier("35040041600001_20200421123203_0")
    assert full is not None
    assert full.serial == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "35040041600001",
        "3504004160000_20200421123203",
        "35040041600001_20201321123203",
        "35040041600001_20200421243203",
        "35040041600001_20200421123203_10",
        "00040041600001_20200421123203",
        "35040041600001-20200421123203",
        "３5040041600001_20200421123203",
    ],
)
def test_what_is_no_identifier_is_none(text):
    assert identifier(text) is None


@settings(deadline=None)
@given(st.text(max_size=40))
def test_no_text_breaks_a_code(text):
    event(text)
    level(text)
    area(text)
    identifier(text)
