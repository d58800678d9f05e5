"""Making, escrowing and recovering the key ring: files only, no database."""

import json
import os
from pathlib import Path

from core.errors import BadInput, Refused
from core.keys import KeyRing, new_key_ring, open_escrow, seal_escrow
from core.words import N_
from privacy.domain.phrase import new_phrase, normal_phrase
from privacy.keyring import forget

__all__ = ["create_keyring", "escrow_of", "recover_keyring"]


def escrow_of(path: Path) -> Path:
    """Where the escrow of a key ring is written: beside it, until somebody takes it away."""
    return path.with_name(path.stem + ".escrow")


def create_keyring(*, path: Path) -> str:
    """Write a fresh ring and its escrow, both for the owner's eyes alone; gives the phrase.

    Raises Refused ``key_ring_exists`` when either file is there: another ring would make every
    sealed field unreadable.
    """
    escrow = escrow_of(path)
    for found in (path, escrow):
        if found.exists():
            raise _exists(found)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    ring = new_key_ring()
    phrase = new_phrase()
    # The escrow first: there is never a ring in use that cannot be recovered.
    _write_new(escrow, seal_escrow(_document(ring), phrase))
    _write_new(path, _document(ring))
    forget()
    return phrase


def recover_keyring(*, path: Path, escrow: Path, phrase: str) -> KeyRing:
    """Write the ring that an escrow holds to ``path``, where there must be none yet.

    Raises Refused ``key_ring_exists`` and BadInput ``no_escrow``, ``escrow_malformed``,
    ``escrow_refused`` or ``phrase_malformed``.
    """
    if path.exists():
        raise _exists(path)
    if not escrow.is_file():
        raise BadInput("no_escrow", N_("there is no escrow at %(path)s"), path=str(escrow))
    document = open_escrow(escrow.read_bytes(), normal_phrase(phrase))
    ring = KeyRing.from_data(json.loads(document))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_new(path, document)
    forget()
    return ring


def _document(ring: KeyRing) -> bytes:
    return json.dumps(ring.to_data(), indent=1).encode() + b"\n"


def _write_new(path: Path, content: bytes) -> None:
    """Write a file that did not exist, wholly or not at all, mode 0600."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)  # fails where the name is taken, unlike a rename
    except FileExistsError as error:
        raise _exists(path) from error
    finally:
        draft.unlink()


def _exists(path: Path) -> Refused:
    return Refused(
        "key_ring_exists",
        N_("%(path)s exists and is not overwritten: sealed data would become unreadable"),
        path=str(path),
    )
