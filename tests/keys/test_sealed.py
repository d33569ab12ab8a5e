"""Sealed bytes: read back as what they were sealed as, and as nothing else; hashes that only one installation can make."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
