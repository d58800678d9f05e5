"""Archives that come as deliveries: bounded before anything in them is unpacked.

Nothing is ever unpacked to a disk. What the directory claims is checked first; what a part really
holds is counted while it is read, and never more than it claimed is read.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from core.errors import BadInput
from core.words import N_

__all__ = ["SUSPICIOUS_RATIO", "damaged", "opened", "pieces"]

SUSPICIOUS_RATIO = 100
"""Real tables shrink to a tenth or a thirtieth; what shrinks more is there to harm."""

_ENTRY = b"PK\x01\x02"
_SMALL = 1 << 20  # bytes that do no harm however they were packed
_PIECE = 1 << 16
_STRAY = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|[\x00-\x1f]|^[A-Za-z]:")
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def opened(body: bytes, *, most_parts: int, most_bytes: int) -> zipfile.ZipFile:
    """The archive, its directory read and found harmless.

    Raises BadInput ``malformed_file``, ``unsupported_type`` (a password) or ``bomb_suspected``
    (413).
    """
    # Every entry of the directory begins with these four bytes: counted before it is read.
    if body.count(_ENTRY) > most_parts:
        message = N_("The archive has more than the %(most)s parts allowed.")
        raise BadInput("bomb_suspected", message, status=413, most=most_parts)
    try:
        archive = zipfile.ZipFile(io.BytesIO(body))
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError):
        raise damaged() from None
    entries = archive.infolist()
    _check_names([one.filename for one in entries])
    for one in entries:
        _check_entry(one)
    if sum(one.file_size for one in entries) > most_bytes:
        raise _bomb(most_bytes)
    return archive


def pieces(archive: zipfile.ZipFile, name: str, *, most: int) -> Iterator[bytes]:
    """What a part really holds, piece by piece, at most ``most`` bytes.

    Raises BadInput ``malformed_file`` or ``bomb_suspected`` (413).
    """
    left = most
    try:
        with archive.open(name) as part:
            while piece := part.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    raise _bomb(most)
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError):
        raise damaged() from None


def damaged() -> BadInput:
    """What an archive is answered that cannot be read."""
    message = N_("The delivery is damaged or cut off: it cannot be unpacked. Send it again.")
    return BadInput("malformed_file", message)


def _bomb(most: int) -> BadInput:
    message = N_("The delivery unpacks to more than the %(most)s bytes allowed.")
    return BadInput("bomb_suspected", message, status=413, most=most)


def _check_names(names: list[str]) -> None:
    folded = {name.casefold() for name in names}
    if len(folded) < len(names) or any(map(_STRAY.search, names)):
        message = N_("The archive names a part twice, or one outside itself.")
        raise BadInput("malformed_file", message)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & _ENCRYPTED:
        message = N_("The delivery has a password. Save it without one and send it again.")
        raise BadInput("unsupported_type", message, status=415)
    if entry.compress_type not in _METHODS:
        message = N_("The delivery is packed in a way that is not understood.")
        raise BadInput("unsupported_type", message, status=415)
    if entry.file_size > max(_SMALL, entry.compress_size * SUSPICIOUS_RATIO):
        message = N_("A part of the delivery is packed so tightly that it may be meant to harm.")
        raise BadInput("bomb_suspected", message, status=413)
