"""Keys in a module (硬件密钥模块): PKCS #11: keys are made in the module and cannot be taken out of it.

When    CUNGUAN_KEYS is pkcs11:token=NAME?module-path=FILE&pin-source=FILE
Shape   an object's label is cunguan-<name>, its CKA_ID the version in 4 bytes; `kek` is AES-256 and wraps by AES-GCM with a nonce of
        the module's; signing keys are pairs on Ed25519 or P-256. All are sensitive and not extractable
        the nonce, 12 bytes, stands before what was wrapped. One session a process; a lost one is opened again once
Errors  as keys/providers/base.py; the PIN is read from its file and stands in no message
Source  PKCS #11 3.0 (OASIS), CKM_AES_GCM, CKM_EDDSA, CKM_ECDSA; RFC 7512 (how a token is named)
"""

import hashlib
import threading
from collections.abc import Callable
from typing import Any, Final, TypeVar

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cunguan.keys.ciphers import NONCE_BYTES
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
    import pkcs11
    from pkcs11 import Attribute, KeyType, Mechanism, MechanismFlag, ObjectClass
    from pkcs11.util.ec import encode_named_curve_parameters
except ImportError as _missing:
    raise KeysWrong("PKCS #11 is not installed here: install cunguan with its extra hsm") from _missing

_TAG_BITS: Final = 128
#: "edwards25519" as a PrintableString: SoftHSM 2.6.1 takes no other name of the curve
_EDWARDS25519: Final = b"\x13\x0cedwards25519"
_T = TypeVar("_T")


class ModuleKeys:
    """The keys of one token."""

    kind = "pkcs11"

    def __init__(self, module: str, token: str, pin: Callable[[], str]) -> None:
        self._module, self._token, self._pin = module, token, pin
        self._lock = threading.RLock()  # a session is for one thread at a time
        self._session: Any = None
        self._found: dict[tuple[str, int, ObjectClass], Any] = {}

    def wrap(self, key: bytes, associated: bytes) -> bytes:
        """Return a data key wrapped by the newest version of `kek`."""
        version = (self.versions(KEK) or [0])[-1] or self.rotate(KEK)

        def act() -> bytes:
            nonce = bytes(self._opened().generate_random(8 * NONCE_BYTES))
            kek = self._object(KEK, version, ObjectClass.SECRET_KEY)
            return nonce + bytes(kek.encrypt(key, mechanism=Mechanism.AES_GCM, mechanism_param=_gcm(nonce, associated)))

        return joined(version, self._done(act))

    def unwrap(self, wrapped: bytes, associated: bytes) -> bytes:
        """Return a data key."""
        version, sealed = kek_version(wrapped), wrapped[VERSION_BYTES:]
        nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]

        def act() -> bytes:
            kek = self._object(KEK, version, ObjectClass.SECRET_KEY)
            return bytes(kek.decrypt(rest, mechanism=Mechanism.AES_GCM, mechanism_param=_gcm(nonce, associated)))

        try:
            return self._done(act)
        except _BROKEN:
            raise WrapBroken(f"{associated.decode(errors='replace')}: its key cannot be unwrapped") from None

    def rewrap(self, wrapped: bytes, associated: bytes) -> bytes:
        """Return a data key wrapped anew."""
        return self.wrap(self.unwrap(wrapped, associated), associated)

    def versions(self, name: str) -> list[int]:
        """Return the versions of a key."""
        kind = ObjectClass.SECRET_KEY if name == KEK else ObjectClass.PRIVATE_KEY

        def act() -> list[int]:
            wanted = {Attribute.LABEL: _label(name), Attribute.CLASS: kind}
            return sorted(int.from_bytes(one[Attribute.ID], "big") for one in self._opened().get_objects(wanted))

        return self._done(act)

    def rotate(self, name: str, algorithm: str = ED25519) -> int:
        """Make the next version of a key, in the module."""
        version = (self.versions(name) or [0])[-1] + 1
        what = {"id": version.to_bytes(VERSION_BYTES, "big"), "label": _label(name), "store": True}
        make = _kek if name == KEK else _PAIRS.get(algorithm)
        if make is None:
            raise KeysWrong(f"a module of PKCS #11 signs by {', '.join(_PAIRS)} here, not by {algorithm}")
        self._done(lambda: make(self._opened(), what))
        return version

    def destroy(self, name: str, through: int) -> None:
        """Destroy old versions in the module; a backup of the module is not in this program's hands."""
        found = self.versions(name)
        refuse_newest(name, found, through)
        for version in found:
            if version <= through:
                self._done(lambda version=version: self._destroy(name, version))  # type: ignore[misc]

    def signing_key(self, name: str, algorithm: str = ED25519, version: int | None = None) -> RemoteKey:
        """Return a key that signs; a first one is made at the ceremony, never by itself."""
        found = self.versions(name)
        wanted = (found or [0])[-1] if version is None else version
        if wanted not in found:
            raise KeyAbsent(
                f"the token {self._token} has no key {name}: cunguan key rotate {name} makes it (docs/key-ceremony.md)"
            )
        point = self._done(lambda: _point(self._object(name, wanted, ObjectClass.PUBLIC_KEY)))
        if algorithm not in _PAIRS or (len(point) == 32) != (algorithm == ED25519):
            raise KeysWrong(f"the key {name} in the token {self._token} is not of the algorithm {algorithm}")
        public, sign = (point, _eddsa) if algorithm == ED25519 else (_spki(point), _ecdsa)

        def signed(message: bytes) -> bytes:
            return self._done(lambda: sign(self._object(name, wanted, ObjectClass.PRIVATE_KEY), message))

        return RemoteKey(algorithm, public, signed)

    # ── inside ───────────────────────────────────────────────────────────────
    def _done(self, act: Callable[[], _T]) -> _T:
        """Do something in the session; where it was lost, open another and do it once more."""
        with self._lock:
            try:
                return act()
            except _LOST:
                self._session, self._found = None, {}
                return act()

    def _opened(self) -> Any:
        if self._session is None:
            self._session = self._login()
        return self._session

    def _login(self) -> Any:
        try:
            token = pkcs11.lib(self._module).get_token(token_label=self._token)
            try:
                return token.open(user_pin=self._pin(), rw=True)
            except pkcs11.UserAlreadyLoggedIn:  # a login is the process's, whatever session made it
                return token.open(rw=True)
        except pkcs11.NoSuchToken:
            raise KeysWrong(f"the module {self._module} has no token {self._token}: see docs/key-ceremony.md") from None
        except _PIN_WRONG as wrong:
            raise KeysWrong(f"the token {self._token} refuses the PIN of pin-source: {type(wrong).__name__}") from None
        except (RuntimeError, pkcs11.PKCS11Error) as wrong:
            raise KeysWrong(f"the module {self._module} cannot be used: {type(wrong).__name__} {wrong}") from None

    def _object(self, name: str, version: int, kind: ObjectClass) -> Any:
        found = self._found.get((name, version, kind))
        if found is None:
            try:
                found = self._opened().get_key(
                    object_class=kind, label=_label(name), id=version.to_bytes(VERSION_BYTES, "big")
                )
            except pkcs11.NoSuchKey:
                raise KeyAbsent(
                    f"the token {self._token} has no version {version} of {name}: see docs/runbooks/key-lost.md"
                ) from None
            self._found[name, version, kind] = found
        return found

    def _destroy(self, name: str, version: int) -> None:
        wanted = {Attribute.LABEL: _label(name), Attribute.ID: version.to_bytes(VERSION_BYTES, "big")}
        for one in list(self._opened().get_objects(wanted)):
            one.destroy()
        self._found.clear()


