"""Names of keys (密钥名录): which keys an installation has, by what each signs, and where one lies that a module cannot hold.

Shape   kek, sealing · custodian, log: Ed25519 · log-p256, log-ml-dsa, log-sm2: further lines of the log, where they are asked for
Errors  KeysWrong: there is no such key
Source  keys/log_key.py, keys/custodian.py; docs/keys.md
"""

from typing import Final

from cunguan.keys import custodian, log_key
from cunguan.keys.installation import Keys
from cunguan.keys.providers.base import ED25519, KEK, ML_DSA_44, P256, SM2, KeyProvider, KeysWrong
from cunguan.keys.providers.file import file_keys

SEALING: Final = "sealing"
SIGNING: Final = {
    custodian.NAME: ED25519, log_key.NAME: ED25519, log_key.P256_NAME: P256, log_key.ML_DSA_NAME: ML_DSA_44, log_key.SM2_NAME: SM2,
}  # fmt: skip
NAMES: Final = (KEK, SEALING, *SIGNING)


def refuse_unknown(name: str) -> None:
    """Refuse a name that no key has here."""
    if name not in NAMES:
        raise KeysWrong(f"there is no key {name}: write one of {', '.join(NAMES)}")


def provider_of(keys: Keys, name: str) -> KeyProvider:
    """Return where a key lies: modules and Vault hold neither ML-DSA-44 nor SM2."""
    is_software = SIGNING.get(name) in (ML_DSA_44, SM2)
    return file_keys(keys.home) if is_software else keys.provider
