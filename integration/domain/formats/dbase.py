"""Texts of dBASE tables (.dbf), as they stand beside shapefiles: which encoding, and what they say.

They are handled as the bytes they are, each byte a character of Latin-1.
"""

import codecs
from collections.abc import Iterable, Sequence

from core.errors import BadInput
from core.words import N_
from integration.domain.formats.encoding import AUTO, usable

__all__ = ["encoding_of", "text_of"]

_CUT = 3  # most bytes of a character that was cut off at the end of its field
_GRACE = 10  # of so many texts that are not ASCII one may be damaged
_NAMES = {"936": "gb18030", "54936": "gb18030", "65001": "utf-8", "950": "big5", "1252": "cp1252"}
# What byte 29 of a table says of its code page.
_MARKS = {0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "big5", 0x78: "big5", 0x03: "cp1252"}


def encoding_of(declared: str, cpg: str, mark: int, texts: Iterable[str]) -> str:
    """The encoding of a table: agreed, or for ``auto`` the first that its texts read in.

    ``cpg``: the content of the .cpg file. ``mark``: byte 29 of the table. Raises BadInput
    ``bad_encoding``.
    """
    seen = [one.encode("latin-1") for one in texts if not one.isascii()]
    named = [_named(cpg), _MARKS.get(mark), "utf-8", "gb18030"]
    for name in [one for one in named if one] if declared == AUTO else [declared]:
        damaged = sum(text_of(one.decode("latin-1"), name) is None for one in seen)
        if damaged * _GRACE <= len(seen):
            return name
    message = N_("The texts of the delivery are not encoded in %(encoding)s.")
    raise BadInput("bad_encoding", message, encoding=declared)


def _named(cpg: str) -> str | None:
    """The encoding that a .cpg file names: ``UTF-8``, ``GBK``, ``CP936``, ``ANSI 1252``."""
    words: Sequence[str] = cpg.strip().replace("CP", "").split()
    name = words[-1] if words else ""
    name = _NAMES.get(name, name)
    if not name or name == AUTO or not usable(name):
        return None
    found = codecs.lookup(name).name
    return "gb18030" if found in ("gbk", "gb2312") else found


def text_of(raw: str, encoding: str) -> tuple[str, bool] | None:
    """A text and whether its last character was cut off; None for what does not read."""
    data = raw.encode("latin-1")
    try:
        return data.decode(encoding), False
    except UnicodeDecodeError as error:
        if error.start < len(data) - _CUT:
            return None
        return data[: error.start].decode(encoding), True
