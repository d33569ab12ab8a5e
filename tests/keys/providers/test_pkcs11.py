"""Keys in a module: SoftHSM makes, wraps and signs as a hardware module would; what it does not protect, no test shows."""

import subprocess
import sys
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
from tests.keys.providers.softhsm import PIN, TOKEN, token, token_folder

__all__ = ["token", "token_folder"]  # fixtures


@pytest.fixture
def keys(tmp_path: Path, token: str) -> KeyProvider:
    from cunguan.keys.providers.pkcs11 import module_keys

    return module_keys(token.removeprefix("pkcs11:"))


def test_a_wrapped_key_opens_for_its_own_row_alone(keys: KeyProvider) -> None:
    wrapped = keys.wrap(b"d" * 32, b"subject:1")
    assert keys.wrap(b"d" * 32, b"subject:1") != wrapped, "each has a nonce of its own"
    assert keys.unwrap(wrapped, b"subject:1") == b"d" * 32
    changed = wrapped[:-1] + bytes([wrapped[-1] ^ 1])
    for given, row in ((wrapped, b"subject:2"), (changed, b"subject:1"), (wrapped[:20], b"subject:1")):
        with pytest.raises(WrapBroken, match="subject:"):
            keys.unwrap(given, row)
    assert keys.unwrap(wrapped, b"subject:1") == b"d" * 32


def test_a_rotated_kek_still_opens_what_the_older_wrapped_until_it_is_destroyed(keys: KeyProvider) -> None:
    old = keys.wrap(b"d" * 32, b"row")
    assert keys.rotate(KEK) == 2
    assert keys.versions(KEK) == [1, 2]
    new = rewrapped(keys, old, b"row")
    assert (kek_version(old), kek_version(new)) == (1, 2)
    assert keys.unwrap(old, b"row") == keys.unwrap(new, b"row") == b"d" * 32
    with pytest.raises(KeysWrong, match="newest"):
        keys.destroy(KEK, 2)
    keys.destroy(KEK, 1)
    assert keys.versions(KEK) == [2]
    with pytest.raises(KeyAbsent, match="no version 1 of kek"):
        keys.unwrap(old, b"row")


def test_ed25519_signs_inside_and_verifies_outside(keys: KeyProvider) -> None:
    with pytest.raises(KeyAbsent, match="cunguan key rotate log"):
        keys.signing_key("log")
    assert keys.rotate("log") == 1
    key = keys.signing_key("log")
    VerifyKey(key.public).verify(b"checkpoint", key.sign(b"checkpoint"))
    assert keys.rotate("log") == 2
    assert keys.signing_key("log").public != key.public == keys.signing_key("log", ED25519, 1).public


def test_p256_signs_inside_and_verifies_outside(keys: KeyProvider) -> None:
    keys.rotate("log-p256", P256)
    key = keys.signing_key("log-p256", P256)
    public = load_der_public_key(key.public)
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(key.sign(b"checkpoint"), b"checkpoint", ec.ECDSA(hashes.SHA256()))
    with pytest.raises(KeysWrong, match="not of the algorithm ed25519"):
        keys.signing_key("log-p256")
    with pytest.raises(KeysWrong, match="not by ml-dsa-44"):
        keys.rotate("log-ml-dsa", ML_DSA_44)


def test_no_key_can_be_taken_out(keys: KeyProvider) -> None:
    import pkcs11
    from pkcs11 import Attribute, ObjectClass

    keys.rotate(KEK), keys.rotate("log")
    session = keys._opened()  # type: ignore[attr-defined]
    wanted = [{Attribute.CLASS: kind} for kind in (ObjectClass.SECRET_KEY, ObjectClass.PRIVATE_KEY)]
    kept = [one for kind in wanted for one in session.get_objects(kind)]
    assert len(kept) == 2
    for one in kept:
        assert (one[Attribute.SENSITIVE], one[Attribute.EXTRACTABLE]) == (True, False)
        with pytest.raises(pkcs11.AttributeSensitive):
            assert one[Attribute.VALUE]


def test_a_session_that_was_lost_is_opened_again(keys: KeyProvider) -> None:
    wrapped = keys.wrap(b"d" * 32, b"row")
    keys._session.close()  # type: ignore[attr-defined]
    assert keys.unwrap(wrapped, b"row") == b"d" * 32


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("pin-source=", "pin-source=/nowhere"), "cannot be read"), ((TOKEN, "other"), "has no token other"),
        ((".so", ".dll"), "cannot be used"), (("&pin-source", "&pin-value"), "put it in a file"),
        (("&pin-source", "&pim-source"), "knows no pim-source"), (("?module-path", "?"), "knows no"),
    ],
)  # fmt: skip
def test_what_is_written_wrongly_is_told(token: str, tmp_path: Path, change: tuple[str, str], said: str) -> None:
    with pytest.raises(KeysWrong, match=said):
        Keys(tmp_path, token.replace(*change)).provider.versions(KEK)


def test_a_wrong_pin_is_told_without_the_pin(token: str, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("11112222")
    wrong.chmod(0o600)
    program = (
        "import sys; from cunguan.keys.providers.pkcs11 import module_keys; module_keys(sys.argv[1]).versions('kek')"
    )
    where = f"{token.removeprefix('pkcs11:').rpartition('=')[0]}={wrong}"
    told = subprocess.run([sys.executable, "-c", program, where], capture_output=True, text=True)  # not logged in yet
    assert "refuses the PIN of pin-source: PinIncorrect" in told.stderr
    assert "11112222" not in told.stderr and PIN not in told.stderr
