"""Keys in Vault (Vault 密钥引擎): the transit engine wraps and signs; keys do not leave the server.

When    CUNGUAN_KEYS is vault:https://HOST:PORT?token-source=FILE[&mount=transit&prefix=cunguan-&ca-source=FILE&namespace=NAME]
Shape   a key's name in Vault is <prefix><name>. `kek` is aes256-gcm96 and derived: its context, which every call must give, says
        whose data key it is; signing keys are ed25519 or ecdsa-p256. Versions are Vault's own
        wrapped: the version, then the bytes of Vault's text vault:vN:<base64>
Errors  as keys/providers/base.py; the token is read from its file when the provider is opened, and again when Vault refuses it
Units   an answer is waited for 10 seconds
Source  Vault's HTTP API, transit secrets engine; hvac. Tested against a server of ours that speaks this API, not against Vault
"""

import base64
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from cunguan.keys.installation import secret_of, settings
from cunguan.keys.providers.base import (
    ED25519,
    KEK,
    P256,
    VERSION_BYTES,
    KeyAbsent,
    KeysWrong,
    RemoteKey,
    WrapBroken,
    joined,
    kek_version,
    refuse_newest,
)

try:
    import hvac  # type: ignore[import-untyped]
    from hvac import exceptions
    from requests import RequestException
except ImportError as _missing:
    raise KeysWrong("Vault is not installed here: install cunguan with its extra vault") from _missing

TIMEOUT_SECONDS: Final = 10
_TYPES: Final = {ED25519: "ed25519", P256: "ecdsa-p256"}
_HOSTS_OF_THIS_MACHINE: Final = ("127.0.0.1", "localhost", "::1")


