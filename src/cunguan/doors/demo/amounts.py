"""Amounts in files (文件金额): decimal text to whole minor units, rounded once, with what the rounding did.

Reads   text as a spreadsheet or a database wrote it: 1,234.5, 1234.50, .640000, -0.5
Returns Cell: the amount half-even to the minor unit, and rounded - exact as a fraction of a minor unit
Errors  ValueError: text that is no decimal number, or one beyond what any account may hold
Source  design/loan-books.md: each cell is rounded half-even to the minor unit once; no float
"""

import re
from fractions import Fraction
from typing import Final

import msgspec

from cunguan.kernel.money import MINOR_LIMIT, div_half_even

_TEXT_LIMIT: Final = 64
_DECIMAL: Final = re.compile(r"([+-]?)([0-9]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.([0-9]*))?")


class Cell(msgspec.Struct, frozen=True):
    """An amount of a file; `rounding` is what was added to it, in minor units."""

    minor: int
    rounding: Fraction

    @property
    def is_rounded(self) -> bool:
        """Whether the text named a part of a minor unit."""
        return bool(self.rounding)


def cell(text: str, exponent: int) -> Cell:
    """Read a decimal exactly, then round it once.

    >>> cell("1,234.565", 2), cell(".640000", 2).minor, cell("-0.5", 0)
    (Cell(minor=123456, rounding=Fraction(-1, 2)), 64, Cell(minor=0, rounding=Fraction(1, 2)))
    >>> cell("12,34", 2)
    Traceback (most recent call last):
    ...
    ValueError: '12,34' is no amount; write digits 0-9 and a point before the decimals, as 1234.50
    """
    found = _DECIMAL.fullmatch(text) if len(text) <= _TEXT_LIMIT else None
    if found is None or not (found[2] or found[3]):
        raise ValueError(
            f"{text[:_TEXT_LIMIT]!r} is no amount; write digits 0-9 and a point before the decimals, as 1234.50"
        )
    sign, whole, part = found[1], found[2].replace(",", ""), found[3] or ""
    exact = int((whole + part) or "0") * 10**exponent * (-1 if sign == "-" else 1)
    scale = 10 ** len(part)
    minor = div_half_even(exact, scale)
    if not -MINOR_LIMIT < minor < MINOR_LIMIT:
        raise ValueError(f"{text!r} is more than any account may hold")
    return Cell(minor, Fraction(minor * scale - exact, scale))
