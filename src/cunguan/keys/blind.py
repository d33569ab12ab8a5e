"""Blind index (盲索引): a keyed hash of a field that is searched by its whole value: phone, ID number, card number.

When    a person's data is written; somebody looks for a person by one of these
Shape   the first 16 bytes of an HMAC by a key of the column's own, over the platform's lane and the plain value
        plain: width, case, spaces and signs as people write them are gone; a phone is its digits, +86 and 0086 are left out
Leaks   that two rows of one lane have the same value in one column, and how often a value occurs; nothing of two lanes or
        of two columns. Whoever has the key can try all phone numbers: it lies with the installation's keys, not in the database
Errors  none: a value without letters or digits has no index
Source  RFC 2104; RFC 5869 (a key for each column); docs/adr/0044
"""

import unicodedata
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cunguan.keys.ciphers import INTL, PROFILES, keyed_hash

INDEX_BYTES: Final = 16
PHONE, ID_NUMBER, CARD_NUMBER = "phone", "id_number", "card_number"
COLUMNS: Final = (PHONE, ID_NUMBER, CARD_NUMBER)


class BlindIndexes:
    """The indexes of an installation; its secret never lies in the database."""

    def __init__(self, secret: bytes, hash: str = INTL.hash) -> None:
        self._keys = {
            one: HKDF(SHA256(), 32, None, b"cunguan/blind/v1/" + one.encode()).derive(secret) for one in COLUMNS
        }
        self._hash = hash

    def of(self, column: str, lane: int, value: str) -> bytes | None:
        """Return what stands for a value in a column of a lane's rows; None for a value that says nothing."""
        return self._of(self._hash, column, lane, value)

    def all_of(self, column: str, lane: int, value: str) -> list[bytes]:
        """Return all that may stand for a value, whichever profile was on when it was written."""
        found = [
            self._of(one.hash, column, lane, value) for one in PROFILES.values() if one.hash in ("sha256", self._hash)
        ]
        return list(dict.fromkeys(one for one in found if one is not None))

    def _of(self, hash: str, column: str, lane: int, value: str) -> bytes | None:
        plain = normal(column, value)
        return keyed_hash(hash, self._keys[column], f"{lane}\n{plain}".encode())[:INDEX_BYTES] if plain else None


def normal(column: str, value: str) -> str:
    """Return a value as it is compared.

    >>> normal("phone", "+86 138-0000-1234"), normal("phone", "（0086）138 0000 1234"), normal("phone", "+44 20 7946 0000")
    ('13800001234', '13800001234', '442079460000')
    >>> normal("id_number", "11010519491231002x"), normal("card_number", "6222 0210-0101 0001")
    ('11010519491231002X', '6222021001010001')
    """
    plain = unicodedata.normalize("NFKC", value)
    if column != PHONE:
        return "".join(filter(str.isalnum, plain)).upper()
    digits = "".join(sign for sign in plain if sign.isascii() and sign.isdigit())
    digits = digits.removeprefix("00")
    return digits[2:] if len(digits) == 13 and digits.startswith("861") else digits
