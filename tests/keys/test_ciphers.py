"""Ciphers: what was encrypted is read by its key and place alone, whichever profile wrote it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cunguan.keys.ciphers import (
    AES_256_GCM,
    OVERHEAD,
    PROFILES,
    SM4_GCM,
    Cipher,
    CipherWrong,
    ProfileWrong,
    keyed_hash,
    profile,
)

FORMS = {"aes-256-gcm": AES_256_GCM, "sm4-gcm": SM4_GCM}
CIPHER, OTHER = Cipher(b"k" * 32), Cipher(b"j" * 32)


@pytest.mark.parametrize("name", FORMS)
@given(clear=st.binary(max_size=100), associated=st.binary(max_size=40))
@settings(max_examples=20, deadline=None)
def test_is_read_back_and_says_its_form(name: str, clear: bytes, associated: bytes) -> None:
    sealed = CIPHER.encrypt(FORMS[name], clear, associated)
    assert sealed[0] == FORMS[name]
    assert len(sealed) == len(clear) + OVERHEAD
    assert CIPHER.decrypt(sealed, associated) == clear


@pytest.mark.parametrize("name", FORMS)
@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
@settings(max_examples=30, deadline=None)
def test_any_changed_bit_is_refused(name: str, place: int, bit: int) -> None:
    sealed = bytearray(CIPHER.encrypt(FORMS[name], b"6222 0210", b"card:1"))
    sealed[place % len(sealed)] ^= 1 << bit
    with pytest.raises(CipherWrong):
        CIPHER.decrypt(bytes(sealed), b"card:1")


@pytest.mark.parametrize("name", FORMS)
def test_another_place_another_key_and_a_cut_are_refused(name: str) -> None:
    sealed = CIPHER.encrypt(FORMS[name], b"6222 0210", b"card:1")
    for cipher, given_, where in (
        (CIPHER, sealed, b"card:2"),
        (OTHER, sealed, b"card:1"),
        (CIPHER, sealed[:20], b"card:1"),
    ):
        with pytest.raises(CipherWrong):
            cipher.decrypt(given_, where)


def test_there_are_three_profiles_and_no_others() -> None:
    assert list(PROFILES) == ["intl", "dual", "gm"]
    assert profile("").name == "intl"
    assert (profile("gm").form, profile("gm").hash, profile("gm").sm2) == (SM4_GCM, "sm3", True)
    with pytest.raises(ProfileWrong, match="write one of intl, dual, gm"):
        profile("guomi")


def test_keyed_hashes_of_the_profiles_differ() -> None:
    made = {keyed_hash(one, key, b"13800138000") for one in ("sha256", "sm3") for key in (b"k", b"j")}
    assert len(made) == 4
    assert {len(one) for one in made} == {32}
