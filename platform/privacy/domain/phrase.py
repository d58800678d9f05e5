"""The recovery phrase of an escrow: random, and kind to whoever copies it by hand."""

import re
import secrets

from core.errors import BadInput
from core.words import N_

__all__ = ["new_phrase", "normal_phrase"]

# Crockford's alphabet: no I, L, O, U, so nothing is mistaken for 1, 0 or V.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS, _LENGTH = 6, 5  # 150 bits
_ALIKE = str.maketrans("ILO", "110")


def new_phrase() -> str:
    """Six groups of five characters, 150 random bits."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)) for _ in range(_GROUPS))
    return "-".join(groups)


def normal_phrase(typed: str) -> str:
    """A phrase as ``new_phrase`` gave it, from what somebody typed.

    Case, spaces and hyphens do not matter, and I, L, O are read as 1, 1, 0. Raises BadInput
    ``phrase_malformed``.
    """
    plain = re.sub(r"[\s-]", "", typed).upper().translate(_ALIKE)
    if len(plain) != _GROUPS * _LENGTH or set(plain) - set(_ALPHABET):
        raise BadInput(
            "phrase_malformed", N_("A recovery phrase has six groups of five characters.")
        )
    return "-".join(plain[at : at + _LENGTH] for at in range(0, len(plain), _LENGTH))
