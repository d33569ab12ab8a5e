"""Certificates (证书): a small authority for planes and their callers, and what it signs; Ed25519 throughout.

When    `cunguan tls`, where the custodian has no authority of its own; its own files serve as well
Shape   Pair: certificate and key in PEM. A leaf names the hosts it may be reached by; a plane is server and client
        The bytes are DER, written here; that they are what they should be is OpenSSL's verdict at each handshake
Source  RFC 5280 (certificates), RFC 8410 (Ed25519 in them), X.690 (DER); ADR 0018
"""

import base64
import hashlib
import ipaddress
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from nacl.signing import SigningKey

AUTHORITY_DAYS, LEAF_DAYS = 3_650, 397

#: object identifiers
ED25519 = "1.3.101.112"
COMMON_NAME = "2.5.4.3"
BASIC, USAGE, EXTENDED, NAMES, OWN_KEY, ISSUERS_KEY = (
    "2.5.29.19", "2.5.29.15", "2.5.29.37", "2.5.29.17", "2.5.29.14", "2.5.29.35",
)  # fmt: skip
SERVER, CLIENT = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"

#: a clock of another host may be a little behind
BACKDATED = timedelta(minutes=5)


class Pair(msgspec.Struct, frozen=True):
    """A certificate and its key, in PEM."""

    cert: bytes
    key: bytes


def authority(name: str, now: datetime, days: int = AUTHORITY_DAYS) -> Pair:
    """Return a new authority."""
    key = SigningKey(os.urandom(32))
    own = bytes(key.verify_key)
    extensions = [
        _extension(BASIC, _sequence(_tlv(0x01, b"\xff"), _integer(0)), critical=True),
        _extension(USAGE, _tlv(0x03, b"\x01\x06"), critical=True),  # it signs certificates and lists of the revoked
        _extension(OWN_KEY, _tlv(0x04, _key_id(own))),
    ]
    return Pair(_signed(name, name, own, key, now, timedelta(days=days), extensions), _private(key))


def issue(by: Pair, issuer: str, name: str, hosts: Sequence[str], now: datetime, days: float = LEAF_DAYS, *,
          uses: Sequence[str] = (SERVER, CLIENT)) -> Pair:  # fmt: skip
    """Return a certificate for one process; `hosts`: names and addresses it may be reached by."""
    signer, key = SigningKey(_seed(by.key)), SigningKey(os.urandom(32))
    own = bytes(key.verify_key)
    extensions = [
        _extension(BASIC, _sequence(), critical=True),
        _extension(USAGE, _tlv(0x03, b"\x07\x80"), critical=True),  # it signs handshakes
        _extension(EXTENDED, _sequence(*(_oid(use) for use in uses))),
        _extension(ISSUERS_KEY, _sequence(_tlv(0x80, _key_id(bytes(signer.verify_key))))),
        *([_extension(NAMES, _sequence(*(_host(host) for host in hosts)))] if hosts else []),
    ]
    return Pair(_signed(name, issuer, own, signer, now, timedelta(days=days), extensions), _private(key))


def common_name(cert: bytes) -> str:
    """Return the name of one of our authorities; it is the first text in it."""
    der = _unpem(cert)
    begin = der.index(_oid(COMMON_NAME)) + len(_oid(COMMON_NAME))
    return der[begin + 2 : begin + 2 + der[begin + 1]].decode()


def _signed(
    name: str,
    issuer: str,
    public: bytes,
    signer: SigningKey,
    now: datetime,
    lasts: timedelta,
    extensions: Sequence[bytes],
) -> bytes:
    algorithm = _sequence(_oid(ED25519))
    serial = int.from_bytes(os.urandom(16), "big") >> 1 | 1
    said = _sequence(
        _tlv(0xA0, _integer(2)), _integer(serial), algorithm, _name(issuer),
        _sequence(_time(now - BACKDATED), _time(now + lasts)), _name(name),
        _sequence(algorithm, _tlv(0x03, b"\x00" + public)), _tlv(0xA3, _sequence(*extensions)),
    )  # fmt: skip
    return _pem("CERTIFICATE", _sequence(said, algorithm, _tlv(0x03, b"\x00" + signer.sign(said).signature)))


def _private(key: SigningKey) -> bytes:
    return _pem("PRIVATE KEY", _sequence(_integer(0), _sequence(_oid(ED25519)), _tlv(0x04, _tlv(0x04, bytes(key)))))


def _seed(key: bytes) -> bytes:
    der = _unpem(key)
    assert len(der) == 48 and _oid(ED25519) in der, "a key this module has written"
    return der[-32:]


def _key_id(public: bytes) -> bytes:
    return hashlib.sha256(public).digest()[:20]


# ── DER ──────────────────────────────────────────────────────────────────────
def _tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def _sequence(*parts: bytes) -> bytes:
    return _tlv(0x30, b"".join(parts))


def _integer(value: int) -> bytes:
    return _tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    return _tlv(0x06, b"".join(_base128(number) for number in (first * 40 + second, *rest)))


def _base128(number: int) -> bytes:
    found = bytes([number & 0x7F])
    while number := number >> 7:
        found = bytes([0x80 | number & 0x7F]) + found
    return found


def _name(text: str) -> bytes:
    return _sequence(_tlv(0x31, _sequence(_oid(COMMON_NAME), _tlv(0x0C, text.encode()))))


def _host(host: str) -> bytes:
    try:
        return _tlv(0x87, ipaddress.ip_address(host).packed)
    except ValueError:
        return _tlv(0x82, host.encode("ascii"))


def _time(at: datetime) -> bytes:
    at = at.astimezone(UTC)
    if at.year < 2050:
        return _tlv(0x17, at.strftime("%y%m%d%H%M%SZ").encode())
    return _tlv(0x18, at.strftime("%Y%m%d%H%M%SZ").encode())


def _extension(kind: str, value: bytes, *, critical: bool = False) -> bytes:
    return _sequence(_oid(kind), *([_tlv(0x01, b"\xff")] if critical else []), _tlv(0x04, value))


def _pem(label: str, der: bytes) -> bytes:
    text = base64.b64encode(der).decode()
    lines = [text[n : n + 64] for n in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""]).encode()


def _unpem(pem: bytes) -> bytes:
    return base64.b64decode(b"".join(line for line in pem.splitlines() if not line.startswith(b"-----")))