def module_keys(address: str) -> ModuleKeys:
    """Return the keys of the token an address names."""
    path, _, query = address.partition("?")
    found = settings(query, ("module-path", "pin-source"))
    token = dict(part.partition("=")[::2] for part in path.split(";")).get("token", "")
    if not token or len(found) < 2:
        raise KeysWrong("write CUNGUAN_KEYS as pkcs11:token=NAME?module-path=FILE&pin-source=FILE")
    return ModuleKeys(found["module-path"], token, lambda: secret_of(found["pin-source"], "the token's PIN"))


def _label(name: str) -> str:
    return f"cunguan-{name}"


def _gcm(nonce: bytes, associated: bytes) -> Any:
    return pkcs11.GCMParams(nonce, associated, _TAG_BITS)


_HIDDEN: Final = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
_SIGNS: Final = MechanismFlag.SIGN | MechanismFlag.VERIFY


def _kek(session: Any, what: dict[str, Any]) -> None:
    does = MechanismFlag.ENCRYPT | MechanismFlag.DECRYPT
    session.generate_key(KeyType.AES, 256, **what, capabilities=does, template=_HIDDEN)


def _ed25519_pair(session: Any, what: dict[str, Any]) -> None:
    curve = session.create_domain_parameters(KeyType.EC_EDWARDS, {Attribute.EC_PARAMS: _EDWARDS25519}, local=True)
    curve.generate_keypair(
        mechanism=Mechanism.EC_EDWARDS_KEY_PAIR_GEN, **what, capabilities=_SIGNS, private_template=_HIDDEN
    )


def _p256_pair(session: Any, what: dict[str, Any]) -> None:
    curve = session.create_domain_parameters(
        KeyType.EC, {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}, local=True
    )
    curve.generate_keypair(**what, capabilities=_SIGNS, private_template=_HIDDEN)


_PAIRS: Final[dict[str, Callable[[Any, dict[str, Any]], None]]] = {ED25519: _ed25519_pair, P256: _p256_pair}


def _eddsa(private: Any, message: bytes) -> bytes:
    return bytes(private.sign(message, mechanism=Mechanism.EDDSA))


def _ecdsa(private: Any, message: bytes) -> bytes:
    raw = bytes(private.sign(hashlib.sha256(message).digest(), mechanism=Mechanism.ECDSA))
    return encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))


def _point(public: Any) -> bytes:
    """Return the point of a public key without the OCTET STRING around it: 2 bytes, for points are shorter than 128."""
    return bytes(public[Attribute.EC_POINT])[2:]


def _spki(point: bytes) -> bytes:
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


_LOST: Final = (
    pkcs11.SessionHandleInvalid, pkcs11.SessionClosed, pkcs11.UserNotLoggedIn, pkcs11.DeviceRemoved, pkcs11.DeviceError,
    pkcs11.TokenNotPresent, pkcs11.ObjectHandleInvalid, pkcs11.KeyHandleInvalid,
)  # fmt: skip
_PIN_WRONG: Final = (pkcs11.PinIncorrect, pkcs11.PinLocked, pkcs11.PinInvalid, pkcs11.PinLenRange, pkcs11.PinExpired)
_BROKEN: Final = (
    pkcs11.EncryptedDataInvalid, pkcs11.EncryptedDataLenRange, pkcs11.GeneralError, pkcs11.MechanismParamInvalid,
    pkcs11.DataInvalid, pkcs11.DataLenRange,
)  # fmt: skip
