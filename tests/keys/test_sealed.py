"""Sealed bytes: read back as what they were sealed as, and as nothing else; hashes that only one installation can make."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given, settings
from hypothesis import strategies as st

from cunguan.keys.ciphers import SM4_GCM
from cunguan.keys.sealed import SealBroken, Sealer

SEALER = Sealer(b"k" * 32)


@given(st.binary(max_size=200), st.text(max_size=20))
@settings(max_examples=50, deadline=None)
def test_are_read_back_as_they_were(clear: bytes, what: str) -> None:
    sealed = SEALER.seal(clear, what)
    assert SEALER.unseal(sealed, what) == clear
    assert not clear or clear not in sealed or len(clear) < 4


@pytest.mark.parametrize("place", [0, 1, 13, -1])
def test_are_refused_when_one_byte_changed(place: int) -> None:
    sealed = bytearray(SEALER.seal(b"6222 0210", "file:1:0"))
    sealed[place] ^= 1
    with pytest.raises(SealBroken, match="file:1:0"):
        SEALER.unseal(bytes(sealed), "file:1:0")


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + b"n" * 12])
def test_are_refused_when_cut_off(sealed: bytes) -> None:
    with pytest.raises(SealBroken):
        SEALER.unseal(sealed, "x")


def test_are_refused_in_another_place_and_by_another_installation() -> None:
    sealed = SEALER.seal(b"6222 0210", "file:1:0")
    for sealer, what in ((SEALER, "file:1:1"), (Sealer(b"j" * 32), "file:1:0")):
        with pytest.raises(SealBroken):
            sealer.unseal(sealed, what)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (("Li Lei", "6222 0210"), ("LI  LEI", "62220210"), True),
        (("李雷", "62220210"), ("李 雷", "6222-0210"), True),
        (("Li Lei", "62220210"), ("Li Lei", "62220211"), False),
        (("Li Lei", "62220210"), ("Han Meimei", "62220210"), False),
        (("Li Lei6", "2220210"), ("Li Lei", "62220210"), False),
    ],
)
def test_a_payee_is_an_account_in_a_name(one: tuple[str, str], other: tuple[str, str], is_same: bool) -> None:
    assert (SEALER.payee_hash(*one) == SEALER.payee_hash(*other)) is is_same


def test_nothing_stands_for_nobody() -> None:
    assert (
        SEALER.payee_hash("", "1")
        == SEALER.payee_hash("Li", " ")
        == SEALER.name_hash("·")
        == SEALER.account_hash("")
        == ""
    )
    assert len({SEALER.name_hash("1"), SEALER.account_hash("1"), Sealer(b"j" * 32).name_hash("1")}) == 3


def test_the_key_is_made_once_for_its_owner(tmp_path: Path) -> None:
    first, again = Sealer.open(tmp_path / "k"), Sealer.open(tmp_path / "k")
    assert again.unseal(first.seal(b"x", "w"), "w") == b"x"
    assert (tmp_path / "k").stat().st_mode & 0o777 == 0o600


# ── versions and forms ───────────────────────────────────────────────────────
ROTATED = Sealer(b"k" * 32, {1: b"l" * 32})
GM = Sealer(b"k" * 32, {1: b"l" * 32, 2: b"m" * 32}, form=SM4_GCM)


def test_say_by_which_key_and_cipher_they_are_sealed() -> None:
    for sealer, head in ((SEALER, "0200000000"), (ROTATED, "0200000001"), (GM, "0300000002")):
        assert sealer.seal(b"x", "w")[:5].hex() == head


def test_of_older_keys_and_ciphers_are_read_by_the_newer_seal_and_not_the_other_way() -> None:
    for older in (SEALER, ROTATED, GM):
        assert GM.unseal(older.seal(b"6222 0210", "w"), "w") == b"6222 0210"
    with pytest.raises(SealBroken):
        SEALER.unseal(ROTATED.seal(b"x", "w"), "w")


def test_of_old_are_still_read() -> None:
    key = HKDF(SHA256(), 32, None, b"cunguan-seal-v1").derive(b"k" * 32)
    sealed = b"\x01" + b"n" * 12 + AESGCM(key).encrypt(b"n" * 12, b"6222 0210", b"file:1:0")
    for sealer in (SEALER, ROTATED, GM):
        assert sealer.unseal(sealed, "file:1:0") == b"6222 0210"


def test_said_to_be_of_another_version_are_refused() -> None:
    sealed = bytearray(ROTATED.seal(b"x", "w"))
    sealed[4] = 0
    with pytest.raises(SealBroken):
        ROTATED.unseal(bytes(sealed), "w")


def test_hashes_outlive_a_rotation() -> None:
    assert GM.payee_hash("Li Lei", "1") == ROTATED.payee_hash("Li Lei", "1") == SEALER.payee_hash("Li Lei", "1")
