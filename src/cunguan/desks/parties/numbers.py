"""Numbers (证件号码): whether a number can be one at all, by the check digit its standard publishes.

When    before anybody outside is asked about an identity, and when a card is bound
Shape   KINDS: how a number of each kind of document is read; Read: who was born when, until when the document is valid, where the
        number says so. A number is taken as it is written in ASCII: full-width or other digits are refused, never mended
Returns Read, or a code: no number is repeated in what is said
Not     whether the document exists, or is his: the verifier's port (identity.py). Of HK, Macau and Taiwan permits no check digit
        is published, so their form alone is looked at [K]; a region's code is looked at by its province alone, for no list of
        counties that were is complete
Source  GB 11643-1999 and ISO 7064 MOD 11-2 (resident ID); GB 32100-2015 (USCC); ICAO Doc 9303 part 3, 4.9 and part 4 (passport's
        machine readable lines); ISO/IEC 7812-1 (cards); python-stdnum 2.2
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

import msgspec
from stdnum import luhn
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from cunguan.kernel.codes import Code

ADULT: Final = 18
OLDEST: Final = 130
#: provinces by GB/T 2260; 81, 82, 83: residence permits of people of HK, Macau, Taiwan; 9x: foreigners, from 2023 [K]
PROVINCES: Final = frozenset({
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44", "45", "46",
    "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83",
})  # fmt: skip
_RESIDENT: Final = re.compile(r"[1-9][0-9]{16}[0-9X]")
_FOREIGNER: Final = re.compile(r"9[0-9]{16}[0-9X]")
_FOREIGNER_BEFORE: Final = re.compile(r"[A-Z]{3}[0-9]{12}")
_USCC: Final = re.compile(r"[1-9ANY][1-9][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_PASSPORT: Final = re.compile(r"[A-Z0-9]{6,9}")
_MRZ: Final = re.compile(r"[A-Z0-9<]{44}")
_HK_MACAU: Final = re.compile(r"[HM][0-9]{8}([0-9]{2})?")
_TAIWAN: Final = re.compile(r"[0-9]{8}")
_MOBILE: Final = re.compile(r"(\+?86)?1[3-9][0-9]{9}|\+[1-9][0-9]{6,14}")
_CARD: Final = re.compile(r"[0-9]{12,19}")


class Read(msgspec.Struct, frozen=True):
    """What a number says by itself."""

    birth: date | None = None
    valid_until: date | None = None


class NumberWrong(ValueError):
    """It is no such number; the code, and why in words that do not repeat it."""

    def __init__(self, code: Code, why: str) -> None:
        super().__init__(why)
        self.code, self.why = code, why


# ── documents ────────────────────────────────────────────────────────────────
def resident_id(number: str, mrz: str, today: date) -> Read:
    """Read a resident ID card's number (居民身份证), or a residence permit's of the same form."""
    if not _RESIDENT.fullmatch(number) or number[:2] not in PROVINCES:
        raise _no_number("a resident ID has 17 digits and a digit or X, and begins with a province")
    return Read(_birth(number, today))


def permanent_residence(number: str, mrz: str, today: date) -> Read:
    """Read a foreigner's permanent residence number (外国人永久居留身份证): of 2023, or the form before it [K]."""
    if _FOREIGNER_BEFORE.fullmatch(number):
        return Read()
    if not _FOREIGNER.fullmatch(number):
        raise _no_number("18 characters that begin with 9, or three letters and 12 digits")
    return Read(_birth(number, today))


def unified_code(number: str, mrz: str, today: date) -> Read:
    """Read a company's unified social credit code (统一社会信用代码)."""
    if not _USCC.fullmatch(number) or uscc.calc_check_digit(number) != number[-1]:
        raise _no_number("its check digit is not that of the code")
    return Read()


def passport(number: str, mrz: str, today: date) -> Read:
    """Read a passport's number (护照): by its form, and by its second machine readable line where that is given."""
    if not _PASSPORT.fullmatch(number) or not any(letter.isdigit() for letter in number):
        raise _no_number("a passport has 6 to 9 letters and digits")
    return _read_mrz(number, mrz, today) if mrz else Read()


def hk_macau_permit(number: str, mrz: str, today: date) -> Read:
    """Read a permit of people of HK and Macau (港澳居民来往内地通行证) by its form [K]."""
    if not _HK_MACAU.fullmatch(number):
        raise _no_number("H or M and 8 digits, or 10 on older permits")
    return Read()


