from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.domain.timeforms import instants, span_of, usable

_FIRST, _LAST = datetime(1970, 1, 1), datetime(2068, 12, 31)  # noqa: DTZ001 - clock readings
_FORMS = ["%Y%m%d%H%M%S", "%Y-%m-%d %H:%M", "%Y年%m月%d日 %H时%M分", "%d.%m.%y %H:%M:%S"]


def _offset(minutes: int) -> timezone:
    return timezone(timedelta(minutes=minutes))


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


@pytest.mark.parametrize(
    ("form", "seconds"),
    [
        ("%Y%m%d%H%M%S", 0),
        ("%Y-%m-%d %X", 0),
        ("%Y年%m月%d日 %H时%M分", 60),
        ("%Y-%m-%d %I:%M %p", 60),
        ("%Y-%m-%d %H", 3600),
        ("%d.%m.%Y", 86400),
    ],
)
def test_a_pattern_says_within_what_span_its_times_lie(form, seconds):
    assert span_of(form) == seconds


@given(
    st.lists(
        st.datetimes(_FIRST, _LAST, timezones=st.builds(_offset, st.integers(-1439, 1439))),
        min_size=1,
        max_size=20,
    ),
    st.sampled_from(["auto", "hours", "minutes", "seconds", "milliseconds"]),
)
def test_iso_texts_are_read_as_the_standard_library_reads_each(moments, timespec):
    texts = [moment.isoformat(timespec=timespec) for moment in moments]
    expected = [datetime.fromisoformat(text).timestamp() for text in texts]
    found = instants(texts, "iso8601", None)
    assert np.allclose(found.seconds, expected, atol=1e-5, rtol=0)
    assert set(found.spans) == {{"hours": 3600, "minutes": 60}.get(timespec, 0)}


def test_iso_readings_without_an_offset_are_of_the_zone():
    texts = ["2026-07-01T12:00", "2026-07-01 12:00:00.5", "20260701", "2026-07-01T12:00Z"]
    found = instants(texts, "iso8601", "America/Chicago")
    noon = datetime(2026, 7, 1, 17, tzinfo=UTC).timestamp()
    assert found.seconds.tolist() == [noon, noon + 0.5, noon - 43200, noon - 18000]
    assert found.spans == [60, 0, 86400, 60]
    assert np.isnan(instants(texts[:3], "iso8601", None).seconds).all()
    assert instants(["2026-11-01T01:30"], "iso8601", "America/Chicago").ambiguous.tolist() == [True]


@pytest.mark.parametrize("text", ["2026-W47-5", "2026-11-20x12:00", "2026-11-20T24:01Z", "now", ""])
def test_other_writings_are_no_iso_times(text):
    assert np.isnan(instants([text], "iso8601", "UTC").seconds).all()


def test_numbers_count_from_1970():
    assert instants(["1.5", "-86400"], "epoch_s", None).seconds.tolist() == [1.5, -86400.0]
    assert instants(["1500", "1e3"], "epoch_ms", None).seconds.tolist() == [1.5, 1.0]
    assert np.isnan(instants(["", "NaN", "x", "2026-01-01"], "epoch_s", None).seconds).all()
