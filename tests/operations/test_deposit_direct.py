"""Direct deposit: money that is here is booked; whose it is depends on who paid it."""

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import Deposit, Holder
from cunguan.ledger.book import BALANCE_MAX
from tests.operations.cash import LANE, open_books, second_bank, set_state
from tests.operations.driver import Books


def direct(books: Books, deposit: str = "T1", **body: object) -> Answer:
    asked: dict[str, object] = {
        "holder": "L1", "bank_account": "bank", "amount_minor": 60_000, "payer_matches": True, "reference": "line 7",
    }  # fmt: skip
    return books.submit(LANE, deposit, "deposit_direct", **(asked | body))


def figures(books: Books) -> tuple[int, int, int, int]:
    """Return 1010, the client's 2010, 2210 and 2220."""
    of_pool = (books.balance(LANE, "main", "2210"), books.balance(LANE, "main", "2220"))
    return (books.balance(LANE, "bank", "1010"), books.five(LANE, "L1")[0], *of_pool)


@pytest.mark.parametrize(
    ("holder", "state", "matches", "account", "owner"),
    [
        ("L1", "active", True, "2010", "L1"),
        ("L1", "locked", True, "2010", "L1"),
        ("L1", "active", False, "2210", "L1"),
        ("L1", "closed", True, "2220", "L1"),
        ("L1", "closed", False, "2210", "L1"),
        ("L1", "refused", True, "2210", "L1"),
        ("nobody", "active", True, "2210", ""),
    ],
)
def test_stands_where_it_belongs(holder: str, state: str, matches: bool, account: str, owner: str) -> None:
    books = open_books(money_minor=0)
    set_state(books, Holder, "L1", state)
    answer = direct(books, holder=holder, payer_matches=matches)
    row_state = "cleared" if account == "2010" else "in_suspense"
    assert (answer.code, answer.detail) == (Code.done, {"state": row_state, "account": account})
    assert bool(answer.why) == (account != "2010")
    expected = {"2010": (60_000, 60_000, 0, 0), "2210": (60_000, 0, 60_000, 0), "2220": (60_000, 0, 0, 60_000)}
    assert figures(books) == expected[account]
    assert books.get(LANE, Deposit, "T1") == Deposit("T1", owner, "demobank", "", 60_000, answer.seq or 0, row_state)


def test_stands_in_suspense_in_the_pool_where_the_money_came_in() -> None:
    books = open_books(money_minor=0)
    books.done(
        LANE, "pool:2", "pool_opening", pools=[{"id": "other", "currency": "CNY", "regime": "lending"}],
        bank_accounts=[{"id": "elsewhere", "pool": "other", "channel": "demobank", "reference": "r2"}],
        maker="m1", checker="c1",
    )  # fmt: skip
    assert direct(books, bank_account="elsewhere").detail["account"] == "2210"
    assert books.postings(LANE, "T1") == [("elsewhere:1010", "other:2210", 60_000)]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"amount_minor": -1}, Code.amount_not_positive),
        ({"bank_account": "nowhere"}, Code.bank_account_not_found),
        ({"amount_minor": BALANCE_MAX}, Code.balance_too_large),
        ({"amount_minor": BALANCE_MAX - 1}, Code.done),
    ],
)
def test_refuses_only_what_cannot_be_booked(body: dict[str, object], code: Code) -> None:
    books = open_books(money_minor=0)
    assert direct(books, **body).code is code
    if code is not Code.done:
        assert figures(books) == (0, 0, 0, 0) and books.rows(LANE, Deposit) == []


@pytest.mark.parametrize(
    ("owned_minor", "code"), [(BALANCE_MAX - 60_001, Code.done), (BALANCE_MAX - 60_000, Code.balance_too_large)]
)
@pytest.mark.parametrize(("owner", "account"), [("L1", "2010"), ("main", "2210"), ("main", "2220")])
def test_refuses_what_the_account_behind_two_bank_accounts_cannot_hold(
    owner: str, account: str, owned_minor: int, code: Code
) -> None:
    books = open_books(money_minor=0)
    bank = second_bank(books)
    books.give(LANE, owner, owned_minor, code=account)
    assert direct(books, bank_account=bank).code is code


def test_counts_the_same_line_once() -> None:
    books = open_books(money_minor=0)
    assert direct(books) == direct(books)
    assert figures(books) == (60_000, 60_000, 0, 0)
