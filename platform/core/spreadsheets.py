"""Tables as files for spreadsheet programs, in which no text can act as a formula.

A spreadsheet program takes a text that begins with ``=``, ``+``, ``-``, ``@`` or a control
character for a formula and may send data out or start programs by it. Such texts get an
apostrophe in front, which the program shows as the text (OWASP, CSV injection). Numbers stay
numbers.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import IO

import xlsxwriter

__all__ = ["Cell", "inert", "write_csv", "write_xlsx"]

Cell = str | int | float | bool | None

_ACTING = frozenset("=+-@\t\r\n")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)
_LONGEST_CELL = 32_767  # what XLSX allows
_MARK = "'"


def inert(text: str) -> str:
    """The text in a form that no spreadsheet program takes for a formula.

    What cannot be seen in front of it does not hide a formula, nor does its full-width form.
    """
    if _NUMBER.fullmatch(text):
        return text
    if text[:1] in _ACTING:
        return _MARK + text
    for character in text:
        if character.isspace() or unicodedata.category(character) in ("Cc", "Cf"):
            if character in _ACTING:
                return _MARK + text
            continue
        acting = unicodedata.normalize("NFKC", character)[:1] in _ACTING
        return _MARK + text if acting else text
    return text


def write_csv(file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Write a table as CSV (RFC 4180) in UTF-8 with a byte order mark; the number of rows.

    Without the mark the spreadsheet programs of our users read Chinese as something else.
    """
    text = io.TextIOWrapper(file, "utf-8-sig", "replace", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([inert(one) for one in header])
    count = 0
    for row in rows:
        writer.writerow([inert(one) if isinstance(one, str) else one for one in row])
        count += 1
    text.detach()
    return count


def write_xlsx(
    file: IO[bytes], title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> int:
    """Write a table as a workbook of one sheet, texts as text cells; the number of rows.

    A text longer than a cell may hold is cut and ends in ``…``.
    """
    options = {"constant_memory": True, "in_memory": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet(_sheet_name(title))
        bold = book.add_format({"bold": True})
        for place, name in enumerate(header):
            sheet.write_string(0, place, inert(name), bold)
        sheet.freeze_panes(1, 0)
        count = 0
        for count, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                _write(sheet, count, place, cell)
    return count


def _write(sheet: "xlsxwriter.worksheet.Worksheet", row: int, place: int, cell: Cell) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, place, cell)
    elif isinstance(cell, str):
        text = inert(cell)
        cut = text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - 1] + "…"
        sheet.write_string(row, place, cut)
    elif cell == cell and abs(cell) != float("inf"):  # not NaN
        sheet.write_number(row, place, cell)


def _sheet_name(title: str) -> str:
    """A title as the name of a sheet: 31 characters without those that are not allowed."""
    return re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:31] or "1"
