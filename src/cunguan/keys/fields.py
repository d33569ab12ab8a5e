"""Fields (字段加密): one field of one row under its subject's key, bound to the place where it stands.

When    personal data is written or read (doors/persons); a piece of a document; a payee's details
Shape   4 bytes version of the subject's key, then a ciphertext of keys/ciphers.py
        bound with it: table, column, row, subject and that version, each with its length before it, so that no two places
        read alike. Whoever puts one row's, one column's or one subject's bytes in another's place gets nothing
Errors  FieldBroken: bytes were changed, stand elsewhere than they were made for, or are of another key
Units   a ciphertext is FIELD_OVERHEAD bytes longer than the clear field: its length tells the field's
Source  NIST SP 800-38D; docs/adr/0044
"""

from functools import lru_cache
from typing import Final

import msgspec

from cunguan.keys.ciphers import INTL, OVERHEAD, Cipher, CipherWrong, keyed_hash

_CONTEXT: Final = b"cunguan/field/v1"
_VERSION_BYTES: Final = 4
FIELD_OVERHEAD: Final = _VERSION_BYTES + OVERHEAD


class FieldBroken(ValueError):
    """A field cannot be read; the message names its place, and nothing of what stands in it."""


class Place(msgspec.Struct, frozen=True):
    """Where a field stands: `row` is the row's key as text, `subject` whose data it is."""

    table: str
    column: str
    row: str
    subject: str


def bound(place: Place, version: int) -> bytes:
    """Return what a ciphertext is bound to; two places never give the same bytes.

    >>> bound(Place("ab", "c", "", ""), 1) == bound(Place("a", "bc", "", ""), 1)
    False
    """
    row, subject = place.row.encode(), place.subject.encode()
    return b"%b%b%b%b%b%b" % (
        _column(place.table, place.column), len(row).to_bytes(4, "big"), row, len(subject).to_bytes(4, "big"), subject,
        version.to_bytes(4, "big"),
    )  # fmt: skip


@lru_cache(maxsize=256)
def _column(table: str, column: str) -> bytes:
    parts = [_CONTEXT, table.encode(), column.encode()]
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def version_of(sealed: bytes) -> int:
    """Return by which version of the subject's key a field was encrypted."""
    return int.from_bytes(sealed[:_VERSION_BYTES], "big")


class FieldKey:
    """One version of a subject's key, ready for use."""

    def __init__(self, key: bytes, version: int, form: int = INTL.form) -> None:
        self._cipher, self.version, self._form = Cipher(key), version, form
        self._digest = keyed_hash(INTL.hash, key, b"cunguan/document-digest/v1")

    def encrypt(self, clear: bytes, place: Place) -> bytes:
        """Return a field as it is stored in its place."""
        head = self.version.to_bytes(_VERSION_BYTES, "big")
        return head + self._cipher.encrypt(self._form, clear, bound(place, self.version))

    def decrypt(self, sealed: bytes, place: Place) -> bytes:
        """Return the field that was stored in this place."""
        try:
            if version_of(sealed) != self.version:
                raise CipherWrong
            return self._cipher.decrypt(sealed[_VERSION_BYTES:], bound(place, self.version))
        except CipherWrong:
            where = f"{place.table}.{place.column} of {place.row}"
            raise FieldBroken(f"{where}: its bytes were changed, or belong to another row, column or subject") from None

    def digest(self, content: bytes) -> bytes:
        """Return what stands for a document: the same for the same document of this subject, by this key alone."""
        return keyed_hash(INTL.hash, self._digest, content)
