"""Whether a body can be text, and in which encoding: agreed, declared, or found out.

"auto" is found out in an honest order: a byte order mark, strict UTF-8, strict GB 18030 whose
characters are those Chinese texts are made of. What fits none of them is refused, never guessed.
"""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from core.errors import BadInput
from core.words import N_

__all__ = [
    "AUTO",
    "Reading",
    "canonical",
    "check_kind",
    "check_no_page",
    "check_text",
    "reading_of",
    "usable",
]

AUTO: Final = "auto"

_STEP = 1 << 20
_PROBED = 1 << 16  # bytes looked at where the whole would tell no more
_ARCHIVE = N_(
    "The delivery is a ZIP archive, such as an XLSX workbook. Send it in the format agreed for"
    " the feed."
)
_PICTURE = N_("The delivery is a picture. Send it in the format agreed for the feed.")
_KINDS: Final[Mapping[bytes, str]] = MappingProxyType(
    {
        b"PK\x03\x04": _ARCHIVE,
        b"PK\x05\x06": _ARCHIVE,
        b"%PDF": N_("The delivery is a PDF document. Send it in the format agreed for the feed."),
        b"\x1f\x8b": N_(
            "The delivery is packed with gzip. Say so by Content-Encoding: gzip, or unpack it."
        ),
        b"\xd0\xcf\x11\xe0": N_(
            "The delivery is an old Excel file (.xls) or a workbook with a password. Save it"
            " without a password as .xlsx or CSV, whichever was agreed for the feed."
        ),
        b"\x89PNG": _PICTURE,
        b"\xff\xd8\xff": _PICTURE,
    }
)
_PAGES = (b"<!doctype html", b"<html", b"<table", b"<head", b"<body", b"<meta")
_BOMS: Final[Mapping[bytes, str]] = MappingProxyType(
    {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
)
# Each is a subset of what it is read as.
_WIDER = {"gbk": "gb18030", "gb2312": "gb18030", "cp936": "gb18030", "ascii": "utf-8"}
_UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "ascii")
_CHINESE = ("gb18030", "gbk", "gb2312", "big5", "big5hkscs", "cp950")
_ENCODINGS = frozenset((*_UNICODE, *_CHINESE, "iso8859-1", "iso8859-15", "cp1252"))
_SURE_UTF8 = 2  # East Asian characters in a line that cannot read so in UTF-8 by chance
_EAST_ASIAN = "\u2e80"
_NOT_ASCII = re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True, slots=True)
class Reading:
    """``encoding``: a codec that also takes a byte order mark. ``name``: what people call it.

    ``clean``: every byte reads in it; else some lines do not.
    """

    encoding: str
    name: str
    clean: bool


def usable(encoding: str) -> bool:
    """Whether texts can be read in ``encoding``; ``auto`` can."""
    return encoding == AUTO or canonical(encoding) is not None


def check_kind(body: bytes) -> None:
    """Raise BadInput ``empty_file``, or ``unsupported_type`` for a body that is no text at all."""
    if not body.strip():
        raise BadInput("empty_file", N_("The delivery is empty. Send at least one row."))
    for signature, message in _KINDS.items():
        if body.startswith(signature):
            raise BadInput("unsupported_type", message, status=415)


def check_no_page(body: bytes) -> None:
    """Raise BadInput ``unsupported_type`` for a web page under another name."""
    start = body[:1024].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if start.startswith(_PAGES):
        message = N_(
            "The delivery is a web page; some systems export one under the name .xls. Open it in a"
            " spreadsheet program and save it as .xlsx or CSV, whichever was agreed for the feed."
        )
        raise BadInput("unsupported_type", message, status=415)


def reading_of(body: bytes, declared: str) -> Reading:
    """How the body reads in the declared encoding, or in the one found out for ``auto``.

    Raises BadInput ``empty_file``, ``unsupported_type`` or ``bad_encoding``.
    """
    check_kind(body)
    check_no_page(body)
    if declared == AUTO:
        return _found_reading(body)
    encoding = canonical(declared)
    if encoding is None:
        raise _bad(declared)
    return _reading(body, encoding)


def _found_reading(body: bytes) -> Reading:
    """``_reading`` in the encoding that the bytes are sure of; its refusal names no agreement."""
    try:
        return _reading(body, _found(body))
    except BadInput as error:
        raise (_neither() if error.code == "bad_encoding" else error) from None


