"""Excel workbooks (ECMA-376): one sheet with a header, cells as a person would read them.

Everything becomes a text: a date ISO 8601 without an offset (a profile reads it by the form
``iso8601`` with its zone; a date at midnight names the day alone), a number at most 15 digits. A
whole number beyond them was cut off by the spreadsheet program, and stays visibly so:
``3.50203E+17``. Of a formula only the value counts that was kept with it. The header is the first
row that names every agreed column, so that a title may stand above it.
"""

import io
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from itertools import islice
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES, ILLEGAL_CHARACTERS_RE

from core.errors import BadInput
from core.words import N_
from integration.domain import formats, reasons
from integration.domain.formats.csv import kept_row, row_of, written
from integration.domain.formats.headers import (
    MOST_COLUMNS,
    check_header,
    name_of,
    places_of,
    shown_name,
)
from integration.domain.formats.workbooks import MOST_ROWS, check_workbook, is_workbook
from integration.domain.formats.zips import damaged
from integration.domain.profile import Format, Profile
from integration.domain.rows import Chunk

__all__ = ["NAME", "RANK", "TABULAR", "alone", "read", "recognise", "row_of", "sample"]

NAME = "xlsx"
TABULAR = True
RANK = 10

_HEADER_WITHIN = 20  # rows with anything in them
_EXACT = 10**15  # whole numbers below it are kept to the last digit
_MOST_SHOWN = 20  # names of sheets that a refusal tells

Cells = Sequence[object]

# What it cannot show (pictures, rules of validation) is not wanted here.
warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")


def alone(row: Mapping[str, object], profile: Profile) -> bytes:
    """A workbook of one sheet with a header and the row; every cell is a text."""
    texts = ["" if value is None else str(value) for value in row.values()]
    if any(map(ILLEGAL_CHARACTERS_RE.search, (*row, *texts))):
        raise BadInput("malformed_row", reasons.MESSAGES["malformed_row"], status=422)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(profile.format.sheet)
    for line in (list(row), texts):
        sheet.append([_text_cell(sheet, text) for text in line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _text_cell(sheet: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # else one that begins with an equals sign would be a formula
    return cell


def read(body: bytes, profile: Profile) -> Iterator[Chunk]:
    """Chunks of at most ``CHUNK_ROWS`` rows; see ``formats.read`` for what it raises.

    And ``malformed_file``, ``forbidden_xml``, ``bomb_suspected``.
    """
    sheet = _opened(body, profile.format.sheet)
    rows = _filled(sheet.rows())
    head = list(islice(rows, _HEADER_WITHIN))
    if not head:
        raise BadInput("empty_file", N_("The delivery is empty. Send at least one row."))
    at = next((place for place, row in enumerate(head) if _names_all(row, profile)), 0)
    table = _Table(head[at])
    places = places_of(table.header, profile)
    strict = profile.strict and len(table.header) > len(set(places.values()))
    delimiter = written(profile.format)
    reading = {} if profile.format.sheet else {"sheet": sheet.title}
    line = 0
    found = table.rows([*head[at + 1 :]], rows)
    while batch := list(islice(found, formats.CHUNK_ROWS)):
        yield Chunk(
            lines=range(line, line + len(batch)),
            columns={path: [row[place] for row in batch] for path, place in places.items()},
            raw=partial(_raw, table.header, batch, delimiter),
            unknown=range(len(batch)) if strict else (),
            reading=reading,
        )
        line += len(batch)


def _raw(header: Sequence[str], rows: Sequence[Sequence[str]], delimiter: str, at: int) -> bytes:
    return kept_row(header, rows[at], delimiter)


def recognise(body: bytes) -> Format | None:
    """A workbook; its first sheet is meant."""
    return Format(name=NAME) if is_workbook(body) else None


def sample(body: bytes, layout: Format, most: int) -> list[dict[str, object]]:
    """The first rows by the names of the header: the first row with more than one cell."""
    rows = _filled(_opened(body, layout.sheet).rows())
    head = list(islice(rows, _HEADER_WITHIN))
    several = (place for place, row in enumerate(head) if sum(map(bool, _texts(row))) > 1)
    at = next(several, 0)
    if not head:
        return []
    table = _Table(head[at])
    check_header(table.header)
    names = list(map(shown_name, table.header))
    found = table.rows(head[at + 1 :], rows)
    return [dict(zip(names, row, strict=True)) for row in islice(found, most)]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One sheet of an opened workbook; ``sheet`` is the library's."""

    sheet: Any
    title: str

    def rows(self) -> Iterator[Cells]:
        """The cells of every row, empty rows in between included."""
        try:
            # Bounds of our own: what a sheet says of its size may be a lie.
            yield from self.sheet.iter_rows(
                min_row=1, max_row=MOST_ROWS, max_col=MOST_COLUMNS + 1, values_only=True
            )
        except Exception:  # noqa: BLE001 - whatever it raises, the workbook was not sound
            raise damaged() from None


def _opened(body: bytes, name: str | None) -> _Sheet:
    """The wanted sheet of a workbook that was found harmless, or its first visible one."""
    check_workbook(body)
    try:
        book = load_workbook(io.BytesIO(body), read_only=True, data_only=True, keep_links=False)
        sheets = {sheet.title: sheet for sheet in book.worksheets}
        shown = [title for title, sheet in sheets.items() if sheet.sheet_state == "visible"]
    except Exception:  # noqa: BLE001 - whatever it raises, the workbook was not sound
        raise damaged() from None
    if not sheets:
        raise damaged()
    title = name or (shown or list(sheets))[0]
    if title not in sheets:
        known = ", ".join(list(sheets)[:_MOST_SHOWN])
        message = N_("The workbook has no sheet %(sheet)s. It has: %(known)s.")
        raise BadInput("header_mismatch", message, sheet=title, known=known)
    return _Sheet(sheets[title], title)


def _filled(rows: Iterable[Cells]) -> Iterator[Cells]:
    """The rows with anything in them."""
    empty: Cells | None = None
    for row in rows:
        if row is empty:  # the library gives the same one for every row that a sheet leaves out
            continue
        if any(value is not None for value in row):
            yield row
        else:
            empty = row


def _names_all(row: Cells, profile: Profile) -> bool:
    return {name_of(path) for path in profile.paths} <= set(map(name_of, _texts(row)))


class _Table:
    """The named columns below a header; those without a name are left out."""

    def __init__(self, header: Cells) -> None:
        texts = _texts(header)
        self._kept = [place for place, text in enumerate(texts) if shown_name(text)]
        self.header = [texts[place] for place in self._kept]

    def rows(self, *parts: Iterable[Cells]) -> Iterator[list[str]]:
        """The rows with anything in the named columns."""
        for rows in parts:
            for row in rows:
                texts = [_shown(row[place]) for place in self._kept]
                if any(texts):
                    yield texts


def _texts(row: Cells) -> list[str]:
    return list(map(_shown, row))


def _shown(value: object) -> str:
    """A cell as a person reads it; an error is no value."""
    if value is None or (isinstance(value, str) and value in ERROR_CODES):
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime):
        midnight = value.time() == time.min
        return value.date().isoformat() if midnight else value.isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _number(value: float) -> str:
    """At most 15 digits, which is what a spreadsheet program keeps and shows."""
    if isinstance(value, int) or value.is_integer():
        if abs(value) < _EXACT:
            return str(int(value))
        try:
            mantissa, exponent = f"{float(value):.14E}".split("E")
        except OverflowError:
            return "inf"
        return f"{mantissa.rstrip('0').rstrip('.')}E{exponent}"
    return format(value, ".15g")
