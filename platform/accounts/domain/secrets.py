"""Secrets of machines and tokens: shown once, kept as a digest."""

import hashlib
import secrets


def new_secret(prefix: str) -> str:
    """A new secret of 256 bits, such as `ek_…`; the prefix tells what it opens."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def digest(secret: str) -> bytes:
    """What is stored. The secret has 256 random bits, so a plain hash suffices."""
    return hashlib.sha256(secret.encode()).digest()
