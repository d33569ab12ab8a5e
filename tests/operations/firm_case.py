"""Firm case: a lane with two clients and their money, and the firm's acts on its pool."""

from datetime import date
from typing import Any

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import Pool, Shortfall
from tests.operations.cash import LANE
from tests.operations.driver import Books

NAMES = {"maker": "m1", "checker": "c1"}
MONEY = 100_000
SETTLES = date(2024, 3, 4)

#: two names that do not stand, and the code of it: a line of every ladder
WRONG_NAMES: list[tuple[dict[str, Any], Code]] = [
    ({"maker": ""}, Code.two_names_required),
    ({"checker": " "}, Code.two_names_required),
    ({"checker": "m1"}, Code.same_person_twice),
]
#: value dates around the open day, Friday 2024-03-01
VALUE_DATES: list[tuple[dict[str, Any], Code]] = [
    ({"value_date": date(2024, 3, 2)}, Code.date_not_next),
    ({"value_date": date(2023, 2, 28)}, Code.value_date_closed),
]
#: where nothing may be posted between a pool and a bank account
WRONG_PLACES: list[tuple[dict[str, Any], Code]] = [
    ({"pool": "nowhere"}, Code.pool_not_found),
    ({"bank_account": "nowhere"}, Code.bank_account_not_found),
    ({"bank_account": "other_bank"}, Code.pool_differs),
]


def open_firm(*, line_minor: int = 0) -> Books:
    """Return books in which L1 and L2 have 1,000.00 each in the pool `main`; another pool is empty."""
    books = Books()
    books.platform(LANE)
    books.done(
        LANE, "open:other", "pool_opening", pools=[{"id": "other", "currency": "CNY", "regime": "lending"}], **NAMES,
        bank_accounts=[{"id": "other_bank", "pool": "other", "channel": "demobank", "reference": "ref:other"}],
    )  # fmt: skip
    for holder in ("L1", "L2"):
        books.client(LANE, holder)
        deposit(books, holder, MONEY)
    if line_minor:
        books.done(LANE, "line", "pool_line", pool="main", line_minor=line_minor, reason="rule", **NAMES)
    return books


def deposit(books: Books, holder: str, amount_minor: int, id: str = "") -> str:
    """Let money come in for a holder by a transfer of his own; return the deposit's id."""
    id = id or f"in:{holder}"
    books.done(
        LANE, id, "deposit_direct", holder=holder, bank_account="bank", amount_minor=amount_minor, payer_matches=True,
        reference="line",
    )  # fmt: skip
    return id


def lose(books: Books, id: str = "X1", **body: Any) -> Answer:
    """Let the bank take 30.00 from the pool."""
    asked: dict[str, Any] = {
        "pool": "main", "bank_account": "bank", "amount_minor": 3_000, "cause": "bank_charge", "reason": "charge",
        "reference": "line 9", **NAMES,
    }  # fmt: skip
    return books.submit(LANE, id, "pool_loss", **(asked | body))


def top_up(books: Books, id: str = "T1", **body: Any) -> Answer:
    """Let the firm make the 30.00 of X1 good."""
    asked: dict[str, Any] = {
        "shortfall": "X1", "source": "own_money", "amount_minor": 3_000, "bank_account": "bank", "reference": "line 10",
        **NAMES,
    }  # fmt: skip
    return books.submit(LANE, id, "pool_top_up", **(asked | body))


def prudent(books: Books, id: str = "P1", **body: Any) -> Answer:
    """Let the firm pay 20.00 of its own in."""
    asked: dict[str, Any] = {
        "pool": "main", "bank_account": "bank", "amount_minor": 2_000, "reason": "against charges", "reference": "line",
        **NAMES,
    }  # fmt: skip
    return books.submit(LANE, id, "prudent_top_up", **(asked | body))


def used(books: Books, holder: str = "L1", amount_minor: int = 5_000, *, back: bool = True) -> str:
    """Let a channel's deposit of 50.00 settle, and its client use all he has; `back` charges it back as CB1."""
    books.done(
        LANE, "D1", "deposit_notice", holder=holder, channel="fastpay", settle_date=SETTLES, amount_minor=amount_minor,
        reference="r",
    )  # fmt: skip
    books.done(
        LANE, "settle:D1:settled", "deposit_settlement", deposit="D1", bank_account="bank", outcome="settled",
        amount_minor=amount_minor,
    )  # fmt: skip
    books.card(LANE, holder)
    available = books.balance(LANE, holder, "2010")
    books.done(
        LANE, "W1", "withdrawal", holder=holder, card=f"{holder}:card", bank_account="bank", amount_minor=available,
        payee_hash=f"payee:{holder}",
    )  # fmt: skip
    books.done(LANE, "send:W1", "withdrawal_sent", withdrawal="W1")
    books.done(
        LANE, "bank:demobank:W1:settled", "withdrawal_result", withdrawal="W1", status="settled", amount_minor=available
    )
    if back:
        assert charge(books).code is Code.done
    return "D1"


def charge(books: Books, id: str = "CB1", **body: Any) -> Answer:
    """Let the channel take D1's 50.00 of L1 back."""
    asked: dict[str, Any] = {
        "deposit": "D1", "holder": "L1", "bank_account": "bank", "amount_minor": 5_000, "reference": "line 11",
    }  # fmt: skip
    return books.submit(LANE, id, "charge_back", **(asked | body))


def figures(books: Books, pool: str = "main", bank: str = "bank") -> tuple[int, int, int]:
    """Return a pool's 1010, 1030 and 3010."""
    return books.balance(LANE, bank, "1010"), books.balance(LANE, pool, "1030"), books.balance(LANE, pool, "3010")


def state(books: Books, shortfall: str = "X1") -> tuple[str, str]:
    """Return the states of the pool and of a shortfall."""
    return books.get(LANE, Pool, "main").state, books.get(LANE, Shortfall, shortfall).state


def close(books: Books, day: date, following: date) -> Answer:
    """Close a day."""
    return books.submit(LANE, f"close:{day}", "day_close", date=day, next_date=following)
