"""Tables as files in which no text acts as a formula."""

import csv
import io
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.spreadsheets import inert, write_csv, write_xlsx

ACTING = ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x"]
HIDDEN = [" =1", "\u3000=1", "\u200b=1", "\ufeff@x", "\u202e=1", "\xa0+cmd", "\x01=1", "  \t=1"]


@pytest.mark.parametrize("text", ACTING + HIDDEN)
def test_what_acts_is_marked(text: str) -> None:
    assert inert(text) == "'" + text


@pytest.mark.parametrize("text", ["", "a=1", "-0.5", "-12", "滨海市", "1-2", "'=1", "3E+5"])
def test_what_does_not_act_is_left_alone(text: str) -> None:
    assert inert(text) == text


def test_numbers_stay_numbers_in_csv_and_texts_are_marked() -> None:
    file = io.BytesIO()
    assert write_csv(file, ["a", "=b"], [[-0.5, "=1"], [None, 'x,"y"\n'], [True, 7]]) == 3
    body = file.getvalue()
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert rows == [["a", "'=b"], ["-0.5", "'=1"], ["", 'x,"y"\n'], ["True", "7"]]


def _sheet(*rows: list[Any]) -> str:
    file = io.BytesIO()
    write_xlsx(file, "a/b:[c]", ["h"], rows)
    with zipfile.ZipFile(file) as book:
        return book.read("xl/worksheets/sheet1.xml").decode()


def test_a_workbook_has_no_formula_and_no_link() -> None:
    sheet = _sheet(*([text] for text in (*ACTING, *HIDDEN, "http://example.org", "{=1}")))
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet.lower()
    assert 't="str"' not in sheet


def test_a_workbook_takes_numbers_and_leaves_out_what_is_none() -> None:
    sheet = _sheet([-0.5, None, float("nan"), float("inf"), True, "x" * 40_000])
    assert "<v>-0.5</v>" in sheet
    assert "nan" not in sheet.lower()
    assert "x" * 32_766 + "…" in sheet


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"])), min_size=1))
def test_csv_gives_back_what_was_written(texts: list[str]) -> None:
    file = io.BytesIO()
    write_csv(file, ["h"], [[text, "end"] for text in texts])
    read = list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"), newline="")))[1:]
    for text, row in zip(texts, read, strict=True):
        assert row == [inert(text), "end"]
        assert row[0][:1] not in ("=", "+", "@", "\t", "\r", "\n")