def taiwan_permit(number: str, mrz: str, today: date) -> Read:
    """Read a permit of people of Taiwan (台湾居民来往大陆通行证) by its form [K]."""
    if not _TAIWAN.fullmatch(number):
        raise _no_number("it has 8 digits")
    return Read()


KINDS: Final[Mapping[str, Callable[[str, str, date], Read]]] = {
    "resident_id":          resident_id,
    "passport":             passport,
    "hk_macau_permit":      hk_macau_permit,
    "taiwan_permit":        taiwan_permit,
    "permanent_residence":  permanent_residence,
    "uscc":                 unified_code,
}  # fmt: skip
PERSONS: Final = tuple(kind for kind in KINDS if kind != "uscc")


def read(kind: str, number: str, today: date, mrz: str = "") -> Read:
    """Return what a document's number says, or raise why it is none."""
    if kind not in KINDS:
        raise NumberWrong(Code.id_type_unknown, f"one of {', '.join(KINDS)}")
    return KINDS[kind](written(number), "".join(mrz.split()).upper(), today)


def written(number: str) -> str:
    """Return a number without the spaces and dashes people write; other characters stay, and are refused."""
    return re.sub(r"[ -]", "", number).upper() if number.isascii() else number


# ── what goes with them ──────────────────────────────────────────────────────
def mobile(number: str) -> str:
    """Return a mobile number as it is kept, or raise why it is none."""
    plain = written(number)
    if not _MOBILE.fullmatch(plain):
        raise _no_number("11 digits that begin with 1, or + and the country's code")
    return plain.removeprefix("+86") if plain.startswith("+861") else plain


def card(number: str) -> str:
    """Return a bank card's number as it is kept, or raise why it is none."""
    plain = written(number)
    if not _CARD.fullmatch(plain) or not luhn.is_valid(plain):
        raise NumberWrong(Code.card_number_wrong, "a card has 12 to 19 digits, and its last one checks the others")
    return plain


def age(birth: date, today: date) -> int:
    """Return how old somebody is: a year is full on the birthday, and on 1 March for who was born on 29 February."""
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


# ── inside ───────────────────────────────────────────────────────────────────
def _no_number(why: str) -> NumberWrong:
    return NumberWrong(Code.id_number_wrong, why)


def _birth(number: str, today: date) -> date:
    if ric.calc_check_digit(number) != number[-1]:
        raise _no_number("its check digit is not that of the number")
    try:
        born: date = ric.get_birth_date(number)
    except ValidationError:
        raise _no_number("its birth date is no date") from None
    if not 0 <= age(born, today) <= OLDEST:
        raise _no_number("its birth date is not that of somebody alive")
    return born


def _read_mrz(number: str, line: str, today: date) -> Read:
    if not _MRZ.fullmatch(line):
        raise _no_number("the second machine readable line has 44 characters")
    parts = ((line[:9], line[9]), (line[13:19], line[19]), (line[21:27], line[27]), (line[28:42], line[42]))
    whole = line[:10] + line[13:20] + line[21:43]
    if not all(_checks(text, digit) for text, digit in (*parts, (whole, line[43]))):
        raise _no_number("a check digit of the machine readable line is not right")
    if line[:9].rstrip("<") != number:
        raise _no_number("the machine readable line is of another passport")
    born, until = _short_date(line[13:19], today), _short_date(line[21:27], None)
    if until < today:
        raise NumberWrong(Code.check_expired, "the passport is no longer valid")
    return Read(born, until)


def _checks(text: str, digit: str) -> bool:
    if digit == "<" and not text.strip("<"):
        return True  # of an optional part that is empty
    return str(mrz_digit(text)) == digit


def mrz_digit(text: str) -> int:
    """Return the check digit of a part of a machine readable line: weights 7, 3, 1, modulo 10."""
    return sum(_value(letter) * (7, 3, 1)[place % 3] for place, letter in enumerate(text)) % 10


def _value(letter: str) -> int:
    return 0 if letter == "<" else int(letter, 36)


def _short_date(text: str, past: date | None) -> date:
    """Return a date of six digits; `past`: it is not after that day."""
    try:
        found = date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
        return found.replace(year=found.year - 100) if past is not None and found > past else found
    except ValueError:
        raise _no_number("a date of the machine readable line is no date") from None
