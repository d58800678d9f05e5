import hashlib
import hmac
import threading

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from hypothesis import given
from hypothesis import strategies as st

from core.crypto import (
    Algorithm,
    DigestName,
    Sealer,
    SealError,
    blind_index,
    digest,
    mac,
    new_data_key,
    same,
    seal,
    sealed_under,
    unseal,
    unwrap,
    wrap,
)
from core.keys import KeyRing, KeyUnknown, Purpose, new_key_ring

RING = new_key_ring()
PLACE = b"contact.phone:0192"
algorithms = pytest.mark.parametrize("algorithm", list(Algorithm))


def test_the_published_vectors_of_sm3_and_sm4() -> None:
    assert digest(b"abc", DigestName.SM3).hex() == (
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )
    block = bytes.fromhex("0123456789abcdeffedcba9876543210")
    # One bare block, as the standard prints it; the product itself never uses this mode.
    encryptor = Cipher(SM4(block), modes.ECB()).encryptor()
    assert (encryptor.update(block) + encryptor.finalize()).hex() == (
        "681edf34d206965e86b3e94f536e4246"
    )


def test_sha_256_is_the_default_digest() -> None:
    assert digest(b"abc") == hashlib.sha256(b"abc").digest()


@algorithms
@given(plaintext=st.binary(max_size=200), aad=st.binary(max_size=40))
def test_what_is_sealed_opens_again(plaintext: bytes, aad: bytes, algorithm: Algorithm) -> None:
    sealer = Sealer(RING, algorithm)
    sealed = sealer.seal(plaintext, aad)

    assert sealer.unseal(sealed, aad) == plaintext
    assert len(sealed) == len(plaintext) + 30 + len(RING.current(Purpose.DATA).id)


@algorithms
def test_equal_values_never_look_equal(algorithm: Algorithm) -> None:
    sealer = Sealer(RING, algorithm)
    assert len({sealer.seal(b"13800138000", PLACE) for _ in range(50)}) == 50


@algorithms
def test_no_bit_can_be_changed_unnoticed(algorithm: Algorithm) -> None:
    sealer = Sealer(RING, algorithm)
    sealed = sealer.seal(b"13800138000", PLACE)

    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises((SealError, KeyUnknown)):
            sealer.unseal(changed, PLACE)
    for length in range(len(sealed)):
        with pytest.raises((SealError, KeyUnknown)):
            sealer.unseal(sealed[:length], PLACE)


@algorithms
def test_a_sealed_value_moved_elsewhere_does_not_open(algorithm: Algorithm) -> None:
    sealer = Sealer(RING, algorithm)
    with pytest.raises(SealError) as caught:
        sealer.unseal(sealer.seal(b"13800138000", PLACE), b"contact.phone:0193")
    assert (caught.value.code, caught.value.status) == ("seal_broken", 500)


def test_aes_is_the_default_and_is_plain_aes_gcm() -> None:
    key = RING.current(Purpose.DATA)
    sealed = Sealer(RING).seal(b"13800138000", PLACE)
    header = bytes([1, len(key.id)]) + key.id.encode()
    body = sealed.removeprefix(header)

    assert sealed_under(sealed) == (Algorithm.AES_256_GCM, key.id)
    assert AESGCM(key.secret).decrypt(body[:12], body[12:], header + PLACE) == b"13800138000"


def test_old_values_stay_readable_after_rotation_and_a_change_of_algorithm() -> None:
    old = Sealer(RING).seal(b"13800138000", PLACE)
    later = Sealer(RING.rotated(Purpose.DATA), Algorithm.SM4_GCM)

    assert later.unseal(old, PLACE) == b"13800138000"
    assert sealed_under(later.seal(b"x", PLACE)) != sealed_under(old)
    with pytest.raises(KeyUnknown):
        Sealer(RING).unseal(later.seal(b"x", PLACE), PLACE)


@pytest.mark.parametrize("rubbish", [b"", b"\x01", b"\x09\x01a", b"\x01\x02\xff\xfe" + b"0" * 40])
def test_other_bytes_are_malformed(rubbish: bytes) -> None:
    with pytest.raises(SealError) as caught:
        Sealer(RING).unseal(rubbish, PLACE)
    assert caught.value.code == "seal_malformed"


def test_a_sealer_may_be_shared_between_threads() -> None:
    sealer = Sealer(RING)
    wrong: list[bytes] = []

    def work(number: int) -> None:
        for n in range(300):
            value = f"{number}:{n}".encode()
            if sealer.unseal(sealer.seal(value, PLACE), PLACE) != value:
                wrong.append(value)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@algorithms
def test_each_delivery_has_a_key_of_its_own_stored_wrapped(algorithm: Algorithm) -> None:
    sealer = Sealer(RING, algorithm)
    data_key = new_data_key()
    body = seal(b"raw rows", data_key, b"delivery:1", algorithm)
    wrapped = wrap(data_key, sealer, b"delivery:1")

    assert unseal(body, unwrap(wrapped, sealer, b"delivery:1"), b"delivery:1") == b"raw rows"
    assert data_key.secret not in wrapped
    assert new_data_key().secret != data_key.secret
    with pytest.raises(SealError):
        unwrap(wrapped, sealer, b"delivery:2")
    with pytest.raises(SealError):
        unseal(body, new_data_key(), b"delivery:1")


def test_a_wrapped_key_cannot_be_read_as_a_field() -> None:
    sealer = Sealer(RING)
    wrapped = wrap(new_data_key(), sealer, PLACE)
    with pytest.raises(SealError):
        sealer.unseal(wrapped, PLACE)


def test_a_blind_index_is_equal_for_equal_values_of_one_kind_and_key_only() -> None:
    key = RING.current(Purpose.BLIND)
    index = blind_index("13800138000", key, kind="phone")

    assert index == blind_index("13800138000", key, kind="phone")
    assert len(index) == 32
    others = [
        blind_index("13800138001", key, kind="phone"),
        blind_index("13800138000", key, kind="plate"),
        blind_index("13800138000", new_key_ring().current(Purpose.BLIND), kind="phone"),
        hashlib.sha256(b"13800138000").digest(),
    ]
    assert index not in others
    assert index == hmac.digest(key.secret, b"phone\x0013800138000", "sha256")


@pytest.mark.parametrize("name", list(DigestName))
def test_a_mac_is_the_keyed_digest(name: DigestName) -> None:
    key = RING.current(Purpose.AUDIT)

    made = mac(b"entry", key, name)
    assert made == hmac.digest(key.secret, b"entry", name.value)
    assert same(made, bytes(made))
    assert not same(made, mac(b"entrz", key, name))


def test_a_key_is_refused_for_any_other_purpose() -> None:
    data, blind, audit = (RING.current(purpose) for purpose in Purpose)
    for call in (
        lambda: seal(b"", blind, b""),
        lambda: blind_index("", audit),
        lambda: mac(b"", data),
    ):
        with pytest.raises(ValueError, match="not for"):
            call()
    assert isinstance(RING, KeyRing)
