"""The key ring of this installation, read once from the file that the settings name.

It stands this low because the audit log is signed with it; ``privacy.keyring`` is the name that
the rest of the product uses.
"""

import json
import stat
from functools import cache
from pathlib import Path

from django.conf import settings

from core.errors import DomainError
from core.keys import KeyRing
from core.words import N_

__all__ = ["KeyRingUnusable", "forget", "ring"]


class KeyRingUnusable(DomainError):
    """There is no key ring, or it may not be used as it lies there."""

    status = 500


def ring() -> KeyRing:
    """The key ring; read at the first call, and again after ``forget``.

    Raises KeyRingUnusable ``key_ring_missing``, ``key_ring_unreadable`` or ``key_ring_open``
    (others than its owner may read it), BadInput ``key_ring_invalid``.
    """
    return _read(str(settings.KEYRING))


def forget() -> None:
    """Read the file anew at the next call."""
    _read.cache_clear()


@cache
def _read(name: str) -> KeyRing:
    path = Path(name)
    try:
        mode = path.stat().st_mode
        text = path.read_text("utf-8")
    except FileNotFoundError as error:
        raise KeyRingUnusable(
            "key_ring_missing",
            N_(
                "there is no key ring at %(path)s; make one with manage.py create_keyring, or "
                "recover it from its escrow with manage.py recover_keyring"
            ),
            path=name,
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise KeyRingUnusable(
            "key_ring_unreadable", N_("the key ring at %(path)s cannot be read"), path=name
        ) from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyRingUnusable(
            "key_ring_open",
            N_("others may read the key ring at %(path)s; run chmod 600 on it"),
            path=name,
        )
    try:
        return KeyRing.from_data(json.loads(text))
    except json.JSONDecodeError:
        # Without the cause: its message may quote a secret.
        raise KeyRingUnusable(
            "key_ring_unreadable", N_("the key ring at %(path)s cannot be read"), path=name
        ) from None
