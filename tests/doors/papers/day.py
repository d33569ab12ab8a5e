"""A day with everything in it: two platforms, an account without a statement, an equation that does not hold, breaks of every kind."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from cunguan.reconciliation.breaks import CODES, Words, severity
from cunguan.reconciliation.daily import BankAccount, Break, Check, Day, Evidence, Parked, Pool
from cunguan.reconciliation.equations import bank_equation, pool_equations

DATE = date(2026, 11, 24)
SUMS = {"1010": 1_000_000, "1030": 2_500, "2010": 900_000, "2020": 100_000, "2210": 2_500, "1020": 4_500, "2015": 4_000}


def a_break(n: int, code: str, age: int, amount_minor: int, /, **given: Any) -> Break:
    """Return a break of `fair`, or of what is given."""
    told = {
        "platform": "fair",
        "lane": 2,
        "pool": "main",
        "currency": "CNY",
        "state": "open",
        "owner": "",
        "ours": "",
        "theirs": "",
        "field": "",
    }
    told |= given
    bad = severity(code, amount_minor, told["currency"] or "CNY", age)
    return Break(
        id=f"{told['lane']}:R1:{n:016x}", code=code, rule="R1", subject=f"bank:main line {n}", at_risk_minor=amount_minor, severity=bad,
        since=DATE - timedelta(days=age), age_days=age, cause=CODES[code].cause, **told,
    )  # fmt: skip


BREAKS = (
    a_break(1, "BRK14", 0, 0, field="available", ours="9,000.00", theirs="9,000.01"),
    a_break(2, "BRK09", 7, 1_234_000, state="owned", owner="王䶮",
            evidence=(Evidence("instruction", "withdrawal:L7:000123", Words("what it pays", "对应的提现")),)),
    a_break(3, "BRK07", 1, 80_000, state="timing"),
    a_break(4, "BRK08", 0, 10**15, theirs="=HYPERLINK(\"x\")"),
    a_break(5, "BRK17", 40, 0, currency=""),
    a_break(6, "BRK11", 3, 900_000, state="closed"),
    a_break(7, "BRK03", 2, 5, lane=3, platform="绿洲", pool="cards", currency="GBP", field="amount_minor", ours="1.00", theirs="0.95"),
)  # fmt: skip

MAIN = Pool(
    2, "fair", "main", "CNY", "lending", "open",
    (
        BankAccount("bank:main", "main", "demobank", "CNY", "camt.053 0001", 900_000, 300_000, 150_000, 1_050_000, 1_000_000, 12, 3),
        BankAccount("bank:second", "main", "demobank", "CNY", "", None, None, None, None, 0, 0, 0),
    ),
    (
        bank_equation("bank:main", "CNY", 1_050_000, 1_000_000, {("ledger", False): (2, 50_000)}),
        bank_equation("bank:second", "CNY", None, 0, {}),
        *pool_equations("main", "CNY", SUMS),
    ),
    2_500,
    (Parked("2210", "2-5", 2, 2_000), Parked("2230", ">30", 1, 500)),
)  # fmt: skip
CARDS = Pool(3, "绿洲", "cards", "GBP", "prepaid", "open", (), pool_equations("cards", "GBP", {"1010": 77, "2010": 77}))

DAY = Day(
    DATE, 17, datetime(2026, 11, 25, 1, tzinfo=UTC), "0.1.0+test", "ab" * 32, {2: 982_113, 3: 77}, (MAIN, CARDS),
    (
        Check("R1", 2, "bank:main", "explained", 15, 12, 3),
        Check("R1", 2, "bank:second", "incomplete", 0, 0, 1, Words("no statement", "没有对账单")),
        Check("R3", 3, "绿洲", "differs", 9, 8, 1),
    ),
    BREAKS,
)  # fmt: skip
EMPTY = Day(DATE, 1, datetime(2026, 11, 25, 1, tzinfo=UTC), "0.1.0+test", "cd" * 32, {}, (), (), ())
