"""Keyed digests: rows hold personal fields, and a plain digest of a short field can be guessed."""

import hashlib

from core.crypto import Purpose
from integration.domain.standardise import DIGEST_BYTES
from privacy.keyring import ring

__all__ = ["content_secret", "row_digest"]

# Persons of BLAKE2, so that the same bytes have another digest in another place. The bad row of
# an exercise is another one than the same bytes sent in earnest.
_ROW = {False: b"row", True: b"row of exercise"}


def content_secret() -> bytes:
    """The secret of content digests, apart from every other use of its key."""
    secret = ring().current(Purpose.BLIND).secret
    return hashlib.blake2b(b"content of records", key=secret, digest_size=32).digest()


def row_digest(raw: bytes, *, secret: bytes, exercise: bool) -> bytes:
    """16 bytes by which a quarantined row is known again; ``secret`` as ``content_secret``."""
    person = _ROW[exercise]
    return hashlib.blake2b(raw, key=secret, digest_size=DIGEST_BYTES, person=person).digest()
