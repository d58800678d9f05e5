"""Workbooks written by hand, part by part, as no program would write them."""

import io
import zipfile
from collections.abc import Mapping, Sequence

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SHEET = "xl/worksheets/sheet1.xml"
STYLES = "xl/styles.xml"


def _override(part: str, kind: str) -> str:
    return f'<Override PartName="/{part}" ContentType="{_KIND}.{kind}+xml"/>'


def _relation(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_OFFICE}/{kind}" Target="{target}"/></Relationships>'
    )


PARTS: Mapping[str, str | bytes] = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    + _override("xl/workbook.xml", "sheet.main")
    + _override(SHEET, "worksheet")
    + _override(STYLES, "styles")
    + "</Types>",
    "_rels/.rels": _relation("officeDocument", "xl/workbook.xml"),
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="事件" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": _relation("worksheet", "worksheets/sheet1.xml"),
    # Style 1 is a date with its time.
    STYLES: f'<styleSheet xmlns="{MAIN}"><fonts><font/></fonts>'
    "<fills><fill><patternFill/></fill></fills><borders>"
    "<border/></borders><cellStyleXfs><xf/></cellStyleXfs>"
    '<cellXfs><xf/><xf numFmtId="22"/></cellXfs></styleSheet>',
}


def zipped(sheet: str | bytes, parts: Mapping[str, str | bytes] = PARTS) -> bytes:
    """A workbook with these bytes as its one sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**parts, SHEET: sheet}.items():
            archive.writestr(name, text)
    return out.getvalue()


def worksheet(inside: str) -> str:
    """The part of a sheet."""
    return f'<worksheet xmlns="{MAIN}">{inside}</worksheet>'


def row_of(texts: Sequence[str]) -> str:
    """A row of text cells."""
    return "<row>" + "".join(map(_cell, texts)) + "</row>"


def sheet_of(rows: Sequence[Sequence[str]]) -> str:
    """A sheet of text cells."""
    return worksheet("<sheetData>" + "".join(map(row_of, rows)) + "</sheetData>")


def from_1904(sheet: str) -> bytes:
    """A workbook whose days count from 1904."""
    book = str(PARTS["xl/workbook.xml"])
    book = book.replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    return zipped(sheet, {**PARTS, "xl/workbook.xml": book})


def as_picture(sheet: str) -> bytes:
    """A workbook whose sheet is called a picture in every place."""
    picture = SHEET.replace(".xml", ".png")
    parts = {
        name: str(text).replace("sheet1.xml", "sheet1.png").replace(f"{_KIND}.worksheet+xml", "")
        for name, text in PARTS.items()
    }
    return zipped("<none/>", {**parts, picture: sheet})


def _cell(text: str) -> str:
    plain = "".join(one for one in text if one >= " ").replace("&", "&amp;").replace("<", "&lt;")
    return f'<c t="inlineStr"><is><t>{plain}</t></is></c>'
