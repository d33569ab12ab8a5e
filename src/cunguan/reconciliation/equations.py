"""The three equations (三条等式): the terms of each, from what stands in the books and at the bank.

Reads   sums by code of a pool; of a bank account its closing, its 1010, and the timing items of either side
Units   minor units; Σ every term on its own account's side
Source  domain-decisions.md 1, 7
"""

from collections.abc import Mapping
from typing import Final

from cunguan.reconciliation.daily import Equation, Term

#: the terms of the second: side, key, codes of the chart
_SECOND: Final = (
    ("left",  "custody_bank_account",  ("1010",)),
    ("left",  "firm_topup_receivable", ("1030",)),
    ("left",  "client_debt",           ("1040",)),
    ("right", "available",             ("2010",)),
    ("right", "held",                  ("2020",)),
    ("right", "frozen",                ("2040",)),
    ("right", "outbound",              ("2030",)),
    ("right", "suspense",              ("2210", "2220", "2230")),
    ("right", "unclaimed",             ("2310",)),
    ("right", "pool_interest",         ("2240",)),
    ("right", "platform_and_partner",  ("2110", "2120", "2125", "2130", "2140", "2145", "2150", "2155", "2160")),
    ("right", "custodian_own",         ("3010",)),
)  # fmt: skip
_THIRD: Final = (("left", "clearing", ("1020",)), ("right", "uncleared", ("2015",)))

#: a timing item: on whose side it stands alone, and whether money came in -> its term; and what it adds to the bank's closing
TIMING: Final = {
    ("ledger", True): ("receipts_in_transit", 1),
    ("ledger", False): ("payments_in_transit", -1),
    ("bank", True): ("receipts_to_book", -1),
    ("bank", False): ("payments_to_book", 1),
}


def bank_equation(
    account: str, currency: str, closing_minor: int | None, ledger_minor: int, timing: Mapping[tuple[str, bool], tuple[int, int]]
) -> Equation:  # fmt: skip
    """Return the first equation; `timing`: (side, came in) -> (how many, their sum). No closing: it says nothing.

    >>> bank_equation("main", "CNY", 1000, 700, {("ledger", False): (2, 300)}).holds
    True
    """
    items = [Term(key, sign * timing[of][1], count=timing[of][0]) for of, (key, sign) in TIMING.items() if of in timing]
    left = (Term("bank_closing", closing_minor or 0), *items)
    right = (Term("custody_bank_account", ledger_minor, ("1010",)),)
    return Equation(1, account, currency, left, right, "" if closing_minor is not None else "statement")


def pool_equations(pool: str, currency: str, sums: Mapping[str, int]) -> tuple[Equation, Equation]:
    """Return the second and the third equation of a pool."""
    return _equation(2, pool, currency, _SECOND, sums), _equation(3, pool, currency, _THIRD, sums)


def missing_minor(sums: Mapping[str, int]) -> int:
    """Return what a pool owes above its cash, 0 when it has it.

    >>> missing_minor({"2010": 500, "2015": 90, "2110": 20, "1010": 450, "1030": 70}), missing_minor({"1010": 1})
    (70, 0)
    """
    owed = sum(amount for code, amount in sums.items() if code.startswith("2") and code != "2015")
    return max(owed - sums.get("1010", 0), 0)


def _equation(
    number: int, pool: str, currency: str, table: tuple[tuple[str, str, tuple[str, ...]], ...], sums: Mapping[str, int]
) -> Equation:
    sides: dict[str, list[Term]] = {"left": [], "right": []}
    for side, key, codes in table:
        sides[side].append(Term(key, sum(sums.get(code, 0) for code in codes), codes))
    return Equation(number, pool, currency, tuple(sides["left"]), tuple(sides["right"]))
