"""In clear (明文个人信息): what looks like personal data where it would be stored for ever and unencrypted: an instruction's fields.

When    a platform hands in an instruction, asks a client to confirm one, brings a client
Knows   a Chinese ID number (its date and its check digit are right) in any field; a mobile number or a bank card's number (with its
        check digit) in fields that people fill with words. References are the platform's: made of ID numbers they are refused
Returns the field; None where nothing is seen
Not     a guard against names or addresses, which look like any word: contracts with platforms say what references may hold
Source  GB 11643 (ID numbers); ISO/IEC 7812-1 (cards); docs/personal-data.md
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

#: fields for words
WORDS: Final = frozenset({"reason", "note", "remark", "title", "name", "cause", "reference", "why"})
_ID: Final = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])")
_MOBILE: Final = re.compile(r"(?<!\d)(?:\+?86)?1[3-9]\d{9}(?!\d)")
_CARD: Final = re.compile(r"(?<!\d)62\d{14,17}(?!\d)")
_WEIGHTS: Final = tuple(pow(2, 17 - place, 11) for place in range(17))


def in_clear(body: Any) -> str | None:
    """Return the field that looks like personal data.

    >>> in_clear({"holder": "L7", "reason": "call 13800001234"}), in_clear({"items": [{"holder": "id-11010519491231002X"}]})
    ('reason', 'items[0].holder')
    >>> in_clear({"holder": "13800001234", "id": "110105194912310021", "amount_minor": 13800001234}) is None
    True
    """
    return next((field for field, name, text in _texts(body, "", "") if _is_seen(name, text)), None)


def _is_seen(name: str, text: str) -> bool:
    plain = text.replace(" ", "").replace("-", "") if name in WORDS else text
    if any(_is_id_number(found.group()) for found in _ID.finditer(plain)):
        return True
    if name not in WORDS:
        return False
    return _MOBILE.search(plain) is not None or any(_is_luhn(found.group()) for found in _CARD.finditer(plain))


def _texts(value: Any, field: str, name: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, str):
        yield field, name, value
    elif isinstance(value, dict):
        for key, held in value.items():
            yield from _texts(held, f"{field}.{key}" if field else str(key), str(key))
    elif isinstance(value, list | tuple):
        for place, held in enumerate(value):
            yield from _texts(held, f"{field}[{place}]", name)


def _is_id_number(text: str) -> bool:
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=False)) % 11
    return "10X98765432"[rest] == text[17].upper()


def _is_luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0
