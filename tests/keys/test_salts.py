"""Salt keys: made once, wrapped where keys do not lie in files, and the same after every rotation of the KEK."""

from pathlib import Path

import pytest

from cunguan.keys.installation import Keys
from cunguan.keys.providers.base import KEK, KeysWrong
from cunguan.keys.salts import SaltKeyMissing, SaltKeys
from tests.keys.providers.softhsm import token, token_folder

__all__ = ["token", "token_folder"]  # fixtures


def test_in_files_it_lies_in_clear_for_its_owner(tmp_path: Path) -> None:
    with pytest.raises(SaltKeyMissing, match="Bring that file back"):
        SaltKeys(tmp_path).of(0)
    made = SaltKeys(tmp_path, may_make=True).of(0)
    assert (tmp_path / "log-salt-key-0").read_bytes() == made == SaltKeys(Keys(tmp_path)).of(0)
    with pytest.raises(SaltKeyMissing):
        SaltKeys(tmp_path, may_make=True).of(1)


def test_by_a_module_it_is_wrapped_and_stays_itself(tmp_path: Path, token: str) -> None:
    keys, file = Keys(tmp_path, token), tmp_path / "log-salt-key-0"
    made = SaltKeys(keys, may_make=True).of(0)
    assert made not in file.read_bytes()
    assert (file.stat().st_mode & 0o777, SaltKeys(keys).versions()) == (0o600, [1])
    assert keys.provider.rotate(KEK) == 2
    assert (SaltKeys(keys).rewrap(), SaltKeys(keys).rewrap(), SaltKeys(keys).versions()) == (1, 0, [2])
    keys.provider.destroy(KEK, 1)
    assert SaltKeys(keys).of(0) == made
    with pytest.raises(KeysWrong, match="is wrapped by a module"):
        SaltKeys(tmp_path).of(0)
    file.rename(tmp_path / "log-salt-key-1")
    with pytest.raises(KeysWrong, match="cannot be unwrapped"):
        SaltKeys(keys).of(1)


def test_one_in_clear_is_wrapped_when_a_module_is_there(tmp_path: Path, token: str) -> None:
    made = SaltKeys(tmp_path, may_make=True).of(0)
    assert SaltKeys(Keys(tmp_path, token)).of(0) == made
    assert made not in (tmp_path / "log-salt-key-0").read_bytes()
    assert SaltKeys(Keys(tmp_path, token)).of(0) == made
