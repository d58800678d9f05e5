"""The key ring: which keys there are, what each is for, and which one is in use.

The ring lives outside the database and is held in escrow, sealed with a passphrase (scrypt, RFC
7914, with the cost that OWASP advises, and AES-256-GCM). Nothing here reads or writes files.
"""

import base64
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from core.errors import BadInput, DomainError
from core.words import N_

__all__ = [
    "SECRET_BYTES",
    "Key",
    "KeyRing",
    "KeyUnknown",
    "Purpose",
    "new_key",
    "new_key_ring",
    "open_escrow",
    "seal_escrow",
]

SECRET_BYTES = 32
_ID = re.compile(r"[A-Za-z0-9._-]{1,32}")

_ESCROW_MARK = b"egret escrow 1\x00"
_ESCROW_COST = 17
_ESCROW_COSTS = range(10, 21)
_SALT_BYTES = 16
_NONCE_BYTES = 12


class KeyUnknown(DomainError):
    """The ring has no such key: ``key_unknown``."""

    status = 500


class Purpose(StrEnum):
    """What a key may be used for, and nothing else."""

    DATA = "data"
    BLIND = "blind"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Key:
    """A secret of 32 bytes with its id and purpose; ValueError for another length or a bad id."""

    id: str
    purpose: Purpose
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id) or len(self.secret) != SECRET_BYTES:
            raise ValueError("a key has a short plain id and a secret of 32 bytes")

    def require(self, purpose: Purpose) -> None:
        """Raise ValueError if the key is for something else."""
        if self.purpose is not purpose:
            raise ValueError(f"key {self.id} is for {self.purpose}, not for {purpose}")


@dataclass(frozen=True)
class KeyRing:
    """Keys by id, and the id of the current one for each purpose.

    Raises ValueError when a purpose has no current key, or one of another purpose.
    """

    keys: Mapping[str, Key] = field(repr=False)
    current_ids: Mapping[Purpose, str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", MappingProxyType(dict(self.keys)))
        object.__setattr__(self, "current_ids", MappingProxyType(dict(self.current_ids)))
        for purpose in Purpose:
            key = self.keys.get(self.current_ids.get(purpose, ""))
            if key is None or key.purpose is not purpose:
                raise ValueError(f"the ring has no current key for {purpose}")

    def key(self, key_id: str) -> Key:
        """The key of an id; KeyUnknown if the ring has none."""
        if key_id not in self.keys:
            raise KeyUnknown("key_unknown", N_("The key ring has no key %(key)s."), key=key_id)
        return self.keys[key_id]

    def current(self, purpose: Purpose) -> Key:
        """The key in use for a purpose."""
        return self.keys[self.current_ids[purpose]]

    def rotated(self, purpose: Purpose) -> "KeyRing":
        """A ring with a fresh current key for the purpose; the old keys stay for reading."""
        key = new_key(purpose)
        return replace(
            self,
            keys={**self.keys, key.id: key},
            current_ids={**self.current_ids, purpose: key.id},
        )

    def to_data(self) -> dict[str, object]:
        """The ring as plain data for JSON, secrets in base64."""
        return {
            "keys": [
                {
                    "id": key.id,
                    "purpose": key.purpose.value,
                    "secret": base64.b64encode(key.secret).decode("ascii"),
                }
                for key in self.keys.values()
            ],
            "current": {purpose.value: key_id for purpose, key_id in self.current_ids.items()},
        }

    @classmethod
    def from_data(cls, data: object) -> "KeyRing":
        """The ring of ``to_data``; BadInput ``key_ring_invalid``, which never shows a secret."""
        try:
            return _ring(data)
        except (AttributeError, KeyError, TypeError, ValueError):
            # The cause is left out on purpose: it may quote a secret.
            raise BadInput("key_ring_invalid", N_("The key ring cannot be read.")) from None


def new_key(purpose: Purpose) -> Key:
    """A fresh random key with an id of its own."""
    return Key(f"{purpose.value}-{os.urandom(4).hex()}", purpose, os.urandom(SECRET_BYTES))


def new_key_ring() -> KeyRing:
    """A ring with one fresh key for each purpose."""
    keys = {key.id: key for key in map(new_key, Purpose)}
    return KeyRing(keys, {key.purpose: key.id for key in keys.values()})


def seal_escrow(secret: bytes, passphrase: str, *, cost: int = _ESCROW_COST) -> bytes:
    """``secret`` sealed with a passphrase; ``cost`` is the base-2 logarithm of scrypt's N.

    The default takes about 128 MiB of memory. Raises ValueError for a cost outside 10–20.
    """
    if cost not in _ESCROW_COSTS:
        raise ValueError("the cost of an escrow lies between 10 and 20")
    salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
    header = _ESCROW_MARK + bytes([cost]) + salt + nonce
    return header + AESGCM(_stretched(passphrase, salt, cost)).encrypt(nonce, secret, header)


def open_escrow(sealed: bytes, passphrase: str) -> bytes:
    """What ``seal_escrow`` sealed.

    Raises BadInput ``escrow_malformed`` or ``escrow_refused`` (wrong passphrase or changed bytes).
    """
    at = len(_ESCROW_MARK)
    end = at + 1 + _SALT_BYTES + _NONCE_BYTES
    # A forged cost must not make us fill the memory.
    if not sealed.startswith(_ESCROW_MARK) or len(sealed) < end or sealed[at] not in _ESCROW_COSTS:
        raise BadInput("escrow_malformed", N_("This is not an escrow."))
    header, nonce = sealed[:end], sealed[end - _NONCE_BYTES : end]
    salt = header[at + 1 : -_NONCE_BYTES]
    try:
        secret = _stretched(passphrase, salt, sealed[at])
        return AESGCM(secret).decrypt(nonce, sealed[end:], header)
    except InvalidTag as error:
        message = N_("The passphrase is wrong, or the escrow was changed.")
        raise BadInput("escrow_refused", message) from error


def _stretched(passphrase: str, salt: bytes, cost: int) -> bytes:
    return Scrypt(salt=salt, length=SECRET_BYTES, n=1 << cost, r=8, p=1).derive(passphrase.encode())


def _ring(data: object) -> KeyRing:
    if not isinstance(data, Mapping):
        raise TypeError("a key ring is an object")
    keys = [_key(row) for row in data["keys"]]
    if len({key.id for key in keys}) != len(keys):
        raise ValueError("a key id stands twice")
    current = {Purpose(purpose): str(key_id) for purpose, key_id in data["current"].items()}
    return KeyRing({key.id: key for key in keys}, current)


def _key(row: Mapping[str, str]) -> Key:
    return Key(row["id"], Purpose(row["purpose"]), base64.b64decode(row["secret"], validate=True))
