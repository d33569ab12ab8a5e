"""Log's signing keys (留痕签名密钥): what checkpoints are signed with; the first is Ed25519, as every verifier knows it.

When    the sequencer starts; `cunguan log key` shows the public halves
Shape   the provider's key `log`, all its versions, the newest first: while a rotation lasts both sign. Then, as asked for:
        CUNGUAN_LOG_P256=1 a line by ECDSA (key log-p256), CUNGUAN_LOG_ML_DSA=1 a line by ML-DSA-44 (key log-ml-dsa),
        CUNGUAN_CRYPTO=gm or dual a line by SM2 with SM3 (key log-sm2). Modules and Vault have Ed25519 and P-256; a key of the other
        two algorithms lies in a file of the home where CUNGUAN_LOG_SOFTWARE_KEYS=1 allows it
Errors  KeysWrong: a provider cannot sign by what is asked for · PermissionError: others can read the file
Source  C2SP signed-note; RFC 8032; docs/keys.md
"""

from collections.abc import Mapping
from pathlib import Path

from cunguan.keys.installation import Keys
from cunguan.keys.note_keys import ProviderSigner, Signer
from cunguan.keys.providers import base
from cunguan.keys.providers.base import KeyProvider, KeysWrong
from cunguan.keys.providers.file import file_keys
from cunguan.transparency.note import ECDSA_P256, ED25519, ML_DSA_44, OTHER

NAME, P256_NAME, ML_DSA_NAME, SM2_NAME = "log", "log-p256", "log-ml-dsa", "log-sm2"


def log_signers(home: Path, origin: str, environ: Mapping[str, str]) -> list[Signer]:
    """Return who signs the checkpoints of a log, the Ed25519 key first."""
    keys = Keys.read(home, environ)
    found = keys.provider
    signers: list[Signer] = [_signer(found, origin, version) for version in reversed(found.versions(NAME) or [1])]
    if environ.get("CUNGUAN_LOG_P256") == "1":
        signers.append(ProviderSigner(origin, ECDSA_P256, found.signing_key(P256_NAME, base.P256)))
    if environ.get("CUNGUAN_LOG_ML_DSA") == "1":
        software = _software(keys, environ, "CUNGUAN_LOG_ML_DSA=1", "ML-DSA-44")
        signers.append(ProviderSigner(origin, ML_DSA_44, software.signing_key(ML_DSA_NAME, base.ML_DSA_44)))
    if keys.profile.sm2:
        software = _software(keys, environ, f"CUNGUAN_CRYPTO={keys.crypto}", "SM2")
        signers.append(ProviderSigner(origin, OTHER, software.signing_key(SM2_NAME, base.SM2)))
    return signers


def _signer(provider: KeyProvider, origin: str, version: int) -> Signer:
    return ProviderSigner(origin, ED25519, provider.signing_key(NAME, base.ED25519, version))


def _software(keys: Keys, environ: Mapping[str, str], asked: str, algorithm: str) -> KeyProvider:
    """Return where a key lies that neither modules nor Vault can hold."""
    if keys.kind != "file" and environ.get("CUNGUAN_LOG_SOFTWARE_KEYS") != "1":
        raise KeysWrong(
            f"{asked} asks for a line by {algorithm}, which {keys.kind} does not sign here: set CUNGUAN_LOG_SOFTWARE_KEYS=1 "
            "to keep that one key in a file of the home (the Ed25519 line stays the log's own), or take the line away"
        )
    return file_keys(keys.home)
