from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.domain.timeforms import instants, usable

_FIRST, _LAST = datetime(1970, 1, 1), datetime(2068, 12, 31)  # noqa: DTZ001 - clock readings
_FORMS = ["%Y%m%d%H%M%S", "%Y-%m-%d %H:%M", "%Y年%m月%d日 %H时%M分", "%d.%m.%y %H:%M:%S"]


def _read(text: str, form: str = _FORMS[0], zone: str = "Asia/Shanghai") -> datetime | None:
    (seconds,) = instants([text], form, zone).seconds
    return None if np.isnan(seconds) else datetime.fromtimestamp(seconds, UTC)


@given(
    st.lists(st.datetimes(_FIRST, _LAST), min_size=1, max_size=30),
    st.sampled_from(_FORMS),
    st.sampled_from(["Asia/Shanghai", "America/Chicago", "Australia/Lord_Howe", "UTC"]),
)
def test_columns_are_read_as_the_standard_library_reads_each_text(moments, form, zone):
    texts = [moment.strftime(form) for moment in moments]
    expected = [
        datetime.strptime(text, form).replace(tzinfo=ZoneInfo(zone)).timestamp() for text in texts
    ]
    assert instants(texts, form, zone).seconds.tolist() == expected


@pytest.mark.parametrize(
    "text",
    [
        "2025-13-45 99:99",
        "20250230000000",
        "20250229000000",
        "20251301000000",
        "20250100000000",
        "20250101240000",
        "20250101006000",
        "20250101000060",
        "00000101000000",
        "2025010100000x",
        "２０２５０１０１０００",
        "",
        "2025",
    ],
)
def test_what_is_no_time_has_no_instant(text):
    assert _read(text) is None


def test_a_leap_day_is_a_day():
    assert _read("20240229235959") == datetime(2024, 2, 29, 15, 59, 59, tzinfo=UTC)


def test_texts_of_another_width_still_fit_the_pattern():
    assert _read("2026-1-5 8:03", _FORMS[1]) == datetime(2026, 1, 5, 0, 3, tzinfo=UTC)


def test_readings_that_the_clock_shows_twice_or_never_are_ambiguous():
    texts = ["2026-11-01 00:59", "2026-11-01 01:30", "2026-03-08 02:30", "2026-03-08 03:00"]
    found = instants(texts, _FORMS[1], "America/Chicago")
    assert found.ambiguous.tolist() == [False, True, True, False]
    first = datetime.fromtimestamp(found.seconds[1], UTC)
    assert first == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)  # still daylight saving time


def test_no_rows_give_no_instants():
    assert instants([], _FORMS[0], "UTC").seconds.shape == (0,)


@pytest.mark.parametrize(
    ("form", "good"),
    [*((form, True) for form in _FORMS), ("%H:%M", False), ("%Y-%m", False), ("no", False)],
)
def test_a_usable_form_names_a_day(form, good):
    assert usable(form) is good


def test_a_form_with_its_own_zone_is_not_usable():
    assert not usable("%Y-%m-%dT%H:%M:%S%z")


def test_a_column_of_equal_length_with_one_bad_text_loses_only_that_one():
    texts = ["20260101000000", "20269901000000", "20260102000000"]
    first, bad, last = instants(texts, _FORMS[0], "UTC").seconds
    assert np.isnan(bad)
    assert last - first == timedelta(days=1).total_seconds()
