"""Blind index (盲索引): a keyed hash of a field that is searched by its whole value: phone, ID number, card number, name.

When    a person's data is written; somebody looks for a person by one of these
Shape   the first 16 bytes of an HMAC by a key of the column's own, over the platform's lane and the plain value
        plain: width, case, spaces and signs as people write them are gone; a phone is its digits, +86 and 0086 are left out;
        of a name the order of its words too, where they are words: Fang Wang is Wang Fang
Leaks   that two rows of one lane have the same value in one column, and how often a value occurs; nothing of two lanes or
        of two columns. Names are shared: the commonest indexes of a large lane are its commonest names (docs/adr/0054)
        whoever has the key can try all phone numbers and names: it lies with the installation's keys, not in the database
Errors  none: a value without letters or digits has no index
Source  RFC 2104; RFC 5869 (a key for each column); Unicode UAX #11, #15; docs/adr/0044, 0054
"""

import unicodedata
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cunguan.keys.ciphers import INTL, PROFILES, keyed_hash

INDEX_BYTES: Final = 16
PHONE, ID_NUMBER, CARD_NUMBER, NAME = "phone", "id_number", "card_number", "name"
COLUMNS: Final = (PHONE, ID_NUMBER, CARD_NUMBER, NAME)
#: what stands within a word and parts none: apostrophes, as they are typed and as they should be
_APOSTROPHES: Final = dict.fromkeys(map(ord, "'`\u00b4\u02b9\u02bb\u02bc\u02bd\u2018\u2019\u201b\u2032\uff07"))


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
    if column == NAME:
        return _plain_name(value)
    plain = unicodedata.normalize("NFKC", value)
    if column != PHONE:
        return "".join(filter(str.isalnum, plain)).upper()
    digits = "".join(sign for sign in plain if sign.isascii() and sign.isdigit())
    digits = digits.removeprefix("00")
    return digits[2:] if len(digits) == 13 and digits.startswith("861") else digits


def _plain_name(value: str) -> str:
    """Return a name as it is compared: letters and figures; the words of one that is written in words stand in their order.

    Figures stay: companies and funds are told apart by them.

    >>> _plain_name("阿卜杜拉·买买提"), _plain_name("阿卜杜拉 买买提"), _plain_name("存管（北京）1号 基金")
    ('阿卜杜拉买买提', '阿卜杜拉买买提', '存管北京1号基金')
    >>> _plain_name("Wang, Fang"), _plain_name("ＦＡＮＧ wang"), _plain_name("Jean-Luc O\u2019Brien")
    ('fang wang', 'fang wang', 'jean luc obrien')
    """
    folded = unicodedata.normalize("NFKC", value.translate(_APOSTROPHES)).casefold()
    letters = "".join(
        sign if sign.isalnum() else " "
        for sign in unicodedata.normalize("NFKC", folded)
        if unicodedata.category(sign) not in ("Mn", "Mc", "Me", "Cf")  # marks and what is not seen part no words either
    )
    words = letters.split()
    # Chinese, Japanese and Korean are written without spaces: where one stands it says nothing, and the order says who it is
    is_in_words = all(unicodedata.east_asian_width(sign) not in ("W", "F") for sign in letters)
    return " ".join(sorted(words)) if is_in_words else "".join(words)
