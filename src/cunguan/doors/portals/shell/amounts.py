"""Amounts (金额输入): an amount as people write it, read exactly.

When    a form of any portal takes an amount
Shape   digits, a point before the decimals, commas between thousands; what a Chinese keyboard writes for them is the same
Returns whole minor units
Errors  AmountWrong: it cannot be read exactly, with an example of the currency; the message is for the reader
"""

from typing import Final

from django.utils.translation import gettext

from cunguan.kernel.money import exponent_of, format_minor, parse_minor

#: what Chinese keyboards write
_PLAIN: Final = str.maketrans("０１２３４５６７８９．，。", "0123456789.,.")
_EXAMPLE_MINOR: Final = 123456


class AmountWrong(ValueError):
    """It is no amount of this currency; the message is for the reader."""


def read_amount(text: str, currency: str) -> int:
    """Return the minor units of what somebody wrote.

    >>> read_amount(" ６００．5 ", "CNY"), read_amount("1,234", "JPY")
    (60050, 1234)
    """
    try:
        return parse_minor(text.strip().translate(_PLAIN), currency)
    except ValueError:
        said = {"decimals": exponent_of(currency), "example": format_minor(_EXAMPLE_MINOR, currency)}
        raise AmountWrong(
            gettext("Write an amount with digits and at most %(decimals)s decimals, such as %(example)s.") % said
        ) from None
