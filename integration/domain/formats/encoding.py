"""Whether a body can be text in the encoding agreed for its feed."""

import codecs

from core.errors import BadInput
from core.words import N_

__all__ = ["check_kind", "check_text"]

_STEP = 1 << 20
_OTHER_TYPES = (b"PK\x03\x04", b"%PDF", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"\x89PNG")
_OTHER_ENCODINGS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def check_kind(body: bytes) -> None:
    """Raise BadInput ``empty_file``, or ``unsupported_type`` for a body that is no text at all."""
    if not body.strip():
        raise BadInput("empty_file", N_("The delivery is empty. Send at least one row."))
    if body.startswith(_OTHER_TYPES):
        message = N_("The delivery is not a text file. Send it in the format agreed for the feed.")
        raise BadInput("unsupported_type", message, status=415)


def check_text(body: bytes, encoding: str) -> bool:
    """Whether every byte of ``body`` reads in ``encoding``; False: some lines do not.

    A damaged line costs only itself. But when at least as many lines with other than ASCII fail
    as pass, the file is in another encoding. Raises BadInput ``empty_file``,
    ``unsupported_type`` or ``bad_encoding``.
    """
    check_kind(body)
    if body.startswith(_OTHER_ENCODINGS):
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


def _reads(body: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(body), _STEP):
            decoder.decode(body[start : start + _STEP], final=start + _STEP >= len(body))
    except UnicodeDecodeError:
        return False
    return True


def _bad(encoding: str) -> BadInput:
    message = N_("The delivery is not encoded in %(encoding)s, as agreed for this feed.")
    return BadInput("bad_encoding", message, encoding=encoding)
