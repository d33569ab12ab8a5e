"""Lenders of a recorded loan (出借人分配): who lends how much, because the file does not say.

Returns a draw that depends on the seed and the loan's line only: the order of the loans changes nothing
Source  design/loan-books.md, row people and money
"""

from random import Random

from cunguan.doors.demo.loan_file import Loan
from cunguan.kernel.money import split

FEWEST, MOST = 3, 40


def draw(loan: Loan, lenders: int, seed: int) -> list[tuple[int, int]]:
    """Return (lender's number from 0, amount) of a loan: 3 to 40 lenders, none twice, each at least one minor unit."""
    chance = Random(f"cunguan-lenders-v1 {seed} {loan.line}")
    most = min(MOST, lenders, loan.amount_minor)
    count = chance.randint(min(FEWEST, most), most)
    drawn = chance.sample(range(lenders), count)
    weights = [chance.randint(1, 100) for _ in drawn]
    shares = split(loan.amount_minor - count, weights)
    return [(lender, share + 1) for lender, share in zip(drawn, shares, strict=True)]
