import io
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook, load_workbook

from core.errors import BadInput
from integration.domain import formats
from integration.domain.profile import Profile
from tests.integration.domain.samples import HOUSTON, profile
from tests.integration.domain.workbook import (
    PARTS,
    as_picture,
    from_1904,
    row_of,
    sheet_of,
    worksheet,
    zipped,
)

_HEADER = ["category", "time", "lon", "lat"]
_MORNING = datetime(2025, 6, 12, 8, 42, 7)  # noqa: DTZ001 - cells have no zone


def _profile(**changes: object) -> Profile:
    return profile({**HOUSTON, "format": {"name": "xlsx", **changes}})


def _book(*rows: list[object], **settings: object) -> Workbook:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for name, value in settings.items():
        setattr(book, name, value)
    return book


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _chunk(book: Workbook, **changes: object):
    (chunk,) = formats.read(_saved(book), _profile(**changes))
    return chunk


def _column(*values: object, **settings: object) -> list[object]:
    rows = [[value, "t", 1, 2] for value in values]
    return list(_chunk(_book(_HEADER, *rows, **settings)).columns["category"])


def test_cells_are_read_as_a_person_reads_them():
    assert _column("350203190001010017", 13800138000, 118.08942499999999, -0.5, 20000.0, True) == [
        "350203190001010017", "13800138000", "118.089425", "-0.5", "20000", "true",
    ]  # fmt: skip


def test_a_number_whose_digits_are_lost_stays_visibly_so():
    assert _column(350203190001010017, 350203850101001, 1e20) == [
        "3.5020319000101E+17",
        "350203850101001",
        "1E+20",
    ]


def test_dates_are_told_in_iso_and_midnight_is_the_day_alone():
    assert _column(_MORNING, date(2025, 6, 12), time(8, 42)) == [
        "2025-06-12T08:42:07",
        "2025-06-12",
        "08:42:00",
    ]


def test_serials_count_from_the_epoch_of_the_workbook():
    cells = '<row><c s="1"><v>45820.25</v></c><c><v>45820.25</v></c></row>'
    sheet = worksheet(f"<sheetData>{row_of(_HEADER)}{cells}</sheetData>")
    (chunk,) = formats.read(zipped(sheet), _profile())
    assert chunk.columns["category"] == ["2025-06-12T06:00:00"]
    assert chunk.columns["time"] == ["45820.25"]
    (chunk,) = formats.read(from_1904(sheet), _profile())
    assert chunk.columns["category"] == ["2029-06-13T06:00:00"]


def test_a_formula_is_never_evaluated_and_an_error_is_no_value():
    book = _book(_HEADER, ["=1+1", "t", 1, 2], ["#N/A", "t", 1, 2])
    assert _chunk(book).columns["category"] == ["", ""]


def test_a_title_merged_over_the_header_and_empty_rows_are_no_rows():
    book = _book(["2026年事件台账"], [], _HEADER, ["fire", "t", 1, 2], [], ["noise", "t", 3, 4])
    book.active.merge_cells("A1:D1")
    chunk = _chunk(book)
    assert chunk.columns["category"] == ["fire", "noise"]
    assert list(chunk.lines) == [0, 1]


def test_columns_without_a_name_are_left_out():
    book = _book([*_HEADER[:2], None, *_HEADER[2:]], ["fire", "t", "a note", 1, 2])
    assert _chunk(book).columns["lon"] == ["1"]


def test_the_sheet_is_the_agreed_one_or_the_first_that_is_shown():
    book = _book(["nothing here"])
    book.active.sheet_state = "hidden"
    second = book.create_sheet("事件")
    third = book.create_sheet("预警")
    for sheet, word in ((second, "fire"), (third, "storm")):
        sheet.append(_HEADER)
        sheet.append([word, "t", 1, 2])
    found = _chunk(book)
    assert (found.columns["category"], found.reading) == (["fire"], {"sheet": "事件"})
    agreed = _chunk(book, sheet="预警")
    assert (agreed.columns["category"], agreed.reading) == (["storm"], {})
    with pytest.raises(BadInput) as caught:
        _chunk(book, sheet="Sheet9")
    assert caught.value.code == "header_mismatch"
    assert "事件" in caught.value.text


def test_a_header_without_every_agreed_column_refuses_the_file():
    for header in (
        ["category", "time", "lon"],
        [*_HEADER, "lat"],
        [*_HEADER, *map(str, range(999))],
    ):
        with pytest.raises(BadInput) as caught:
            _chunk(_book(header, ["a"] * len(header)))
        assert caught.value.code == "header_mismatch"


def test_a_row_that_was_kept_can_be_corrected_and_read_again():
    chunk = _chunk(_book(_HEADER, ["=SUM(1)", "t", 1, 2]))
    row = formats.row_of(chunk.raw(0), _profile())
    body = formats.alone({**row, "category": "=1+1"}, _profile(sheet="事件"))
    cell = load_workbook(io.BytesIO(body))["事件"]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    (again,) = formats.read(body, _profile(sheet="事件"))
    assert again.columns["category"] == ["=1+1"]
    with pytest.raises(BadInput):
        formats.alone({"category": "\x07"}, _profile())


def test_rows_out_of_order_are_refused_and_not_dropped():
    row = '<row r="{}"><c t="inlineStr"><is><t>x</t></is></c></row>'
    sheet = worksheet(f"<sheetData>{row.format(3)}{row.format(2)}</sheetData>")
    with pytest.raises(BadInput) as caught:
        list(formats.read(zipped(sheet), _profile()))
    assert caught.value.code == "malformed_file"


@pytest.mark.parametrize(
    "sheet",
    [
        "<row>" + "<c/>" * 200_000 + "</row>",
        "<mergeCells>" + '<mergeCell ref="A1:B1"/>' * 60_000 + "</mergeCells>",
        '<row r="2000000000"/>',
    ],
)
def test_a_sheet_that_would_fill_the_memory_is_refused(sheet):
    with pytest.raises(BadInput) as caught:
        list(formats.read(zipped(worksheet(sheet)), _profile()))
    assert caught.value.code in {"bomb_suspected", "malformed_file"}


@pytest.mark.parametrize("before", ["", " " * 70_000])
def test_a_sheet_under_the_name_of_a_picture_is_looked_at_too(before):
    sheet = before + worksheet("<row>" + "<c/>" * 200_000 + "</row>")
    with pytest.raises(BadInput) as caught:
        list(formats.read(as_picture(sheet), _profile()))
    assert caught.value.code == "bomb_suspected"


def test_a_drawing_with_a_doctype_does_no_harm():
    drawing = "<!DOCTYPE svg PUBLIC 'a' 'b'><svg/>"
    body = zipped(sheet_of([_HEADER, ["a", "b", "c", "d"]]), {**PARTS, "xl/media/a.svg": drawing})
    (chunk,) = formats.read(body, _profile())
    assert chunk.columns["category"] == ["a"]


def test_a_workbook_is_recognised_and_sampled():
    body = _saved(_book(["台账"], ["类别", "时间"], ["火灾", _MORNING], ["噪声", None]))
    (layout,) = formats.recognised(body)
    assert layout.name == "xlsx"
    assert formats.sample(body, layout, 1) == [{"类别": "火灾", "时间": "2025-06-12T08:42:07"}]
