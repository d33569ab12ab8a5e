"""Keys in Vault: wrapped for their row, signed and rotated over the API of the transit engine, which a server of ours speaks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from nacl.signing import VerifyKey

from cunguan.keys.installation import Keys
from cunguan.keys.providers.base import (
    ED25519,
    KEK,
    ML_DSA_44,
    P256,
    KeyAbsent,
    KeyProvider,
    KeysWrong,
    WrapBroken,
    kek_version,
    rewrapped,
)
from tests.keys.providers.transit import TOKEN, Transit, serving


@pytest.fixture
def engine() -> Transit:
    return Transit()


@pytest.fixture
def token(tmp_path: Path) -> Path:
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    file.chmod(0o600)
    return file


@pytest.fixture
def keys(engine: Transit, tmp_path: Path, token: Path) -> Iterator[KeyProvider]:
    with serving(engine) as url:
        yield Keys(tmp_path, f"vault:{url}?token-source={token}").provider


def test_a_wrapped_key_opens_for_its_own_row_alone(keys: KeyProvider, engine: Transit) -> None:
    wrapped = keys.wrap(b"d" * 32, b"subject:1")
    assert engine.keys["cunguan-kek"]["derived"]
    assert keys.unwrap(wrapped, b"subject:1") == b"d" * 32
    changed = wrapped[:-1] + bytes([wrapped[-1] ^ 1])
    for given, row in ((wrapped, b"subject:2"), (changed, b"subject:1")):
        with pytest.raises(WrapBroken, match=r"subject:.*message authentication failed"):
            keys.unwrap(given, row)


def test_a_rotated_kek_is_rewrapped_by_vault_until_the_older_is_destroyed(keys: KeyProvider, engine: Transit) -> None:
    old = keys.wrap(b"d" * 32, b"row")
    assert (keys.rotate(KEK), keys.versions(KEK)) == (2, [1, 2])
    engine.asked.clear()
    new = rewrapped(keys, old, b"row")
    assert engine.asked == ["GET keys", "POST rewrap"], "the key is not shown on the way"
    assert (kek_version(old), kek_version(new)) == (1, 2)
    assert keys.unwrap(old, b"row") == keys.unwrap(new, b"row") == b"d" * 32
    with pytest.raises(KeysWrong, match="newest"):
        keys.destroy(KEK, 2)
    keys.destroy(KEK, 1)
    assert keys.versions(KEK) == [2]
    with pytest.raises(WrapBroken, match="too old"):
        keys.unwrap(old, b"row")


def test_signatures_verify_outside(keys: KeyProvider) -> None:
    with pytest.raises(KeyAbsent, match="cunguan key rotate log"):
        keys.signing_key("log")
    assert (keys.rotate("log"), keys.rotate("log")) == (1, 2)
    first, second = (keys.signing_key("log", ED25519, version) for version in (1, None))
    assert first.public != second.public
    for key in (first, second):
        VerifyKey(key.public).verify(b"checkpoint", key.sign(b"checkpoint"))
    keys.rotate("log-p256", P256)
    other = keys.signing_key("log-p256", P256)
    public = load_der_public_key(other.public)
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(other.sign(b"checkpoint"), b"checkpoint", ec.ECDSA(hashes.SHA256()))
    with pytest.raises(KeysWrong, match="is ecdsa-p256, not ed25519"):
        keys.signing_key("log-p256")
    with pytest.raises(KeysWrong, match="not by ml-dsa-44"):
        keys.rotate("log-ml-dsa", ML_DSA_44)


def test_a_token_that_was_replaced_is_read_again_and_a_wrong_one_is_not_shown(keys: KeyProvider, token: Path) -> None:
    keys._client.token = "hvs.old"  # type: ignore[attr-defined]
    assert keys.versions(KEK) == []
    token.write_text("hvs.wrong-token")
    keys._client.token = "hvs.old"  # type: ignore[attr-defined]
    with pytest.raises(KeysWrong, match="refuses the token of token-source") as told:
        keys.versions(KEK)
    assert "hvs" not in str(told.value)


def test_silence_is_told(keys: KeyProvider, engine: Transit, tmp_path: Path, token: Path) -> None:
    with serving(engine) as url:
        pass
    with pytest.raises(KeysWrong, match=f"Vault at {url} does not answer"):
        Keys(tmp_path, f"vault:{url}?token-source={token}").provider.versions(KEK)


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("vault:http://vault.example:8200?token-source=/t", "without TLS"), ("vault:https://v", "needs token-source"),
        ("vault:https://v?token=hvs.x", "put it in a file"), ("vault:https://v?token-source=/nowhere", "cannot be read"),
    ],
)  # fmt: skip
def test_what_is_written_wrongly_is_told(tmp_path: Path, where: str, said: str) -> None:
    with pytest.raises(KeysWrong, match=said):
        assert Keys(tmp_path, where).provider