def _reading(body: bytes, encoding: str) -> Reading:
    marked = next((name for bom, name in _BOMS.items() if body.startswith(bom)), None)
    wide = encoding.startswith("utf-16")
    if marked is not None and not (marked == encoding or (wide and marked.startswith(encoding))):
        raise _bad(encoding)
    if encoding == "gb18030" and _sure_utf8(_probe(body)) and _reads(body, "utf-8"):
        raise _bad(encoding)  # the bytes of UTF-8 nearly always read as other characters
    if wide:
        codec = "utf-16" if marked else encoding
        if not _reads(body, codec):
            raise _bad(encoding)
        return Reading(codec, marked or encoding, True)
    return Reading(_and_mark(encoding), encoding, check_text(body, encoding))


def _and_mark(encoding: str) -> str:
    """The codec that also leaves out a byte order mark."""
    return "utf-8-sig" if encoding == "utf-8" else encoding


def check_text(body: bytes, encoding: str) -> bool:
    """Whether every byte of ``body`` reads in ``encoding``; False: some lines do not.

    A damaged line costs only itself. But when at least as many lines with other than ASCII fail
    as pass, the file is in another encoding. Raises BadInput ``empty_file``,
    ``unsupported_type`` or ``bad_encoding``.
    """
    check_kind(body)
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _bad(encoding)
    if _reads(body, encoding):
        return True
    failed = passed = 0
    for line in body.splitlines():
        if not line.isascii():
            good = _reads(line, encoding)
            passed, failed = passed + good, failed + (not good)
    if failed >= passed:
        raise _bad(encoding)
    return False


def canonical(name: str) -> str | None:
    """The one spelling of an encoding that texts can be read in; None for any other."""
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    if found not in _ENCODINGS:
        return None
    return _WIDER.get(found, "utf-8" if found == "utf-8-sig" else found)


def _found(body: bytes) -> str:
    """The encoding that the bytes themselves are sure of."""
    for bom, name in _BOMS.items():
        if body.startswith(bom):
            return name
    if _zeros(body):
        raise _neither()  # most likely UTF-16 that does not say so
    if _reads(body, "utf-8"):
        return "utf-8"
    mixed = any(_sure_utf8(line) for line in body.splitlines() if not line.isascii())
    if mixed:
        return "utf-8"  # and the lines that do not read so cost themselves
    if _reads(body, "gb18030") and _common(body):
        return "gb18030"
    raise _neither()


def _probe(body: bytes) -> bytes:
    """A piece of the body from its first byte on that is not ASCII."""
    first = _NOT_ASCII.search(body)
    return body[first.start() : first.start() + _PROBED] if first else b""


def _zeros(body: bytes) -> bool:
    start = body[:1024]
    return start.count(0) * 5 > len(start)


def _sure_utf8(line: bytes) -> bool:
    """Whether bytes are Chinese in UTF-8 beyond chance; a character cut off at the end is let be.

    Some words of GB 18030 read in UTF-8 too, but as Greek or Cyrillic letters.
    """
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(line)
    except UnicodeDecodeError:
        return False
    return sum(one >= _EAST_ASIAN for one in text) >= _SURE_UTF8


def _common(body: bytes) -> bool:
    """Whether at least half of what is not ASCII are the characters of GB 2312.

    Any bytes from Big5 or Western Europe may read as rare characters of GB 18030.
    """
    text = codecs.getincrementaldecoder("gb18030")().decode(_probe(body))
    other = "".join(one for one in text if not one.isascii())
    known = other.encode("gb2312", "ignore").decode("gb2312")
    return len(known) * 2 >= len(other)


def _reads(body: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(body), _STEP):
            decoder.decode(body[start : start + _STEP], final=start + _STEP >= len(body))
    except UnicodeDecodeError:
        return False
    return True


def _neither() -> BadInput:
    message = N_(
        "The delivery reads neither as UTF-8 nor as GB 18030 throughout. Save it in one encoding,"
        " best UTF-8."
    )
    return BadInput("bad_encoding", message, encoding=AUTO)


def _bad(encoding: str) -> BadInput:
    message = N_("The delivery is not encoded in %(encoding)s, as agreed for this feed.")
    return BadInput("bad_encoding", message, encoding=encoding)
