"""Money (金额): whole minor units with their currency, and the only two ways to divide them.

Shape   Money(minor, currency); split and split_cumulative return one share a weight, in the order given
Units   minor units (分); no float and no Decimal anywhere
Errors  ValueError: text that is no amount, a mix of currencies, weights that cannot be shared by.
        UnknownCurrency: see kernel/currency. All of them are the caller's to correct.
Source  domain-decisions.md 22 (largest remainder, rotated ties, cumulative interest)
"""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from cunguan.kernel.currency import exponent_of

# A quarter of bigint's range: the sum of two amounts, and a difference, still fit into a column of the database.
MINOR_LIMIT: Final = 2**62

_TEXT_LIMIT: Final = 64
_AMOUNT: Final = re.compile(r"([+-]?)([0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.([0-9]+))?")


class Money(msgspec.Struct, frozen=True):
    """An amount of one currency.

    >>> Money(60000, "CNY") + Money(63450, "CNY")
    Money(minor=123450, currency='CNY')
    >>> print(Money(123450, "CNY"))
    1,234.50
    >>> Money(1, "CNY") + Money(1, "USD")
    Traceback (most recent call last):
    ...
    ValueError: CNY and USD do not add up; convert by an instruction, never in a sum
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        exponent_of(self.currency)
        _bounded(self.minor)

    def __str__(self) -> str:
        return format_minor(self.minor, self.currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other)

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise ValueError(
                f"{self.currency} and {other.currency} do not add up; convert by an instruction, never in a sum"
            )
        return other.minor


def format_minor(minor: int, currency: str) -> str:
    """Return an amount as people write it, with thousands separators and the currency's decimals.

    >>> format_minor(-123450, "CNY"), format_minor(1234, "JPY"), format_minor(1234567, "BHD")
    ('-1,234.50', '1,234', '1,234.567')
    """
    exponent = exponent_of(currency)
    sign = "-" if minor < 0 else ""
    whole, part = divmod(abs(_bounded(minor)), 10**exponent)
    return f"{sign}{whole:,}.{part:0{exponent}d}" if exponent else f"{sign}{whole:,}"


def parse_minor(text: str, currency: str) -> int:
    """Read an amount exactly; what cannot be read exactly is refused, never rounded.

    >>> parse_minor("-1,234.5", "CNY"), parse_minor("600", "CNY"), parse_minor("1234", "JPY")
    (-123450, 60000, 1234)
    >>> parse_minor("0.001", "CNY")
    Traceback (most recent call last):
    ...
    ValueError: '0.001' has 3 decimals, CNY takes at most 2; round it where it comes from
    """
    exponent = exponent_of(currency)
    # The length first: a megabyte of digits is no amount, and is not worth a conversion.
    found = _AMOUNT.fullmatch(text) if len(text) <= _TEXT_LIMIT else None
    if found is None:
        raise ValueError(
            f"{text[:_TEXT_LIMIT]!r} is no amount; write digits 0-9, a point before the decimals,"
            " commas only between full thousands, as 1,234.50"
        )
    sign, whole, part = found[1], found[2], found[3] or ""
    if len(part) > exponent:
        raise ValueError(
            f"{text!r} has {len(part)} decimals, {currency} takes at most {exponent}; round it where it comes from"
        )
    minor = _bounded(int(whole.replace(",", "") + part.ljust(exponent, "0")))
    return -minor if sign == "-" else minor


def div_half_even(numerator: int, denominator: int) -> int:
    """Divide and round half to even (银行家舍入).

    >>> [div_half_even(n, 2) for n in (1, 3, 5, -1, -3, -5)]
    [0, 2, 2, 0, -2, -2]
    """
    if denominator <= 0:
        raise ValueError(f"the denominator is {denominator}; it must be above zero, the sign belongs to the numerator")
    quotient, remainder = divmod(numerator, denominator)
    twice = 2 * remainder
    return quotient + (twice > denominator or (twice == denominator and quotient & 1))


def split(total: int, weights: Sequence[int], start: int = 0) -> list[int]:
    """Share a total by weights so that every minor unit goes to somebody (最大余数法).

    Each gets the whole part of his quota; what is left goes, one unit each, to the largest remainders. Equal
    remainders are served in position order, beginning at `start` and going round.

    >>> split(3333334, [6000000, 3000000, 1000000])
    [2000001, 1000000, 333333]
    >>> split(2, [1, 1, 1], start=2)
    [1, 0, 1]
    """
    whole = _weights_sum(total, weights)
    if total == 0:
        return [0] * len(weights)
    shares: list[int] = []
    remainders: list[int] = []
    for weight in weights:
        share, remainder = divmod(total * weight, whole)
        shares.append(share)
        remainders.append(remainder)
    left = total - sum(shares)
    if left:
        count = len(weights)
        start %= count
        order = [*range(start, count), *range(start)]
        order.sort(key=remainders.__getitem__, reverse=True)  # stable, reversed too: ties keep the order they stand in
        for position in order[:left]:
            shares[position] += 1
    return shares


def split_cumulative(amount: int, weights: Sequence[int], paid: Sequence[int], start: int = 0) -> list[int]:
    """Share an amount so that all that was ever paid follows the weights, not only this payment.

    A lender whose quota is always below half a unit would never get one from `split`; here his turn comes. Largest
    remainder is not monotone: with one unit more in all, somebody's target may fall by one. Nobody pays back: his share
    is zero, and the unit is missing from the largest shares first, which feel it least.

    >>> paid = [0, 0, 0]
    >>> for _ in range(3):
    ...     shares = split_cumulative(1, [2, 1, 1], paid)
    ...     paid = [p + s for p, s in zip(paid, shares, strict=True)]
    >>> paid
    [1, 1, 1]
    """
    if len(paid) != len(weights):
        raise ValueError(f"{len(weights)} weights and {len(paid)} paid amounts; give one paid amount a weight")
    if paid and min(paid) < 0:
        raise ValueError("a paid amount is negative; nobody was ever paid less than nothing")
    if amount < 0:
        raise ValueError(f"the amount is {amount}; only zero and more is shared, a reversal mirrors what was")
    target = split(sum(paid) + amount, weights, start)
    shares = [max(due - got, 0) for due, got in zip(target, paid, strict=True)]
    if sum(shares) == amount:
        return shares
    # The shares exceed the amount, so each, used as its own weight, comes down and none goes up.
    return split(amount, shares, start)


def _weights_sum(total: int, weights: Sequence[int]) -> int:
    if total < 0:
        raise ValueError(f"the total is {total}; only zero and more can be shared")
    if weights and min(weights) < 0:
        raise ValueError("a weight is negative; weights are zero and more")
    whole = sum(weights)
    if whole == 0 and total:
        raise ValueError(f"{total} cannot be shared: the weights sum to zero, and every unit must go to somebody")
    return whole


def _bounded(minor: int) -> int:
    if type(minor) is not int:
        raise TypeError(f"{minor!r} is no whole number of minor units; amounts are int, never float, Decimal or bool")
    if not -MINOR_LIMIT < minor < MINOR_LIMIT:
        raise ValueError("the amount is 2**62 minor units or more; no account of ours holds that, check the source")
    return minor
