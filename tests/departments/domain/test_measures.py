"""Rates by the published counting rules."""

from decimal import Decimal

import pytest

from departments.domain.measures import Counts, Measures, percent


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        # One month of a published monthly report: should close 972, closed 911, in time 737.
        (911, 972, "93.72"),
        (737, 972, "75.82"),
        (902, 956, "94.35"),
        (9, 16, "56.25"),
        (1, 8, "12.50"),
        (1, 1600, "0.06"),  # 0.0625
        (5, 8000, "0.06"),
        (1, 800, "0.13"),  # 0.125 goes up
    ],
)
def test_percent(part: int, whole: int, expected: str) -> None:
    assert percent(part, whole) == Decimal(expected)


def test_nothing_to_count_is_nothing_to_tell() -> None:
    empty = Measures("X", "甲", "A", Counts())
    for rate in (
        empty.sign_rate,
        empty.sign_in_time_rate,
        empty.feedback_rate,
        empty.feedback_in_time_rate,
        empty.waiting_rate,
        empty.return_rate,
        empty.rework_rate,
        empty.mean_hours,
    ):
        assert rate is None


def test_rates_of_one_organisation() -> None:
    counts = Counts(
        led=3, supported=1, should_sign=4, signed=3, signed_in_time=2, should_feed_back=3,
        fed_back=2, fed_back_in_time=1, waiting=1, returned=1, reworked=1, hours=4.5,
    )  # fmt: skip
    one = Measures("X", "甲", "A", counts)
    assert one.sign_rate == Decimal("75.00")
    assert one.sign_in_time_rate == Decimal("50.00")
    assert one.feedback_rate == Decimal("66.67")
    assert one.feedback_in_time_rate == Decimal("33.33")
    assert one.waiting_rate == Decimal("33.33")
    assert one.return_rate == Decimal("25.00")
    assert one.rework_rate == Decimal("33.33")
    assert one.mean_hours == Decimal("2.25")