class VaultKeys:
    """The keys of one mount of Vault's transit engine."""

    kind = "vault"

    def __init__(
        self, url: str, token: Callable[[], str], mount: str = "transit", prefix: str = "cunguan-",
        ca: str | None = None, namespace: str | None = None,
    ) -> None:  # fmt: skip
        self._url, self._token, self._mount, self._prefix = url, token, mount, prefix
        self._client = hvac.Client(url, token(), verify=ca or True, timeout=TIMEOUT_SECONDS, namespace=namespace)

    def wrap(self, key: bytes, associated: bytes) -> bytes:
        """Return a data key wrapped by the newest version of `kek`."""
        try:
            told = self._encrypted(key, associated)
        except KeyAbsent:
            self.rotate(KEK)
            told = self._encrypted(key, associated)
        return _bytes_of(told["ciphertext"])

    def unwrap(self, wrapped: bytes, associated: bytes) -> bytes:
        """Return a data key."""
        told = self._opening("decrypt_data", wrapped, associated)
        return base64.b64decode(told["plaintext"])

    def rewrap(self, wrapped: bytes, associated: bytes) -> bytes:
        """Return a data key wrapped anew, which Vault does without showing it."""
        return _bytes_of(self._opening("rewrap_data", wrapped, associated)["ciphertext"])

    def versions(self, name: str) -> list[int]:
        """Return the versions of a key."""
        try:
            return sorted(map(int, self._read(name)["keys"]))
        except KeyAbsent:
            return []

    def rotate(self, name: str, algorithm: str = ED25519) -> int:
        """Make the next version of a key."""
        if self.versions(name):
            self._asked("rotate_key", name)
        elif name == KEK:
            self._asked("create_key", name, key_type="aes256-gcm96", derived=True)
        elif algorithm in _TYPES:
            self._asked("create_key", name, key_type=_TYPES[algorithm])
        else:
            raise KeysWrong(f"Vault signs by {', '.join(_TYPES)} here, not by {algorithm}")
        return self.versions(name)[-1]

    def destroy(self, name: str, through: int) -> None:
        """Have Vault forget old versions: it is told that none is used any more, then trims them."""
        found = self.versions(name)
        refuse_newest(name, found, through)
        if found and through >= found[0]:
            least = through + 1
            self._asked("update_key_configuration", name, min_decryption_version=least)
            self._asked("update_key_configuration", name, min_encryption_version=least)  # hvac takes not both in one
            self._asked("trim_key", name, min_version=least)

    def signing_key(self, name: str, algorithm: str = ED25519, version: int | None = None) -> RemoteKey:
        """Return a key that signs; a first one is made at the ceremony, never by itself."""
        told = self._read(name)
        wanted = max(map(int, told["keys"])) if version is None else version
        if str(wanted) not in told["keys"]:
            raise KeyAbsent(f"Vault has no version {wanted} of {self._prefix}{name}: see docs/runbooks/key-lost.md")
        if told["type"] != _TYPES.get(algorithm):
            raise KeysWrong(f"the key {self._prefix}{name} in Vault is {told['type']}, not {algorithm}")
        public = _public(algorithm, told["keys"][str(wanted)]["public_key"])
        how = {"hash_algorithm": "sha2-256", "marshaling_algorithm": "asn1"} if algorithm == P256 else {}

        def sign(message: bytes) -> bytes:
            given = base64.b64encode(message).decode()
            answer = self._asked("sign_data", name, hash_input=given, key_version=wanted, **how)
            return base64.b64decode(answer["signature"].rpartition(":")[2])

        return RemoteKey(algorithm, public, sign)

    # ── inside ───────────────────────────────────────────────────────────────
    def _encrypted(self, key: bytes, associated: bytes) -> Any:
        given = {"plaintext": base64.b64encode(key).decode(), "context": base64.b64encode(associated).decode()}
        if not self.versions(KEK):  # Vault would make a key of its own by itself, and not as it should be
            raise KeyAbsent("there is no kek yet")
        return self._asked("encrypt_data", KEK, **given)

    def _opening(self, act: str, wrapped: bytes, associated: bytes) -> Any:
        version, context = kek_version(wrapped), base64.b64encode(associated).decode()
        text = f"vault:v{version}:{base64.b64encode(wrapped[VERSION_BYTES:]).decode()}"
        try:
            return self._asked(act, KEK, ciphertext=text, context=context)
        except _Refused as refused:
            raise WrapBroken(f"{associated.decode(errors='replace')}: its key cannot be unwrapped: {refused}") from None

    def _read(self, name: str) -> Any:
        return self._asked("read_key", name)

    def _asked(self, act: str, name: str, **given: Any) -> Any:
        """Return the data of Vault's answer."""
        try:
            try:
                answer = self._call(act, name, given)
            except exceptions.Forbidden:  # the token may have been replaced since it was read
                self._client.token = self._token()
                answer = self._call(act, name, given)
        except exceptions.InvalidPath:
            raise KeyAbsent(f"Vault has no key {self._prefix}{name}: cunguan key rotate {name} makes it") from None
        except exceptions.InvalidRequest as wrong:
            raise _Refused("; ".join(map(str, wrong.errors or [])) or str(wrong)) from None
        except exceptions.Forbidden:
            raise KeysWrong(
                f"Vault at {self._url} refuses the token of token-source for {act} of {self._prefix}{name}"
            ) from None
        except (exceptions.VaultError, RequestException) as wrong:
            raise KeysWrong(f"Vault at {self._url} does not answer: {type(wrong).__name__}") from None
        return answer["data"] if isinstance(answer, dict) else None

    def _call(self, act: str, name: str, given: dict[str, Any]) -> Any:
        call = getattr(self._client.secrets.transit, act)
        return call(name=self._prefix + name, mount_point=self._mount, **given)


class _Refused(KeysWrong):
    """Vault takes the request for a wrong one."""


def vault_keys(address: str) -> VaultKeys:
    """Return the keys of the Vault an address names; without TLS only on this machine."""
    url, _, query = address.partition("?")
    found = settings(query, ("token-source", "mount", "prefix", "ca-source", "namespace"))
    place = urlsplit(url)
    if place.scheme != "https" and (place.scheme != "http" or place.hostname not in _HOSTS_OF_THIS_MACHINE):
        raise KeysWrong(
            "write CUNGUAN_KEYS as vault:https://HOST:PORT?token-source=FILE: keys do not travel without TLS"
        )
    if "token-source" not in found:
        raise KeysWrong("CUNGUAN_KEYS=vault: needs token-source, the file of Vault's token")
    return VaultKeys(
        url, lambda: secret_of(found["token-source"], "Vault's token"), found.get("mount", "transit"),
        found.get("prefix", "cunguan-"), found.get("ca-source"), found.get("namespace"),
    )  # fmt: skip


def _bytes_of(text: str) -> bytes:
    """Return Vault's text vault:vN:<base64> as wrapped bytes."""
    _, version, coded = text.split(":", 2)
    return joined(int(version[1:]), base64.b64decode(coded))


def _public(algorithm: str, told: str) -> bytes:
    if algorithm == ED25519:
        return base64.b64decode(told)
    return load_pem_public_key(told.encode()).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
