"""Keys of an installation: read as they are written, refused in words, opened once."""

from pathlib import Path

import pytest

from cunguan.config.wiring import Wiring
from cunguan.keys.installation import Keys, secret_of, settings
from cunguan.keys.providers.base import KeysWrong


def test_without_a_word_the_keys_lie_in_the_home(tmp_path: Path) -> None:
    keys = Wiring({"CUNGUAN_HOME": str(tmp_path)}).keys
    assert (keys.kind, keys.profile.name) == ("file", "intl")
    assert keys.provider is Keys(tmp_path).provider
    assert "production refuses it" in (keys.complaint() or "")
    assert Keys(tmp_path, "vault:https://v").complaint() is None


@pytest.mark.parametrize("where", ["", "file", "kms:x", "/etc/keys"])
def test_what_is_no_provider_is_refused(tmp_path: Path, where: str) -> None:
    with pytest.raises(KeysWrong, match="begins with one of file:, pkcs11:, vault:"):
        assert Keys(tmp_path, where).kind


@pytest.mark.parametrize(
    ("text", "said"),
    [("pin-value=1234", "put it in a file"), ("token=s.x", "put it in a file"), ("pim=x", "knows no pim")],
)
def test_secrets_stand_in_no_setting(text: str, said: str) -> None:
    with pytest.raises(KeysWrong, match=said) as told:
        settings(text, ("pin-source",))
    assert "1234" not in str(told.value)


def test_a_secret_is_read_from_a_file_of_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "pin"
    file.write_text("1234\n")
    file.chmod(0o640)
    with pytest.raises(KeysWrong, match="chmod 600"):
        secret_of(str(file), "the PIN")
    file.chmod(0o600)
    assert secret_of(f"file:{file}", "the PIN") == "1234"
    with pytest.raises(KeysWrong, match="cannot be read"):
        secret_of(str(tmp_path / "none"), "the PIN")
