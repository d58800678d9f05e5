import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from core.errors import BadInput
from core.keys import (
    Key,
    KeyRing,
    KeyUnknown,
    Purpose,
    new_key,
    new_key_ring,
    open_escrow,
    seal_escrow,
)

CHEAP = 10


@pytest.fixture
def ring() -> KeyRing:
    return new_key_ring()


def test_a_new_ring_has_a_key_of_its_own_for_each_purpose(ring: KeyRing) -> None:
    secrets = {ring.current(purpose).secret for purpose in Purpose}

    assert len(secrets) == len(Purpose)
    assert all(ring.current(purpose).purpose is purpose for purpose in Purpose)
    assert new_key_ring().current(Purpose.DATA).secret not in secrets


def test_rotation_brings_a_new_key_and_keeps_the_old_for_reading(ring: KeyRing) -> None:
    later = ring.rotated(Purpose.DATA)
    old = ring.current(Purpose.DATA)

    assert later.current(Purpose.DATA) != old
    assert later.key(old.id) == old
    assert later.current(Purpose.AUDIT) == ring.current(Purpose.AUDIT)
    assert old.id in ring.keys  # the first ring is as it was
    assert len(ring.keys) == 3


def test_a_ring_survives_json(ring: KeyRing) -> None:
    rotated = ring.rotated(Purpose.BLIND)
    text = json.dumps(rotated.to_data())

    assert KeyRing.from_data(json.loads(text)) == rotated


def test_secrets_are_never_shown(ring: KeyRing) -> None:
    key = ring.current(Purpose.DATA)
    for secret in (key.secret.hex(), base64.b64encode(key.secret).decode(), repr(key.secret)):
        assert secret not in repr(key)
        assert secret not in repr(ring)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.pop("keys"),
        lambda data: data.pop("current"),
        lambda data: data["current"].pop("audit"),
        lambda data: data["current"].update(audit=data["current"]["data"]),
        lambda data: data["current"].update(party="x"),
        lambda data: data["keys"].append(data["keys"][0]),
        lambda data: data["keys"][0].update(secret="c2hvcnQ="),
        lambda data: data["keys"][0].update(secret="not base64!"),
        lambda data: data["keys"][0].update(id="../etc"),
        lambda data: data["keys"][0].update(purpose="all"),
        lambda data: data.update(keys=7),
    ],
)
def test_a_damaged_ring_is_refused_without_quoting_a_secret(
    ring: KeyRing, spoil: Callable[[dict[str, Any]], object]
) -> None:
    data = json.loads(json.dumps(ring.to_data()))
    spoil(data)

    with pytest.raises(BadInput) as caught:
        KeyRing.from_data(data)
    assert caught.value.code == "key_ring_invalid"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    with pytest.raises(BadInput):
        KeyRing.from_data([])


def test_an_unknown_key_is_named(ring: KeyRing) -> None:
    with pytest.raises(KeyUnknown) as caught:
        ring.key("data-00000000")
    assert (caught.value.code, caught.value.status) == ("key_unknown", 500)
    assert caught.value.detail == {"key": "data-00000000"}


def test_a_key_serves_one_purpose() -> None:
    key = new_key(Purpose.AUDIT)
    key.require(Purpose.AUDIT)

    with pytest.raises(ValueError, match="not for data"):
        key.require(Purpose.DATA)


@pytest.mark.parametrize(
    ("key_id", "secret"), [("", b"x" * 32), ("a b", b"x" * 32), ("a" * 33, b"x" * 32), ("a", b"x")]
)
def test_a_malformed_key_cannot_be_made(key_id: str, secret: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Key(key_id, Purpose.DATA, secret)


def test_an_escrow_opens_with_its_passphrase_and_no_other() -> None:
    sealed = seal_escrow(b"the ring", "seven quiet herons", cost=CHEAP)

    assert open_escrow(sealed, "seven quiet herons") == b"the ring"
    assert b"the ring" not in sealed
    with pytest.raises(BadInput) as caught:
        open_escrow(sealed, "seven quiet heron")
    assert caught.value.code == "escrow_refused"
    assert seal_escrow(b"the ring", "seven quiet herons", cost=CHEAP) != sealed


def test_no_byte_of_an_escrow_can_be_changed_unnoticed() -> None:
    sealed = seal_escrow(b"the ring", "seven quiet herons", cost=CHEAP)
    for place in range(len(sealed)):
        if place == sealed.index(b"\x00") + 1:
            continue  # the cost itself: refused below
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(BadInput):
            open_escrow(changed, "seven quiet herons")


@pytest.mark.parametrize("cost", [9, 21, 60])
def test_a_forged_cost_cannot_fill_the_memory(cost: int) -> None:
    sealed = seal_escrow(b"the ring", "seven quiet herons", cost=CHEAP)
    place = sealed.index(b"\x00") + 1
    assert sealed[place] == CHEAP
    forged = sealed[:place] + bytes([cost]) + sealed[place + 1 :]

    with pytest.raises(BadInput) as caught:
        open_escrow(forged, "seven quiet herons")
    assert caught.value.code == "escrow_malformed"
    with pytest.raises(ValueError, match="between 10 and 20"):
        seal_escrow(b"", "x", cost=cost)


@pytest.mark.parametrize(
    "sealed", [b"", b"egret escrow 1\x00", b"egret escrow 2\x00" + b"\x11" * 60]
)
def test_other_bytes_are_no_escrow(sealed: bytes) -> None:
    with pytest.raises(BadInput) as caught:
        open_escrow(sealed, "x")
    assert caught.value.code == "escrow_malformed"
