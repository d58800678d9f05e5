"""CAP 1.2 (OASIS 2010): one message a delivery, one row a message, whatever its number of infos.

A message that is no CAP 1.2 is refused whole; one that is, but cannot be used, is a row in
quarantine. The paths of a profile name the columns of ``domain/cap/columns.py``. Signatures are
kept with the delivery's bytes and are not verified.
"""

from collections.abc import Iterator, Mapping

from core.errors import BadInput
from core.words import N_
from integration.domain.cap.columns import columns
from integration.domain.cap.kinds import CAP
from integration.domain.cap.meaning import faults
from integration.domain.cap.message import message_of
from integration.domain.cap.shapes import geometry
from integration.domain.cap.structure import check
from integration.domain.cap.tree import parsed
from integration.domain.profile import Format, Profile
from integration.domain.rows import Chunk, Reason
from integration.domain.xml.decoding import decoded, undeclared
from integration.domain.xml.looking import root_of

__all__ = ["NAME", "alone", "read", "recognise", "sample", "text_of"]

NAME = "cap"
RANK = 10


def alone(row: Mapping[str, object], profile: Profile) -> bytes:
    """The message of a row {"xml": "<alert …"}, in UTF-8 whatever its declaration says."""
    text = row.get("xml")
    if not isinstance(text, str):
        message = N_("Send the corrected message as a text under the name xml.")
        raise BadInput("wrong_type", message, status=422)
    return undeclared(text.removeprefix("\ufeff").lstrip()).encode("utf-8", "replace")


def text_of(raw: bytes) -> str:
    """A kept message, as ``alone`` takes it under the name xml."""
    try:
        return decoded(raw)
    except BadInput:
        return raw.decode("utf-8", "replace")


def read(body: bytes, profile: Profile) -> Iterator[Chunk]:
    """One chunk of one row.

    Raises BadInput with a file code: those of ``formats.read``, ``malformed_file``,
    ``forbidden_xml`` and ``too_large``.
    """
    row, reasons = _row(body)
    yield Chunk(
        lines=[0],
        columns={path: [row.get(path)] for path in profile.paths},
        raw=lambda position: body,
        reasons=reasons,
    )


def recognise(body: bytes) -> Format | None:
    """The layout of a body that is a CAP 1.2 message."""
    return Format(name=NAME) if root_of(body) == (CAP, "alert") else None


def sample(body: bytes, layout: Format, most: int) -> list[dict[str, object]]:
    """The one row of a message."""
    return [_row(body)[0]][:most]


def _row(body: bytes) -> tuple[dict[str, object], list[Reason]]:
    root = parsed(decoded(body))
    check(root)
    message = message_of(root)
    shape, unusable = geometry(message.areas)
    return columns(message, shape), [*faults(message), *unusable]
