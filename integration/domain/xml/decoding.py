"""From the bytes of an XML document to its text, by byte order mark or declared encoding."""

import codecs
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from core.errors import BadInput
from core.words import N_
from integration.domain.formats.encoding import check_kind

__all__ = ["ENCODINGS", "decoded", "undeclared"]

ENCODINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "utf-8": "utf-8",
        "utf8": "utf-8",
        "us-ascii": "ascii",
        "ascii": "ascii",
        "utf-16": "utf-16",
        "utf-16le": "utf-16-le",
        "utf-16be": "utf-16-be",
        # Everybody who says GB2312 or GBK may mean its successor, which holds both.
        "gb2312": "gb18030",
        "gbk": "gb18030",
        "gb18030": "gb18030",
        "big5": "big5",
        "iso-8859-1": "latin-1",
        "latin1": "latin-1",
        "iso-8859-15": "iso8859-15",
        "windows-1252": "cp1252",
    }
)
"""The codec by the encoding that a document declares, in small letters. Others are refused."""

_UTF16 = ("utf-16", "utf-16-le", "utf-16-be")
# Byte order marks, and how "<" and the next letter begin without one; the longest first.
_STARTS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, ""),
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\x00\x00\x00", ""),
    (b"\x00\x00\x00<", ""),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_DECLARATION = re.compile(r"""<\?xml\s[^>]{0,200}?\?>""", re.ASCII)
_ENCODING = re.compile(r"""\sencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]{0,40})["']""", re.ASCII)
_HEAD = 512  # bytes that hold any declaration


def decoded(body: bytes) -> str:
    """The text of a document, without byte order mark and XML declaration.

    Raises BadInput ``empty_file``, ``unsupported_type`` for what is no text at all, and
    ``bad_encoding`` where mark, declaration and bytes do not agree.
    """
    check_kind(body)
    start = next((codec for mark, codec in _STARTS if body.startswith(mark)), None)
    if start == "":
        raise _unknown("UTF-32")
    if start is None:
        declared = _declared(body[:_HEAD].decode("latin-1"))
        if declared in _UTF16:  # in letters of one byte each
            raise _mismatch()
        return undeclared(_read(body, declared or "utf-8"))
    text = _read(body, start).removeprefix("\ufeff")
    if _declared(text) not in (None, start, "utf-16" if start in _UTF16 else start):
        raise _mismatch()
    return undeclared(text)


def undeclared(text: str) -> str:
    """The text with its XML declaration turned into its line breaks, so that lines keep count."""
    found = _DECLARATION.match(text)
    return "\n" * found[0].count("\n") + text[found.end() :] if found else text


def _declared(text: str) -> str | None:
    """The codec of the declared encoding, None where none is declared."""
    declaration = _DECLARATION.match(text)
    found = _ENCODING.search(declaration[0]) if declaration else None
    if found is None:
        return None
    codec = ENCODINGS.get(found[1].lower())
    if codec is None:
        raise _unknown(found[1])
    return codec


def _read(body: bytes, codec: str) -> str:
    try:
        return body.decode(codec)
    except UnicodeDecodeError:
        raise _mismatch() from None


def _mismatch() -> BadInput:
    message = N_(
        "The document is not in the encoding that it declares. Correct the XML declaration or the"
        " encoding and resend."
    )
    return BadInput("bad_encoding", message)


def _unknown(name: str) -> BadInput:
    message = N_("The encoding %(name)s is not read here. Send the document in UTF-8.")
    return BadInput("bad_encoding", message, name=name)
