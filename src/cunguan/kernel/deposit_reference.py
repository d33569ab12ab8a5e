"""Deposit reference (入账识别号): by what a transfer says whose it is: a creditor reference, or a virtual account of the pool.

When    a client asks how to pay in; a line of a statement is read
Shape   creditor reference: RF, two check digits, lane (5 digits), number of the holder's account (12 digits): ISO 11649
        virtual account (虚拟账号): the pool's own account number, the holder's number (12 digits), two check digits
        the holder's number is that of his 2010 in the lane: nothing is looked up to make one, and nothing is kept
Returns a mistyped one is none: one wrong digit, and two neighbours that changed places, are always seen
Source  ISO 11649; ISO 7064 MOD 97-10
"""

import re
from typing import Final, NamedTuple

LANE_DIGITS: Final = 5
NUMBER_DIGITS: Final = 12
_REFERENCE: Final = re.compile(rf"RF(\d\d)(\d{{{LANE_DIGITS}}})(\d{{{NUMBER_DIGITS}}})")
_NO_SIGN: Final = re.compile(r"[\s./-]+")
_NOT_BARE: Final = re.compile(r"[^0-9A-Z]+")
_SUFFIX: Final = re.compile(rf"(\d{{{NUMBER_DIGITS}}})(\d\d)\Z")


class Holder(NamedTuple):
    """A holder account by the number of its 2010 in a lane."""

    lane: int
    number: int


def creditor_reference(holder: Holder) -> str:
    """Return what a client writes into the purpose of his transfer.

    >>> creditor_reference(Holder(1, 4000))
    'RF7000001000000004000'
    """
    digits = f"{holder.lane:0{LANE_DIGITS}d}{holder.number:0{NUMBER_DIGITS}d}"
    return f"RF{_check(digits + 'RF')}{digits}"


def virtual_account(account: str, number: int) -> str:
    """Return the account number that is a client's own at the bank: what is paid there is paid to the pool, for him.

    >>> virtual_account("6222 0210", 4000)
    '6222021000000000400069'
    """
    whole = f"{_bare(account)}{number:0{NUMBER_DIGITS}d}"
    return whole + _check(whole)


def references_in(text: str) -> set[Holder]:
    """Return the holders that a text of a payer names; banks break it into lines, and payers into groups.

    >>> references_in("deposit RF70 0000 1000 0000 0400 0 thank you")
    {Holder(lane=1, number=4000)}
    >>> references_in("RF71 00001000000004000"), references_in("nothing")
    (set(), set())
    """
    found = _REFERENCE.finditer(_NO_SIGN.sub("", text).upper())
    return {Holder(int(lane), int(number)) for check, lane, number in (one.groups() for one in found)
            if _check(f"{lane}{number}RF") == check}  # fmt: skip


def number_in(account: str, paid_to: str) -> int | None:
    """Return whose virtual account of a pool's account was paid to; None where it is none.

    >>> number_in("62220210", virtual_account("62220210", 4000)), number_in("62220210", "62220210")
    (4000, None)
    """
    own, whole = _bare(account), _bare(paid_to)
    found = _SUFFIX.match(whole.removeprefix(own)) if own and whole.startswith(own) else None
    return int(found[1]) if found is not None and _check(whole[:-2]) == found[2] else None


def _bare(account: str) -> str:
    """Return an account number without anything between its digits and capitals."""
    return _NOT_BARE.sub("", account.upper())


def _check(text: str) -> str:
    """Return the two check digits that make the whole leave 1 when divided by 97."""
    digits = "".join(str(int(sign, 36)) for sign in text)
    return f"{98 - int(digits + '00') % 97:02d}"
