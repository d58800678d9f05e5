"""Times in Chinese words: official texts, cheques, spoken halves of the day, years left out."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.domain.chinese_times import reading, written
from integration.domain.timeforms import CHINESE, instants, usable

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC).timestamp()
_DIGITS = "〇一二三四五六七八九"
_ZEROS = ("〇", "零", "○")
_CHEQUE = str.maketrans("一二三四五六七八九十", "壹贰叁肆伍陆柒捌玖拾")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def _spelt(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def _plain(moment: datetime) -> str:
    """A reading of the clock, without its zone."""
    return moment.replace(tzinfo=None, microsecond=0).isoformat(" ")


def _local(text: str, now: float | None = NOW) -> tuple[str, int]:
    seconds, span = reading(text, now)
    if math.isnan(seconds):
        return "", span
    return _plain(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)), span


@pytest.mark.parametrize(
    ("text", "moment", "span"),
    [
        ("二〇二六年十一月三日", "2026-11-03 00:00:00", 86400),
        ("二零二六年十一月二十一日 上午九时三十分", "2026-11-21 09:30:00", 60),
        ("十一月二十一日21时", "2026-11-21 21:00:00", 3600),
        ("十一月二十三日", "2025-11-23 00:00:00", 86400),  # not yet this year
        ("二月二十九日", "2024-02-29 00:00:00", 86400),  # the last year that had one
        ("2026年11月3日下午3点半", "2026-11-03 15:30:00", 60),
        ("二〇二六年十一月三日（星期二）晚上八点一刻", "2026-11-03 20:15:00", 60),
        ("贰零贰陆年壹拾壹月叁日", "2026-11-03 00:00:00", 86400),
        ("２０２６年１１月３日９时０５分０７秒", "2026-11-03 09:05:07", 0),
        ("二〇二六年元月廿一日零九时〇五分", "2026-01-21 09:05:00", 60),
        ("二〇二六年十一月三日下午", "2026-11-03 12:00:00", 43200),
        ("二〇二六年十一月三日二十四时", "2026-11-04 00:00:00", 3600),
        ("二〇二六年十一月三日中午十二点", "2026-11-03 12:00:00", 3600),
        ("二〇二六年十一月三日凌晨十二点十分", "2026-11-03 00:10:00", 60),
        ("二〇二六年十一月三日晚上十二点", "2026-11-04 00:00:00", 3600),
        ("二〇二六年十一月三日 9:05", "2026-11-03 09:05:00", 60),
        ("二〇二六年十一月三日上午九时整", "2026-11-03 09:00:00", 3600),
    ],
)
def test_what_people_write_is_read(text: str, moment: str, span: int) -> None:
    assert _local(text) == (moment, span)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "二〇二六年十一月三十一日",
        "二〇二六年十三月一日",
        "二〇二六年二月二十九日",
        "二〇二六年十一月三日二十五时",
        "二〇二六年十一月三日二十四时一分",
        "二〇二六年十一月三日九时六十分",
        "二〇二六年十一月三日上午二十一时",
        "二〇二六年十一月二一日",  # nobody can tell 二一 from 二十一 left unfinished
        "二六年十一月三日",
        "二〇二六年十一月",
        "农历十月初三",
        "二〇二六年十一月三日左右",
        "二〇二六年十一月三日十十时",
    ],
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert math.isnan(reading(text, NOW)[0])


def test_without_an_instant_a_date_needs_its_year() -> None:
    assert math.isnan(reading("十一月二十一日21时")[0])


_MOMENTS = st.datetimes(
    datetime(1901, 1, 1),  # noqa: DTZ001 - readings of a clock have no zone yet
    datetime(2099, 12, 31, 23, 59),  # noqa: DTZ001
)


@given(
    _MOMENTS,
    st.sampled_from(_ZEROS),
    st.sampled_from(["chinese", "cheque", "digits", "wide"]),
    st.sampled_from(["日", "号"]),
    st.sampled_from(["时", "点"]),
    st.booleans(),
)
def test_a_moment_written_in_any_of_the_ways_is_read_again(
    moment: datetime, zero: str, way: str, day_word: str, hour_word: str, spaced: bool
) -> None:
    plain = way in ("digits", "wide")
    year = f"{moment.year:04d}"
    if not plain:
        year = "".join(_DIGITS[int(digit)] for digit in year)
    parts = [moment.month, moment.day, moment.hour, moment.minute, moment.second]
    month, day, hour, minute, second = map(str if plain else _spelt, parts)
    gap = " " if spaced else ""
    text = f"{year}年{month}月{day}{day_word}{gap}{hour}{hour_word}{minute}分{second}秒"
    if way == "cheque":
        text = text.translate(_CHEQUE)
    if way == "wide":
        text = text.translate(_WIDE)
    text = text.replace("〇", zero)
    assert _local(text) == (_plain(moment), 0)


@given(_MOMENTS)
def test_the_example_of_a_moment_is_read_again(moment: datetime) -> None:
    assert _local(written(moment)) == (_plain(moment.replace(second=0)), 60)


@given(_MOMENTS, st.integers(1, 12))
def test_halves_of_the_day_are_read_as_they_are_spoken(moment: datetime, hour: int) -> None:
    day = f"{moment.year}年{moment.month}月{moment.day}日"
    midnight = moment.replace(hour=0, minute=0, second=0)
    spoken = {"上午": hour, "下午": hour + 12 if hour < 12 else 12}
    for half, meant in spoken.items():
        expected = _plain(midnight + timedelta(hours=meant))
        assert _local(f"{day}{half}{_spelt(hour)}时") == (expected, 3600)


@given(
    st.text(alphabet="〇零一二三四五六七八九十廿卅年月日号时点分秒半上下午 0123456789", max_size=24)
)
def test_no_text_breaks_it(text: str) -> None:
    seconds, span = reading(text, NOW)
    assert math.isnan(seconds) or span in (0, 60, 3600, 43200, 86400)


def test_whole_columns_are_read_in_their_zone() -> None:
    found = instants(
        ["二〇二六年十一月三日九时三十分", "昨天", "十一月二十一日"],
        CHINESE,
        "Asia/Shanghai",
        now=NOW,
    )
    assert found.seconds[0] == datetime(2026, 11, 3, 1, 30, tzinfo=UTC).timestamp()
    assert math.isnan(found.seconds[1])
    assert found.seconds[2] == datetime(2026, 11, 20, 16, tzinfo=UTC).timestamp()
    assert list(found.spans) == [60, 0, 86400]
    assert usable(CHINESE)
