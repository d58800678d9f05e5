"""Credentials of sources: sealed under the ring, opened only to be sent to their own host."""

import re
from base64 import b64encode
from collections.abc import Mapping
from uuid import UUID

import msgspec

from core.crypto import Sealer
from core.errors import RuleBroken
from core.words import N_
from privacy.keyring import ring

__all__ = ["Secret", "checked_secret", "headers_of", "opened", "sealed"]

Secret = Mapping[str, str]
"""{"name", "value"} of a header, or {"user", "password"}."""

_HEADER = re.compile(r"[A-Za-z0-9-]{1,64}")
_VALUE = re.compile(r"[ -~]{1,4000}")
_OURS = {"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "accept"}


def checked_secret(secret: Secret) -> Secret:
    """The same; RuleBroken ``bad_secret`` for what cannot be sent. It never repeats the secret."""
    if "name" in secret:
        name = secret["name"]
        if not _HEADER.fullmatch(name) or name.lower() in _OURS:
            raise RuleBroken("bad_secret", N_("A header has a name such as X-Api-Key."))
        if not _VALUE.fullmatch(secret["value"]):
            message = N_("The value of a header is one line of plain letters, digits and signs.")
            raise RuleBroken("bad_secret", message)
    elif ":" in secret["user"] or not (secret["user"] + secret["password"]).isprintable():
        raise RuleBroken("bad_secret", N_("A user name has no colon, and neither has line breaks."))
    return secret


def sealed(source_id: UUID, secret: Secret) -> bytes:
    """As it is stored."""
    return Sealer(ring()).seal(msgspec.json.encode(secret), _place(source_id))


def opened(source_id: UUID, kept: bytes | memoryview | None) -> Secret:
    """In clear, to be sent; empty where there is none."""
    if kept is None:
        return {}
    found = Sealer(ring()).unseal(bytes(kept), _place(source_id))
    return msgspec.json.decode(found, type=dict[str, str])


def headers_of(secret: Secret) -> dict[str, str]:
    """The header that proves who asks (RFC 7617 for names and passwords)."""
    if "name" in secret:
        return {secret["name"]: secret["value"]}
    if "user" in secret:
        pair = f"{secret['user']}:{secret['password']}".encode()
        return {"Authorization": f"Basic {b64encode(pair).decode()}"}
    return {}


def _place(source_id: UUID) -> bytes:
    return f"pull:{source_id}".encode()
