"""The bytes of a delivery: unpacked within bounds, and kept compressed and sealed."""

import zlib
from dataclasses import dataclass
from uuid import UUID

from core.crypto import Key, Sealer, new_data_key, seal, unseal, unwrap, wrap
from core.errors import BadInput
from core.words import N_
from integration.models import DeliveryBody
from privacy.keyring import ring

__all__ = ["Safe", "unpacked"]

_GZIP = 31  # window bits of zlib that mean a gzip header
_MOST_MEMBERS = 100  # every further one costs a copy of what follows it
_SMALL = 1 << 20  # bytes that do no harm however they were packed
_SUSPICIOUS_RATIO = 200  # rows shrink to a fifth or a thirtieth, the very same ones to a hundredth
_LEVEL = 1  # JSON shrinks to a fifth already here, at a third of the cost of the default


def unpacked(body: bytes, content_encoding: str, *, most: int) -> bytes:
    """The body without its transport encoding, at most ``most`` bytes.

    Raises BadInput ``too_large``, ``bomb_suspected`` (413), ``unsupported_type`` (415) or
    ``malformed_file``.
    """
    if len(body) > most:
        raise BadInput(
            "too_large",
            N_("A delivery of this feed may have %(most)s bytes. Send it in parts."),
            status=413,
            most=most,
        )
    coding = content_encoding.strip().lower()
    if coding in ("", "identity"):
        return body
    if coding not in ("gzip", "x-gzip"):
        message = N_("The content encoding %(coding)s is not understood. Send gzip or none.")
        raise BadInput("unsupported_type", message, status=415, coding=coding)
    return _gunzipped(body, most)


def _gunzipped(body: bytes, most: int) -> bytes:
    parts: list[bytes] = []
    most = min(most, max(_SMALL, len(body) * _SUSPICIOUS_RATIO))
    room = most
    while body:
        if len(parts) == _MOST_MEMBERS:
            message = N_("The delivery is packed in more than %(most)s pieces. Pack it as one.")
            raise BadInput("bomb_suspected", message, status=413, most=_MOST_MEMBERS)
        unpacker = zlib.decompressobj(_GZIP)
        try:
            parts.append(unpacker.decompress(body, room + 1))
        except zlib.error:
            message = N_("The delivery is not valid gzip. Send it again.")
            raise BadInput("malformed_file", message) from None
        room -= len(parts[-1])
        if room < 0:
            message = N_("The delivery unpacks to more than the %(most)s bytes allowed.")
            raise BadInput("bomb_suspected", message, status=413, most=most)
        if not unpacker.eof:
            message = N_("The delivery is cut off. Send it again whole.")
            raise BadInput("malformed_file", message)
        body = unpacker.unused_data
    return b"".join(parts)


@dataclass(frozen=True)
class Safe:
    """One delivery's own key: what it seals opens only while the delivery's body is kept."""

    delivery_id: UUID
    key: Key

    @classmethod
    def new(cls, delivery_id: UUID) -> "Safe":
        """A safe with a fresh key."""
        return cls(delivery_id, new_data_key())

    def row(self, line: int, raw: bytes) -> bytes:
        """A quarantined row, sealed."""
        return seal(raw, self.key, self._place(f"row:{line}"))

    def open_row(self, line: int, sealed: bytes) -> bytes:
        """The bytes of a quarantined row; SealError as ``core.crypto.unseal``."""
        return unseal(sealed, self.key, self._place(f"row:{line}"))

    def kept(self, body: bytes) -> DeliveryBody:
        """The body and the key as they are kept: the key wrapped under the ring."""
        return DeliveryBody(
            delivery_id=self.delivery_id,
            wrapped_key=wrap(self.key, Sealer(ring()), self._place("key")),
            sealed=seal(zlib.compress(body, _LEVEL), self.key, self._place("body")),
        )

    @classmethod
    def of(cls, kept: DeliveryBody) -> "Safe":
        """The safe of a stored delivery."""
        wrapped = bytes(kept.wrapped_key)
        place = f"delivery:{kept.delivery_id}:key".encode()
        return cls(kept.delivery_id, unwrap(wrapped, Sealer(ring()), place))

    def body(self, kept: DeliveryBody) -> bytes:
        """The bytes of the delivery as they came."""
        return zlib.decompress(unseal(bytes(kept.sealed), self.key, self._place("body")))

    def _place(self, name: str) -> bytes:
        return f"delivery:{self.delivery_id}:{name}".encode()
