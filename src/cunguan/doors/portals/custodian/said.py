"""What a client says of himself (来电查找): phone, ID number, card number, name: who that may be, and what tells them apart.

When    the search's box holds something of the kind, and a person of the custodian's asks
Does    every kind a text may be is looked for in every lane, by one call into the house; each search is written down, by its kind
        and the number found, never by its words
Shape   a name may be followed by the end of a number, 李雷 1234: whoever of that name has a phone, an ID or a card that ends so
        a line for each client of a platform, masked
Source  keys/blind.py; doors/persons/finding.py; docs/adr/0051, 0054
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

import msgspec
from django.db import connection
from django.http import HttpRequest

from cunguan.doors.persons.finding import Asked, Candidate, Hits, look
from cunguan.doors.portals.custodian.clients import with_persons
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.reading import rows
from cunguan.keys.blind import CARD_NUMBER, ID_NUMBER, NAME, PHONE, normal
from cunguan.store.sqlfiles import statement

_PHONE: Final = re.compile(r"^\+?[0-9]{7,15}$")
_ID: Final = re.compile(r"^[0-9]{17}[0-9Xx]$|^[0-9A-HJ-NP-RT-UW-Y]{18}$|^[A-Z]{1,2}[0-9]{7,9}$")
_CARD: Final = re.compile(r"^[0-9]{12,19}$")
#: the end of a number, after a name: at least its last four signs
_END: Final = re.compile(r"^[0-9]{3,18}[0-9Xx]$")
#: what a reference may hold and a name written in Latin letters does not
_OF_A_REFERENCE: Final = re.compile(r"[0-9_:/@+#=]")
LETTERS_LEAST: Final = 2


class Said(msgspec.Struct, frozen=True):
    """What came of it all.

    clients     each with his platform; masked
    is_asked    it was searched by personal data, and written down
    end         what the number had to end in
    looked_at   how many have the name, before that
    is_more     there are more than are shown, or were looked at
    is_partial  some clients cannot be found by name yet
    """

    clients: Sequence[tuple[str, Candidate]] = ()
    is_asked: bool = False
    end: str = ""
    looked_at: int = 0
    is_more: bool = False
    is_partial: bool = False


def of(request: HttpRequest, text: str) -> Said:
    """Look for clients by what was typed, and write each search down."""
    asked = personal(text)
    if not asked:
        return Said()
    platforms = {row["lane"]: row["platform"] for row in rows("lanes_of_platforms", {})}
    hits = house().call(with_persons, lambda persons: look(persons, list(platforms), asked))
    _note(request, hits)
    found = {(one.lane, one.person): one for hit in hits for one in hit.candidates}
    by_name = next((one for one in hits if one.asked.column == NAME), None)
    return Said(
        [(platforms[lane], one) for (lane, _), one in found.items()],
        is_asked=True,
        end=by_name.asked.end if by_name else "",
        looked_at=by_name.looked_at if by_name else 0,
        is_more=any(one.is_more for one in hits),
        is_partial=any(one.is_partial for one in hits),
    )


def personal(text: str) -> tuple[Asked, ...]:
    """Return which kinds of personal data a text may be.

    >>> [one.column for text in ("138 0000 1234", "11010519491231002X", "6222021001010001", "W-17") for one in personal(text)]
    ['phone', 'id_number', 'card_number']
    >>> [(one.value, one.end) for one in (*personal("李雷 1234"), *personal("Fang Wang 002x"), *personal("bid:3 1234"))]
    [('李雷', '1234'), ('Fang Wang', '002X')]
    """
    text = unicodedata.normalize("NFKC", text)
    plain = text.replace(" ", "").replace("-", "")
    kinds = ((PHONE, _PHONE), (ID_NUMBER, _ID), (CARD_NUMBER, _CARD)) if len(text) >= 7 else ()
    numbers = (Asked(kind, text) for kind, form in kinds if form.match(plain.upper() if kind == ID_NUMBER else plain))
    return (*numbers, *_name(text))


def _name(text: str) -> tuple[Asked, ...]:
    name, _, last = text.rpartition(" ")
    asked = Asked(NAME, name, last.upper()) if name and _END.match(last) else Asked(NAME, text)
    return (asked,) if is_name(asked.value) else ()


def is_name(text: str) -> bool:
    """Return whether a text may be a name, and no reference, amount or date.

    >>> [is_name(text) for text in ("李雷", "阿卜杜拉·买买提", "58同城", "O'Brien, Jane", "José")]
    [True, True, True, True, True]
    >>> [is_name(text) for text in ("李", "person:L003", "X0", "1234.50 2026-03-02", "·")]
    [False, False, False, False, False]
    """
    letters = normal(NAME, text).replace(" ", "")
    if len(letters) < LETTERS_LEAST or letters.isdecimal():
        return False
    return not text.isascii() or _OF_A_REFERENCE.search(text) is None


def _note(request: HttpRequest, hits: Sequence[Hits]) -> None:
    given = {
        "at": house().context.clock.now(),
        "by_whom": f"staff {request.reader.reference}",
        "kinds": [one.asked.column for one in hits],
        "counts": [len(one.candidates) for one in hits],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement("console_search_add"), given)
