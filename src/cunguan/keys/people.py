"""Keys of the way in (登录密钥): what hides login names and addresses, and the secrets of codes, outside the database that holds them.

When    a login name or an address is looked up; the secret of a TOTP or of recovery codes is stored or read
Shape   a file of the home holds one secret, wrapped by the KEK; a key of its own is derived from it for each use
        a name, an address: 16 bytes of an HMAC, in hex: the same for the same value, and nobody tries values without the key
        a secret: its ciphertext in base64, bound to the user it belongs to: moved into another's row it opens nothing
Errors  CipherWrong: changed, or another user's; PermissionError: others can read the file
Source  RFC 2104; RFC 5869; NIST SP 800-38D; docs/adr/0047
"""

from base64 import b64decode, b64encode
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cunguan.keys.ciphers import INTL, Cipher, CipherWrong, keyed_hash
from cunguan.keys.installation import Keys
from cunguan.keys.providers.base import new_data_key, rewrapped
from cunguan.keys.secret_file import replace_secret, secret

FILE: Final = "people-key"
_ABOUT: Final = b"cunguan/people-key/v1"
INDEX_BYTES: Final = 16


class PeopleKeys:
    """The keys, ready for use."""

    def __init__(self, keys: Keys) -> None:
        self._form = keys.profile.form
        self._secret = keys.provider.unwrap(
            secret(keys.home / FILE, lambda: keys.provider.wrap(new_data_key(), _ABOUT)), _ABOUT
        )
        self._cipher = Cipher(self._key("text"))

    def index(self, what: str, value: str) -> str:
        """Return what stands for a value of a kind."""
        return keyed_hash(INTL.hash, self._key(f"index/{what}"), value.encode())[:INDEX_BYTES].hex()

    def encrypt(self, text: str, user: str) -> str:
        """Return a secret of a user as it is stored."""
        return b64encode(self._cipher.encrypt(self._form, text.encode(), _bound(user))).decode()

    def decrypt(self, stored: str, user: str) -> str:
        """Return a secret that was stored for a user."""
        try:
            return self._cipher.decrypt(b64decode(stored), _bound(user)).decode()
        except CipherWrong:
            raise CipherWrong("a secret was changed, or is another user's") from None

    def _key(self, use: str) -> bytes:
        return HKDF(SHA256(), 32, None, b"cunguan/people/v1/" + use.encode()).derive(self._secret)


def _bound(user: str) -> bytes:
    return b"cunguan/people/text/v1/" + user.encode()


@lru_cache(maxsize=16)
def people_keys(keys: Keys) -> PeopleKeys:
    """Return the keys of an installation, opened once a process."""
    return PeopleKeys(keys)


def rewrap_people(keys: Keys) -> None:
    """Wrap the secret by the newest KEK."""
    path = keys.home / FILE
    if path.exists():
        held = secret(path)
        newest = rewrapped(keys.provider, held, _ABOUT)
        if newest != held:
            replace_secret(path, newest)
