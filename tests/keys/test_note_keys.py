"""Note keys: a line of every type holds for its own text and key alone; who knows one line only passes the others over."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cunguan.keys import log_key
from cunguan.keys.note_keys import SM2_SM3, ProviderSigner, Signer, check, tree_message
from cunguan.keys.providers import base
from cunguan.keys.providers.base import KeysWrong
from cunguan.keys.software import new_secret, software_key
from cunguan.transparency.checkpoint import Checkpoint
from cunguan.transparency.note import COSIGNATURE, ECDSA_P256, ED25519, ML_DSA_44, OTHER, Key, Note, parse, require

ORIGIN = "cunguan.invalid/log/1"
TEXT = Checkpoint(ORIGIN, 70_000, bytes(range(32))).text()
TYPES = {
    "ed25519": (ED25519, base.ED25519), "p256": (ECDSA_P256, base.P256), "cosignature": (COSIGNATURE, base.ED25519),
    "ml-dsa": (ML_DSA_44, base.ML_DSA_44), "sm2": (OTHER, base.SM2),
}  # fmt: skip


def signer(name: str, origin: str = ORIGIN) -> Signer:
    kind, algorithm = TYPES[name]
    return ProviderSigner(origin, kind, software_key(algorithm, new_secret(algorithm)))


SIGNERS = {name: signer(name) for name in TYPES}
SIGNED = {name: one.sign(TEXT) for name, one in SIGNERS.items()}


@pytest.mark.parametrize("name", TYPES)
def test_a_line_holds_for_its_own_text_and_key_alone(name: str) -> None:
    key, blob = SIGNERS[name].key, SIGNED[name].blob
    assert check(key, TEXT, blob)
    assert not check(key, TEXT.replace("70000", "70001"), blob)
    assert not check(signer(name).key, TEXT, blob)
    other = "p256" if name == "ed25519" else "ed25519"
    assert not check(key, TEXT, SIGNED[other].blob)
    assert not check(Key(ORIGIN, 0x7F, key.public), TEXT, blob)
    assert Key.parse(key.text()) == key


@pytest.mark.parametrize("name", TYPES)
@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
@settings(max_examples=12, deadline=None)
def test_any_changed_bit_is_refused(name: str, place: int, bit: int) -> None:
    blob = bytearray(SIGNED[name].blob)
    blob[place % len(blob)] ^= 1 << bit
    assert not check(SIGNERS[name].key, TEXT, bytes(blob))


@pytest.mark.parametrize("name", TYPES)
@pytest.mark.parametrize("blob", [b"", b"\0", bytes(8), bytes(64), bytes(72), bytes(2428)])
def test_what_is_no_signature_does_not_hold(name: str, blob: bytes) -> None:
    assert not check(SIGNERS[name].key, TEXT, blob)


def test_a_note_with_all_lines_is_verified_by_who_knows_any_one() -> None:
    note = parse(Note(TEXT, tuple(SIGNED.values())).write())
    for name, one in SIGNERS.items():
        assert require(note, one.key, check) == SIGNED[name]


def test_the_name_of_the_log_is_bound_by_the_line_of_ml_dsa() -> None:
    signing = software_key(base.ML_DSA_44, b"s" * 32)
    blob = ProviderSigner("one.example", ML_DSA_44, signing).sign(TEXT).blob
    assert check(Key("one.example", ML_DSA_44, signing.public), TEXT, blob)
    assert not check(Key("two.example", ML_DSA_44, signing.public), TEXT, blob)
    assert not check(Key("one.example", ML_DSA_44, signing.public), "no checkpoint\n", blob)


def test_what_ml_dsa_signs_stands_byte_for_byte() -> None:
    """The struct cosigned_message of C2SP tlog-cosignature, written out by hand."""
    made = tree_message("w.example", "log.example\n5\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n", 258)
    assert made.hex() == (
        "737562747265652f76310a00" + "09" + b"w.example".hex() + "0000000000000102" + "0b" + b"log.example".hex()
        + "0000000000000000" + "0000000000000005" + "01" * 32
    )  # fmt: skip


def test_a_key_of_sm2_says_that_it_is_one() -> None:
    key = SIGNERS["sm2"].key
    assert key.public.startswith(SM2_SM3) and len(key.public) == len(SM2_SM3) + 64
    assert not check(Key(ORIGIN, OTHER, key.public.removeprefix(SM2_SM3)), TEXT, SIGNED["sm2"].blob)


@pytest.mark.parametrize(
    ("environ", "types"),
    [
        ({}, [ED25519]),
        ({"CUNGUAN_LOG_ML_DSA": "1", "CUNGUAN_LOG_P256": "1"}, [ED25519, ECDSA_P256, ML_DSA_44]),
        ({"CUNGUAN_CRYPTO": "dual"}, [ED25519, OTHER]),
        ({"CUNGUAN_CRYPTO": "gm", "CUNGUAN_LOG_ML_DSA": "0"}, [ED25519, OTHER]),
    ],
)
def test_a_log_is_signed_by_what_is_asked_for(tmp_path: Path, environ: dict[str, str], types: list[int]) -> None:
    signers = log_key.log_signers(tmp_path, ORIGIN, environ)
    assert [one.key.algorithm for one in signers] == types
    assert all(check(one.key, TEXT, one.sign(TEXT).blob) for one in signers)
    again = log_key.log_signers(tmp_path, ORIGIN, environ)
    assert [one.key for one in again] == [one.key for one in signers]


def test_while_a_rotation_lasts_both_keys_sign_the_newer_first(tmp_path: Path) -> None:
    from cunguan.keys.providers.file import FileKeys

    (old,) = log_key.log_signers(tmp_path, ORIGIN, {})
    FileKeys(tmp_path).rotate("log")
    new, kept = log_key.log_signers(tmp_path, ORIGIN, {})
    assert kept.key == old.key != new.key


def test_a_module_is_not_asked_for_what_it_cannot_sign(tmp_path: Path) -> None:
    from tests.keys.providers.transit import TOKEN, Transit, serving

    token = tmp_path / "token"
    token.write_text(TOKEN)
    token.chmod(0o600)
    with serving(Transit()) as url:
        environ = {"CUNGUAN_KEYS": f"vault:{url}?token-source={token}", "CUNGUAN_LOG_ML_DSA": "1"}
        with pytest.raises(KeysWrong, match="has no key cunguan-log"):
            log_key.log_signers(tmp_path, ORIGIN, environ)
        from cunguan.keys.installation import Keys

        Keys.read(tmp_path, environ).provider.rotate("log")
        with pytest.raises(KeysWrong, match="CUNGUAN_LOG_SOFTWARE_KEYS=1"):
            log_key.log_signers(tmp_path, ORIGIN, environ)
        signers = log_key.log_signers(tmp_path, ORIGIN, {**environ, "CUNGUAN_LOG_SOFTWARE_KEYS": "1"})
    assert [one.key.algorithm for one in signers] == [ED25519, ML_DSA_44]
