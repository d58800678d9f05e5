"""The key ring as a file: made once, recovered from its escrow, guarded against other eyes."""

import io
import json
import stat
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from core.crypto import Sealer
from core.errors import BadInput, Refused
from core.keys import Purpose
from privacy import keyring
from privacy.services import create_keyring, escrow_of, recover_keyring


@pytest.fixture
def path(tmp_path: Path, settings: Settings) -> Path:
    """Where this installation's ring is to be; forgotten again afterwards."""
    settings.KEYRING = str(tmp_path / "keys" / "keyring.json")
    return Path(settings.KEYRING)


def test_a_lost_ring_comes_back_from_escrow_and_phrase(path: Path) -> None:
    phrase = create_keyring(path=path)
    sealed = Sealer(keyring.ring()).seal(b"secret", b"place")
    path.unlink()
    keyring.forget()

    recover_keyring(path=path, escrow=escrow_of(path), phrase=phrase.lower())

    assert Sealer(keyring.ring()).unseal(sealed, b"place") == b"secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_ring_and_escrow_are_for_the_owner_alone_and_the_escrow_tells_nothing(path: Path) -> None:
    create_keyring(path=path)

    escrow = escrow_of(path)
    assert {stat.S_IMODE(one.stat().st_mode) for one in (path, escrow)} == {0o600}
    for key in json.loads(path.read_text("utf-8"))["keys"]:
        assert key["secret"].encode() not in escrow.read_bytes()
    assert sorted(one.name for one in path.parent.iterdir()) == ["keyring.escrow", "keyring.json"]


def test_a_wrong_phrase_and_a_changed_escrow_open_nothing(path: Path) -> None:
    phrase = create_keyring(path=path)
    path.unlink()
    wrong = ("A" if phrase[0] != "A" else "B") + phrase[1:]
    with pytest.raises(BadInput, match="escrow_refused"):
        recover_keyring(path=path, escrow=escrow_of(path), phrase=wrong)

    body = bytearray(escrow_of(path).read_bytes())
    body[-1] ^= 1
    escrow_of(path).write_bytes(body)
    with pytest.raises(BadInput, match="escrow_refused"):
        recover_keyring(path=path, escrow=escrow_of(path), phrase=phrase)
    assert not path.exists()


@pytest.mark.parametrize("present", ["ring", "escrow"])
def test_nothing_that_is_there_is_overwritten(path: Path, present: str) -> None:
    found = path if present == "ring" else escrow_of(path)
    found.parent.mkdir()
    found.write_bytes(b"precious")

    with pytest.raises(Refused, match="key_ring_exists"):
        create_keyring(path=path)

    assert found.read_bytes() == b"precious"
    assert list(path.parent.iterdir()) == [found]


def test_recovery_does_not_overwrite_a_ring(path: Path) -> None:
    phrase = create_keyring(path=path)
    before = path.read_bytes()
    with pytest.raises(Refused, match="key_ring_exists"):
        recover_keyring(path=path, escrow=escrow_of(path), phrase=phrase)
    assert path.read_bytes() == before


def test_a_ring_that_others_may_read_is_not_used(path: Path) -> None:
    create_keyring(path=path)
    path.chmod(0o640)
    with pytest.raises(keyring.KeyRingUnusable, match="key_ring_open"):
        keyring.ring()

    path.chmod(0o600)
    assert keyring.ring().current(Purpose.AUDIT)


def test_a_missing_ring_says_how_to_get_one(path: Path) -> None:
    with pytest.raises(keyring.KeyRingUnusable) as missing:
        keyring.ring()
    assert missing.value.code == "key_ring_missing"
    assert "create_keyring" in missing.value.text


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"keys": []}'])
def test_a_damaged_ring_is_told_without_its_content(path: Path, body: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(body)
    path.chmod(0o600)
    with pytest.raises((keyring.KeyRingUnusable, BadInput)) as damaged:
        keyring.ring()
    assert damaged.value.code in ("key_ring_unreadable", "key_ring_invalid")


def test_the_commands_need_no_database_and_show_the_phrase_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.StringIO()
    call_command("create_keyring", json=True, stdout=out)
    made = json.loads(out.getvalue())
    assert made["keyring"] == str(path)
    assert made["phrase"].encode() not in escrow_of(path).read_bytes() + path.read_bytes()
    with pytest.raises(CommandError, match="key_ring_exists"):
        call_command("create_keyring", stdout=io.StringIO())

    before = path.read_bytes()
    path.unlink()
    monkeypatch.setattr("sys.stdin", io.StringIO(made["phrase"] + "\n"))
    call_command("recover_keyring", stdout=io.StringIO())
    assert path.read_bytes() == before
