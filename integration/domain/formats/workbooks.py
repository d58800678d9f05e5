"""What a workbook (ECMA-376) must be before a library may open it.

The library that reads the cells builds trees of whole parts and believes what a workbook says of
itself. So every part is walked once here, by a parser that builds nothing: no document type
anywhere, rows in order, and no more elements than the reading can bear.
"""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

from core.errors import BadInput
from core.words import N_
from integration.domain.formats.encoding import check_kind, check_no_page
from integration.domain.formats.zips import damaged, opened, pieces

__all__ = ["MOST_ROWS", "check_workbook", "is_workbook"]

MOST_ROWS = 1 << 20
"""Rows of a sheet; no program writes more."""

_MOST_PARTS = 1000
_MOST_BYTES = 192 << 20
_MOST_OF_A_PART = 8 << 20  # of one that becomes a tree
_MOST_IN_A_ROW = 100_000  # elements of one row, or of one shared text
_MOST_TEXTS = 2_000_000  # shared by the cells
_MOST_ELSEWHERE = 50_000  # elements of a part outside rows and shared texts
_SIGNATURE = b"PK\x03\x04"
_CONTENT = "[Content_Types].xml"
_BIG = ("worksheet+xml", "sharedStrings+xml")
_BIG_PLACES = ("xl/worksheets/", "xl/sharedStrings")
_MACROS = ("vbaproject.bin", "macrosheets/", "xl/activex/")


def is_workbook(body: bytes) -> bool:
    """Whether the bytes look like a workbook; it may still be a bad one."""
    return body.startswith(_SIGNATURE) and b"xl/workbook" in body


def check_workbook(body: bytes) -> None:
    """Raise BadInput for what is no workbook, or one that may not be opened.

    ``empty_file``, ``unsupported_type``, ``malformed_file``, ``forbidden_xml``,
    ``bomb_suspected``.
    """
    if not body.startswith(_SIGNATURE):
        check_kind(body)
        check_no_page(body)
        raise _not_a_workbook()
    archive = opened(body, most_parts=_MOST_PARTS, most_bytes=_MOST_BYTES)
    names = archive.namelist()
    if "xl/workbook.xml" not in names or _CONTENT not in names:
        raise _not_a_workbook()
    kinds = _kinds(archive)
    told = [*names, *kinds.values()]
    if any(sign in one.lower() for one in told for sign in (*_MACROS, "macroenabled")):
        message = N_("Workbooks with macros are not taken. Save it as .xlsx and send it again.")
        raise BadInput("unsupported_type", message, status=415)
    for entry in archive.infolist():
        _check_part(archive, entry, kinds)


def _not_a_workbook() -> BadInput:
    message = N_("The delivery is not an Excel workbook. Send it as .xlsx, as agreed.")
    return BadInput("unsupported_type", message, status=415)


def _kinds(archive: zipfile.ZipFile) -> Mapping[str, str]:
    """The content type that the workbook declares for each of its parts by name, and by ending."""
    found: dict[str, str] = {}

    def note(tag: str, attributes: dict[str, str]) -> None:
        name = attributes.get("PartName") or attributes.get("Extension")
        if name and found.setdefault(name, attributes.get("ContentType", "")) != attributes.get(
            "ContentType", ""
        ):
            raise damaged()

    parser = _parser()
    parser.StartElementHandler = note
    _feed(parser, archive, _CONTENT, _MOST_OF_A_PART)
    return found


def _check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, kinds: Mapping[str, str]) -> None:
    name = entry.filename
    kind = kinds.get(f"/{name}", "")
    big = kind.endswith(_BIG) and name.startswith(_BIG_PLACES) and not name.endswith(".rels")
    told = big or name.lower().endswith((".xml", ".rels", ".vml")) or kind.endswith("xml")
    if not (told or _is_markup(archive, name)):
        return  # pictures and the like are never read
    walk = _Walk(big)
    parser = _parser()
    parser.StartElementHandler = walk.start
    _feed(parser, archive, name, _MOST_BYTES if big else _MOST_OF_A_PART)


def _is_markup(archive: zipfile.ZipFile, name: str) -> bool:
    """Whether a part is XML whatever it is called: the library reads what a workbook refers to.

    A drawing is a picture with a DOCTYPE of its own at times, and the library refuses those.
    """
    begun = next(pieces(archive, name, most=_MOST_BYTES), b"")
    text = begun.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    drawn = name.lower().endswith(".svg") and b"<!DOCTYPE" in begun
    return bool(begun) and text[:1] in b"<" and not drawn  # nothing but blanks may go on as XML


@dataclass(slots=True)
class _Walk:
    """What is counted on the way through a part; ``big``: one that is read row by row."""

    big: bool
    row: int = 0
    texts: int = 0
    inside: int = 0
    elsewhere: int = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2] if self.big else ""
        if name == "row":
            self._in_order(attributes.get("r"))
            self.inside = 0
        elif name == "si":
            self.texts += 1
            self.inside = 0
        elif self.row or self.texts:
            self.inside += 1
        else:
            self.elsewhere += 1
        if (
            self.inside > _MOST_IN_A_ROW
            or self.elsewhere > _MOST_ELSEWHERE
            or self.texts > _MOST_TEXTS
        ):
            message = N_("A part of the workbook has too many elements in one place.")
            raise BadInput("bomb_suspected", message, status=413)

    def _in_order(self, number: str | None) -> None:
        row = self.row + 1 if number is None else _whole(number)
        if not self.row < row <= MOST_ROWS:
            message = N_("The rows of the workbook are not in order. Save it again and resend it.")
            raise BadInput("malformed_file", message)
        self.row = row


def _whole(text: str) -> int:
    return int(text) if len(text) <= 9 and text.isascii() and text.isdigit() else 0


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> None:
    message = N_("The workbook holds a document type definition, which is not taken.")
    raise BadInput("forbidden_xml", message)


def _feed(parser: expat.XMLParserType, archive: zipfile.ZipFile, name: str, most: int) -> None:
    try:
        for piece in pieces(archive, name, most=most):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError):
        raise damaged() from None
