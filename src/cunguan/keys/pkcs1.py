"""PKCS #1 v1.5 (RSA 签名): the signatures of the gateway dialect, with SHA-256, and for platforms of old with SHA-1.

When    a platform speaks the dialect; its keys are of the algorithm rsa-v1_5-sha256 (RFC 9421's name)
Shape   SHA-1 is a parameter of the call, allowed by the platform's profile alone
Errors  none: a signature holds or does not
Source  RFC 8017 section 8.2; domain.md (c.0): old clients of the dialect sign by SHA1withRSA
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

BITS = 3072


def verify(public_key: bytes, message: bytes, signature: bytes, *, sha1: bool = False) -> bool:
    """Return whether a signature by the key (SubjectPublicKeyInfo in DER) holds."""
    key = serialization.load_der_public_key(public_key)
    assert isinstance(key, rsa.RSAPublicKey)
    try:
        key.verify(signature, message, padding.PKCS1v15(), _hash(sha1))
    except InvalidSignature:
        return False
    return True


def generate() -> bytes:
    """Return a new private key in PEM."""
    return rsa.generate_private_key(65537, BITS).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


class PrivateKey:
    """A key that signs in the dialect."""

    def __init__(self, pem: bytes) -> None:
        key = serialization.load_pem_private_key(pem, None)
        assert isinstance(key, rsa.RSAPrivateKey)
        self._key = key

    def sign(self, message: bytes, *, sha1: bool = False) -> bytes:
        """Return the signature of a message; the same for the same message."""
        return self._key.sign(message, padding.PKCS1v15(), _hash(sha1))

    @property
    def public_pem(self) -> str:
        """The public half, as platforms are told it."""
        return (
            self._key.public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            .decode()
        )

    @property
    def public_der(self) -> bytes:
        """The public half as a platform's key is kept."""
        return self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )


def _hash(sha1: bool) -> hashes.HashAlgorithm:
    return hashes.SHA1() if sha1 else hashes.SHA256()
