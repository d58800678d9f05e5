import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.domain.sexagesimal import angle, angles
from integration.domain.values import EMPTY, FINE, NOT_A_NUMBER


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("120°12′34.56″", 120 + 12 / 60 + 34.56 / 3600),
        ("120° 12' 34.56\" E", 120 + 12 / 60 + 34.56 / 3600),
        ("120º12’34.56''", 120 + 12 / 60 + 34.56 / 3600),
        ("１２０°１２′３４″", 120 + 12 / 60 + 34 / 3600),
        ("30度15分30秒", 30 + 15 / 60 + 30 / 3600),
        ("北纬30度15分", 30.25),
        ("南纬30度15分", -30.25),
        ("W120°12′", -120.2),
        ("-30°30′", -30.5),
        ("120.5°", 120.5),
        ("120°30.5′", 120 + 30.5 / 60),
        ("120°59′60.00″", 121.0),  # what rounding makes of 59.999
    ],
)
def test_an_angle_is_read_in_every_writing(text, degrees):
    found, state = angle(text)
    assert state == FINE
    assert math.isclose(found, degrees, abs_tol=1e-12)


@pytest.mark.parametrize(
    "text",
    ["N/A", "120.5", "120.5°12′", "120°60.1′", "120°12.5′30″", "-30°S", "°", "12°34″′", 120.5],
)
def test_what_is_no_angle_is_no_number(text):
    assert angle(text)[1] == NOT_A_NUMBER
    assert math.isnan(angle(text)[0])


@pytest.mark.parametrize("text", ["", "  ", None])
def test_nothing_is_empty(text):
    assert angle(text)[1] == EMPTY


@given(st.lists(st.floats(-179.99, 179.99), min_size=1, max_size=20))
def test_degrees_minutes_and_seconds_come_back_as_the_degrees(values):
    texts = []
    for value in values:
        minutes, seconds = divmod(abs(value) * 3600, 60)
        degrees, minutes = divmod(int(minutes), 60)
        texts.append(f"{'-' if value < 0 else ''}{degrees}°{minutes}′{seconds:.6f}″")
    found, states = angles(texts)
    assert states == [FINE] * len(values)
    assert all(abs(one - value) < 1e-9 for one, value in zip(found, values, strict=True))
