import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import clean_text, collapse, fold, has_nul, truncate


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("\x07井盖\x00缺失", "井盖缺失"),
        ("\u202e三张", "三张"),
        ("\u2067x\u2069", "x"),
        ("张\u200b三", "张三"),
        ("\ufeff李四", "李四"),
        ("张\u200d三", "张三"),
        ("x\x85y", "xy"),
        ("tag\U000e0041", "tag"),
        ("half\ud800", "half"),
        ("soft\xadhyphen", "softhyphen"),
    ],
)
def test_what_hides_or_reorders_is_removed_and_told(dirty: str, clean: str) -> None:
    assert clean_text(dirty) == (clean, True)


@pytest.mark.parametrize(
    "text",
    ["", "井盖缺失，无人受伤", "a\tb\nc", "👨‍👩‍👧‍👦 家庭", "❤️‍🔥", "ＡＤＭＩＮ", "аdmin"],
)
def test_legitimate_text_stays_untouched(text: str) -> None:
    assert clean_text(text) == (text, False)


def test_line_ends_and_composition_are_unified_without_being_told() -> None:
    assert clean_text("a\r\nb\rc\u2028d") == ("a\nb\nc\nd", False)
    assert clean_text("e\u0301") == ("\u00e9", False)


@given(st.text())
def test_cleaning_is_final(text: str) -> None:
    once, _ = clean_text(text)

    assert clean_text(once) == (once, False)
    once.encode()  # storable: no lone surrogate is left
    assert not has_nul(once)


def test_nul_is_seen_wherever_it_stands() -> None:
    assert has_nul("a\x00")
    assert not has_nul("a0")


def test_collapse_and_fold_make_texts_comparable() -> None:
    assert collapse(" a \n\t b　c ") == "a b c"
    assert fold("  ＡＢ１\u200b Straße ") == fold("ab1 STRASSE")
    assert fold("a") != fold("b")


def test_truncating_marks_the_cut_and_keeps_marks_with_their_letter() -> None:
    assert truncate("abcdef", 6) == "abcdef"
    assert truncate("abcdef", 4) == "abc…"
    assert truncate("abe\u0301\u0301\u0301f", 5) == "ab…"
    with pytest.raises(ValueError, match="positive"):
        truncate("a", 0)


@given(st.text(), st.integers(min_value=1, max_value=20))
def test_truncated_text_never_exceeds_its_length(text: str, length: int) -> None:
    short = truncate(text, length)

    assert len(short) <= length
    assert short == text or not unicodedata.combining(text[len(short) - 1])
