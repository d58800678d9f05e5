"""Times in Chinese words: 二〇二六年十一月三日, 十一月二十一日21时, 2026年11月3日 上午九时半.

Numbers may be written in Chinese, in the capitals of cheques (贰零贰陆) or in digits, each part in
its own way. Writing: GB/T 15835-2011 (numerals); 24 o'clock ends its day (GB/T 7408).
"""

import math
import re
import unicodedata
from datetime import UTC, datetime, timedelta

__all__ = ["reading", "written"]

_DAY = 86400
_HALF = _DAY // 2
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - readings of a clock have no zone yet
_SPACES = re.compile(r"\s+")
_ONE = str.maketrans("○Ｏ零壹贰叁肆伍陆柒捌玖拾两", "〇〇〇一二三四五六七八九十二")
_DIGITS = {digit: str(value) for value, digit in enumerate("〇一二三四五六七八九")}
_NUMBER = r"[0-9]{1,2}|[〇一二三四五六七八九十廿卅]{1,4}"
_MORNING = ("凌晨", "清晨", "早上", "早晨", "早", "上午")
_NIGHT = ("傍晚", "晚上", "夜间", "夜里", "晚")
_NOON = ("中午", "正午")
_AFTERNOON = ("下午", "午后", *_NIGHT)
_HALVES = "|".join((*_MORNING, *_NOON, *_AFTERNOON))
_SHAPE = re.compile(
    r"(?:(?P<year>[0-9]{4}|[〇一二三四五六七八九]{4})年)?"
    rf"(?P<month>{_NUMBER}|元)月(?P<day>{_NUMBER})[日号]"
    r"(?:\(?(?:星期|周|礼拜)[一二三四五六日天]\)?)?[,，]?"
    rf"(?P<half>{_HALVES})?"
    rf"(?:(?P<hour>{_NUMBER})(?:[时点](?:整|(?P<part>半|一刻|三刻)"
    rf"|(?:(?P<minute>{_NUMBER})分(?:(?P<second>{_NUMBER})秒)?)?)?"
    r"|:(?P<minute2>[0-9]{2})(?::(?P<second2>[0-9]{2}))?))?"
)
_PARTS = {"半": 30, "一刻": 15, "三刻": 45}


def reading(text: str, now: float | None = None) -> tuple[float, int]:
    """The clock reading in seconds since 1970 local, NaN if it is none, and its span in seconds.

    A date without its year is the last one that had begun at ``now`` (seconds since 1970 UTC);
    without ``now`` it is no time. 上午 or 下午 alone tells half a day.
    """
    # Only the month of a date begins a year with 元 (元月); a full stop of clock times is a colon.
    plain = _SPACES.sub("", unicodedata.normalize("NFKC", text)).translate(_ONE)
    shape = _SHAPE.fullmatch(plain)
    if shape is None:
        return math.nan, 0
    clock = _clock(shape)
    if clock is None:
        return math.nan, 0
    seconds, span = clock
    day = _day(shape, now)
    return (math.nan, 0) if day is None else (day + seconds, span)


def written(moment: datetime) -> str:
    """A moment to the minute as an official text writes it: 二〇二六年十一月三日九时五分."""
    year = "".join("〇一二三四五六七八九"[int(digit)] for digit in f"{moment.year:04d}")
    month, day, hour, minute = map(_spelt, (moment.month, moment.day, moment.hour, moment.minute))
    return f"{year}年{month}月{day}日{hour}时{minute}分"


def _spelt(number: int) -> str:
    tens, ones = divmod(number, 10)
    digits = "〇一二三四五六七八九"
    if tens == 0:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")


def _number(text: str) -> int | None:
    """A number below a hundred; None for what is none."""
    if text.isascii():
        return int(text)
    text = text.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = text.partition("十")
    if not ten:
        # 〇九 is nine; 二一 is not twenty-one.
        digits = "".join(_DIGITS[one] for one in text)
        return int(digits) if len(digits) == 1 or (digits[0] == "0" and len(digits) == 2) else None
    if any((part and part not in _DIGITS) or part == "〇" for part in (tens, ones)):
        return None
    return int(_DIGITS.get(tens, "1")) * 10 + int(_DIGITS.get(ones, "0"))


def _clock(shape: re.Match[str]) -> tuple[int, int] | None:
    """Seconds since midnight and the span; None for a clock that does not exist."""
    half = shape["half"] or ""
    if shape["hour"] is None:
        return _half_day(half)
    told = _number(shape["hour"])
    hour = None if told is None else _of_day(told, half)
    minute_text, second_text = (
        shape["minute"] or shape["minute2"],
        shape["second"] or shape["second2"],
    )
    minute = _PARTS.get(shape["part"] or "", 0) if minute_text is None else _number(minute_text)
    second = 0 if second_text is None else _number(second_text)
    if hour is None or minute is None or second is None or minute > 59 or second > 59:
        return None
    if hour > 24 or (hour == 24 and minute + second > 0):
        return None
    exact = minute_text is not None or shape["part"] is not None
    span = 0 if second_text is not None else 60 if exact else 3600
    return hour * 3600 + minute * 60 + second, span


def _half_day(half: str) -> tuple[int, int] | None:
    if half == "":
        return 0, _DAY
    return {"上午": (0, _HALF), "下午": (_HALF, _HALF)}.get(half)


def _of_day(hour: int, half: str) -> int | None:
    """The hour of the day; None where its half contradicts it."""
    if half in _MORNING:
        if hour > 12:
            return None
        return 0 if hour == 12 and half == "凌晨" else hour
    if half in _NIGHT and hour == 12:
        return 24
    if half in _AFTERNOON:
        return hour + 12 if 1 <= hour < 12 else hour if hour >= 12 else None
    if half in _NOON:
        return hour + 12 if 1 <= hour <= 2 else hour if 11 <= hour <= 14 else None
    return hour


def _day(shape: re.Match[str], now: float | None) -> float | None:
    """The midnight of the date, seconds since 1970 local."""
    month = 1 if shape["month"] == "元" else _number(shape["month"])
    day = _number(shape["day"])
    if month is None or day is None:
        return None
    if shape["year"] is not None:
        digits = "".join(_DIGITS.get(digit, digit) for digit in shape["year"])
        return _midnight(int(digits), month, day)
    if now is None:
        return None
    # A day in the east begins before the day of UTC does.
    today = datetime.fromtimestamp(now, UTC).replace(tzinfo=None) + timedelta(hours=14)
    for year in range(today.year, today.year - 9, -1):
        found = _midnight(year, month, day)
        if found is not None and found <= (today - _EPOCH).total_seconds():
            return found
    return None


def _midnight(year: int, month: int, day: int) -> float | None:
    try:
        return (datetime(year, month, day) - _EPOCH).total_seconds()  # noqa: DTZ001 - as _EPOCH
    except ValueError:
        return None
