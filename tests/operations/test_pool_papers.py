"""Pool papers: two people record contract and letter, and without them no deposit becomes a client's."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import Day, Deposit, Pool, PoolPapers, SuspenseItem
from tests.operations.cash import LANE, days, put, second_bank, set_state
from tests.operations.driver import FRIDAY, Books
from tests.operations.pool_case import NAMES, WRONG_NAMES, open_pool, second_pool

PAPERS = {
    "pool": "main", "bank_account": "bank", "contract": "contract:2", "contract_until": "2025-12-31", "letter": "letter:7",
    "review_date": "2024-03-04", **NAMES,
}  # fmt: skip


def record(books: Books, id: str = "papers", **body: object) -> Answer:
    return books.submit(LANE, id, "pool_papers", **{**PAPERS, **body})


def notice(books: Books, id: str, holder: str = "L1") -> Code:
    return books.submit(
        LANE, id, "deposit_notice", holder=holder, channel="quick", settle_date=FRIDAY + timedelta(days=30), amount_minor=100,
        reference="r",
    ).code  # fmt: skip


def shown(books: Books, id: str, bank: str = "bank", holder: str = "L1") -> str:
    """Let the bank show 1.00 and return where it stands."""
    books.done(
        LANE, id, "deposit_direct", holder=holder, bank_account=bank, amount_minor=100, payer_matches=True, reference="line",
    )  # fmt: skip
    return books.get(LANE, Deposit, id).state


@pytest.mark.parametrize(
    ("body", "code"),
    [
        *WRONG_NAMES,
        ({"contract": ""},                       Code.details_missing),
        ({"letter": "a letter"},                 Code.details_missing),
        ({"pool": "none"},                       Code.pool_not_found),
        ({"bank_account": "none"},               Code.bank_account_not_found),
        ({"bank_account": "other_bank"},         Code.pool_differs),
        ({"contract_until": "2024-02-29"},       Code.date_in_the_past),
        ({"review_date": "2024-02-29"},          Code.date_in_the_past),
        ({"review_date": "2024-03-01"},          Code.done),
        ({},                                     Code.done),
    ],
)  # fmt: skip
def test_checks_in_order(body: dict[str, object], code: Code) -> None:
    books = open_pool()
    second_pool(books)
    assert record(books, **body).code is code


def test_is_refused_for_a_closed_pool() -> None:
    books = open_pool()
    set_state(books, Pool, "main", "closed")
    assert record(books).code is Code.pool_not_active


def test_a_sandbox_needs_none_until_the_first_are_recorded() -> None:
    books = open_pool()
    assert (notice(books, "N1"), shown(books, "D1")) == (Code.done, "cleared")
    assert record(books).code is Code.done
    assert (notice(books, "N2"), shown(books, "D2")) == (Code.done, "cleared")


@pytest.mark.parametrize(("field", "last"), [("review_date", "2024-03-04"), ("contract_until", "2024-03-04")])
def test_papers_hold_to_the_end_of_their_last_day(field: str, last: str) -> None:
    books = open_pool()
    assert record(books, **{"review_date": "2025-01-01", field: last}).code is Code.done
    days(books, 3)
    assert (notice(books, "N1"), shown(books, "D1")) == (Code.done, "cleared")
    days(books, 1)
    assert (notice(books, "N2"), shown(books, "D2")) == (Code.pool_without_papers, "in_suspense")
    item = books.get(LANE, SuspenseItem, "D2")
    assert (item.owner, item.left_minor) == ("L1", 100), "what the bank shows is kept for him whom it names"
    assert record(books, "again", review_date="2025-01-01", contract_until="2025-01-01").code is Code.done
    assert (notice(books, "N3"), shown(books, "D3")) == (Code.done, "cleared")


def test_a_contract_that_is_ended_early_ends_deposits_at_once() -> None:
    books = open_pool()
    assert record(books).code is Code.done
    assert record(books, "ended", contract_until="2024-02-29").code is Code.done
    assert notice(books, "N1") is Code.pool_without_papers
    row = books.get(LANE, PoolPapers, "bank")
    assert (row.contract_until, row.review_date) == (date(2024, 2, 29), date(2024, 3, 4))


def test_each_bank_account_has_a_letter_of_its_own() -> None:
    books = open_pool()
    bank = second_bank(books)
    assert record(books).code is Code.done
    assert (shown(books, "D1"), shown(books, "D2", bank)) == ("cleared", "in_suspense")
    assert notice(books, "N1") is Code.done, "the channel may pay into the account that has its papers"
    assert record(books, "second", bank_account=bank, letter="letter:8").code is Code.done
    assert shown(books, "D3", bank) == "cleared"


def test_another_pool_of_the_lane_goes_by_papers_of_its_own() -> None:
    books = open_pool()
    second_pool(books)
    assert record(books, contract_until="2024-03-01").code is Code.done
    days(books, 3)
    assert (notice(books, "N1"), notice(books, "N2", "O1")) == (Code.pool_without_papers, Code.done)
    assert shown(books, "D1", "other_bank", "O1") == "cleared"


def test_real_money_needs_them_from_the_first_deposit() -> None:
    books = open_pool()
    put(books, replace(books.get(LANE, Day, "day"), sandbox=False))
    assert (notice(books, "N1"), shown(books, "D1")) == (Code.pool_without_papers, "in_suspense")
    assert record(books).code is Code.done
    assert (notice(books, "N2"), shown(books, "D2")) == (Code.done, "cleared")


def test_nothing_else_stops_without_them() -> None:
    """Money that is in goes on: to its lender, back to its owner."""
    books = open_pool()
    books.give(LANE, "L1", 1_000)
    books.card(LANE, "L1")
    assert record(books).code is Code.done
    assert record(books, "ended", contract_until="2024-02-29").code is Code.done
    assert notice(books, "N1") is Code.pool_without_papers
    asked = {"holder": "L1", "card": "L1:card", "bank_account": "bank", "amount_minor": 100, "payee_hash": "payee:L1"}
    books.done(LANE, "W1", "withdrawal", **asked)


def test_a_settlement_of_what_was_taken_before_is_booked_as_ever() -> None:
    books = open_pool()
    assert record(books).code is Code.done
    assert notice(books, "N1") is Code.done
    assert record(books, "ended", contract_until="2024-02-29").code is Code.done
    books.done(
        LANE, "settle:N1", "deposit_settlement", deposit="N1", bank_account="bank", outcome="settled", amount_minor=100
    )
    assert books.get(LANE, Deposit, "N1").state == "cleared"
