"""Certificates (证书): a small authority for planes, doors and their callers, and what it signs; Ed25519 throughout.

When    `cunguan tls`, where the custodian has no authority of its own; its own files serve as well
Shape   Pair: certificate and key in PEM. A leaf names the hosts it may be reached by; a plane is server and client
Source  RFC 5280 (certificates), RFC 8410 (Ed25519 in them); ADR 0020
"""

import ipaddress
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS, LEAF_DAYS = 3_650, 397
SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH

#: a clock of another host may be a little behind
BACKDATED = timedelta(minutes=5)

_NO_USE = dict.fromkeys(
    ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
     "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    False,
)  # fmt: skip


class Pair(msgspec.Struct, frozen=True):
    """A certificate and its key, in PEM."""

    cert: bytes
    key: bytes


def authority(name: str, now: datetime, days: int = AUTHORITY_DAYS) -> Pair:
    """Return a new authority."""
    key = Ed25519PrivateKey.generate()
    builder = (
        _begun(name, name, key.public_key(), now, timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(**{**_NO_USE, "key_cert_sign": True, "crl_sign": True}), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return _pair(builder, key, key)


def issue(by: Pair, issuer: str, name: str, hosts: Sequence[str], now: datetime, days: float = LEAF_DAYS, *,
          uses: Sequence[x509.ObjectIdentifier] = (SERVER, CLIENT)) -> Pair:  # fmt: skip
    """Return a certificate for one process; `hosts`: names and addresses it may be reached by."""
    signer, key = load_pem_private_key(by.key, None), Ed25519PrivateKey.generate()
    assert isinstance(signer, Ed25519PrivateKey), "an authority this module has made"
    builder = (
        _begun(name, issuer, key.public_key(), now, timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**{**_NO_USE, "digital_signature": True}), critical=True)
        .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName([_host(host) for host in hosts]), critical=False)
    return _pair(builder, key, signer)


def common_name(cert: bytes) -> str:
    """Return the name of an authority."""
    (name,) = x509.load_pem_x509_certificate(cert).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(name.value)


def _begun(
    name: str, issuer: str, public: Ed25519PublicKey, now: datetime, lasts: timedelta
) -> x509.CertificateBuilder:
    return x509.CertificateBuilder(
        issuer_name=_name(issuer), subject_name=_name(name), public_key=public, serial_number=x509.random_serial_number(),
        not_valid_before=now - BACKDATED, not_valid_after=now + lasts,
    )  # fmt: skip


def _pair(builder: x509.CertificateBuilder, key: Ed25519PrivateKey, signer: Ed25519PrivateKey) -> Pair:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Pair(builder.sign(signer, None).public_bytes(Encoding.PEM), private)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
