"""Keys in files: made when first used, by version, for their owner alone; a wrapped key opens for its own row only."""

from pathlib import Path

import pytest

from cunguan.keys.providers.base import (
    ED25519,
    KEK,
    ML_DSA_44,
    P256,
    KeyAbsent,
    KeysWrong,
    WrapBroken,
    kek_version,
    rewrapped,
)
from cunguan.keys.providers.file import FileKeys


def test_a_wrapped_key_opens_for_its_own_row_alone(tmp_path: Path) -> None:
    wrapped = FileKeys(tmp_path).wrap(b"d" * 32, b"subject:1")
    assert b"d" * 8 not in wrapped
    again = FileKeys(tmp_path)
    assert again.unwrap(wrapped, b"subject:1") == b"d" * 32
    for changed, row in ((wrapped, b"subject:2"), (wrapped[:-1] + bytes([wrapped[-1] ^ 1]), b"subject:1")):
        with pytest.raises(WrapBroken, match="subject:"):
            again.unwrap(changed, row)
    assert (tmp_path / "kek-key").stat().st_mode & 0o777 == 0o600


def test_a_rotated_kek_still_opens_what_the_older_wrapped_until_it_is_destroyed(tmp_path: Path) -> None:
    keys = FileKeys(tmp_path)
    old = keys.wrap(b"d" * 32, b"row")
    assert keys.rotate(KEK) == 2
    assert keys.versions(KEK) == [1, 2]
    new = rewrapped(keys, old, b"row")
    assert (kek_version(old), kek_version(new)) == (1, 2)
    assert rewrapped(keys, new, b"row") is new
    assert keys.unwrap(old, b"row") == keys.unwrap(new, b"row") == b"d" * 32
    with pytest.raises(KeysWrong, match="cunguan key rotate kek"):
        keys.destroy(KEK, 2)
    keys.destroy(KEK, 1)
    assert keys.versions(KEK) == [2]
    with pytest.raises(KeyAbsent, match="bring kek-key back"):
        keys.unwrap(old, b"row")


@pytest.mark.parametrize("algorithm", [ED25519, P256, ML_DSA_44])
def test_a_signing_key_is_made_once_and_keeps_its_versions(tmp_path: Path, algorithm: str) -> None:
    first = FileKeys(tmp_path).signing_key("log", algorithm)
    keys = FileKeys(tmp_path)
    assert keys.signing_key("log", algorithm).public == first.public
    assert keys.rotate("log", algorithm) == 2
    second = keys.signing_key("log", algorithm)
    assert second.public != first.public
    assert keys.signing_key("log", algorithm, 1).public == first.public
    assert (tmp_path / "log-signing-key-2").stat().st_mode & 0o777 == 0o600
    assert keys.versions("log-x") == []
    with pytest.raises(KeyAbsent, match="no version 3"):
        keys.signing_key("log", algorithm, 3)


def test_a_name_is_no_way_out_of_the_home(tmp_path: Path) -> None:
    for name in ("../x", "", "a/b", "Log"):
        with pytest.raises(KeysWrong, match="no name of a key"):
            FileKeys(tmp_path).signing_key(name)
