"""Keys of an installation (本机密钥配置): where its keys lie and by which profile it encrypts, as its configuration says.

When    config/wiring.py makes it once; doors hand it to whoever wraps, seals or signs
Shape   home; where: file: (as it is without CUNGUAN_KEYS) · pkcs11:token=NAME?module-path=FILE&pin-source=FILE (RFC 7512)
        vault:https://HOST:PORT?token-source=FILE&mount=transit&prefix=cunguan-&ca-source=FILE&namespace=NAME
        crypto: intl, dual, gm (keys/ciphers.py). A plain value: it reaches a worker that was spawned; the provider is opened when
        it is first used, once a process
Errors  KeysWrong: it is written wrongly, a file is missing, or the extra that brings the library is
Source  docs/keys.md; ADR 0043
"""

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qsl

import msgspec

from cunguan.keys.ciphers import Profile, profile
from cunguan.keys.providers.base import KeyProvider, KeysWrong

KINDS = ("file", "pkcs11", "vault")


class Keys(msgspec.Struct, frozen=True):
    """How this installation has its keys."""

    home: Path
    where: str = "file:"
    crypto: str = "intl"

    @classmethod
    def read(cls, home: Path, environ: Mapping[str, str]) -> "Keys":
        """Read CUNGUAN_KEYS and CUNGUAN_CRYPTO."""
        return cls(home, environ.get("CUNGUAN_KEYS") or "file:", environ.get("CUNGUAN_CRYPTO") or "intl")

    @property
    def kind(self) -> str:
        """Which provider it is, without opening it."""
        kind = self.where.partition(":")[0]
        if kind not in KINDS or ":" not in self.where:
            raise KeysWrong(
                f"CUNGUAN_KEYS begins with one of {', '.join(f'{one}:' for one in KINDS)}: see docs/keys.md"
            )
        return kind

    @property
    def provider(self) -> KeyProvider:
        """The provider, opened once a process."""
        return _opened(self.home, self.where, os.getpid())

    @property
    def profile(self) -> Profile:
        """What new ciphertexts and hashes are made by."""
        return profile(self.crypto)

    def complaint(self) -> str | None:
        """Return why production cannot start with these keys; None where it can."""
        if self.kind == "file":
            return (
                "CUNGUAN_KEYS=file: keeps the keys in clear beside what they protect; production refuses it: "
                "name a module (pkcs11:...) or Vault (vault:https://...), see docs/keys.md"
            )
        return None


@lru_cache(maxsize=16)
def _opened(home: Path, where: str, pid: int) -> KeyProvider:
    kind = where.partition(":")[0]
    if kind == "file":
        from cunguan.keys.providers.file import file_keys

        return file_keys(home)
    if kind == "pkcs11":
        from cunguan.keys.providers.pkcs11 import module_keys

        return module_keys(where.partition(":")[2])
    if kind == "vault":
        from cunguan.keys.providers.vault import vault_keys

        return vault_keys(where.partition(":")[2])
    raise KeysWrong(f"CUNGUAN_KEYS begins with one of {', '.join(f'{one}:' for one in KINDS)}: see docs/keys.md")


def settings(text: str, known: tuple[str, ...]) -> dict[str, str]:
    """Return the settings of a provider's address; KeysWrong names one that is not known."""
    found = dict(parse_qsl(text, keep_blank_values=True))
    for name in found:
        if name in ("pin-value", "token"):
            raise KeysWrong(
                f"{name} would show a secret to whoever reads the environment: put it in a file, see docs/keys.md"
            )
        if name not in known:
            raise KeysWrong(f"CUNGUAN_KEYS knows no {name}: write {', '.join(known)}")
    return found


def secret_of(path: str, what: str) -> str:
    """Return the secret a file holds, without its line end; KeysWrong says which file is missing or open to others."""
    place = Path(path.removeprefix("file:"))
    try:
        if place.stat().st_mode & 0o077:
            raise KeysWrong(f"{place} ({what}) can be read by others: chmod 600 it")
        return place.read_text("utf-8").rstrip("\r\n")
    except OSError as wrong:
        raise KeysWrong(f"{place} ({what}) cannot be read: {wrong.strerror}") from None
