"""Cash: a lane with two clients, their cards and fees, for the tests of deposits and withdrawals."""

from datetime import timedelta

from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import Card, FeeItem, Holder, Pool, Row
from tests.operations.driver import Books

LANE = 1
#: 0.1 %, at least nothing and at most 5.00 a charge
FEE = FeeItem("withdrawal_fee", "bp", 10, 0, 500, 0)


def open_books(*, money_minor: int = 1_000_000, cards: bool = True, sandbox: bool = True) -> Books:
    """Return books in which L1 (with money and a card) and L2 (with a card) are clients of lane 1."""
    books = Books(sandbox=sandbox)
    books.platform(LANE)
    for holder in ("L1", "L2"):
        books.client(LANE, holder)
    if cards:
        books.card(LANE, "L1")
        books.card(LANE, "L2")
    if money_minor:
        books.give(LANE, "L1", money_minor)
    return books


def with_fees(books: Books, *items: FeeItem) -> Books:
    """Publish a fee schedule and let L1 confirm it."""
    books.fees(LANE, "fees", 1, *(items or (FEE,)))
    books.consent(LANE, "L1")
    return books


def second_bank(books: Books) -> str:
    """Open a second bank account of the same pool."""
    books.done(
        LANE, "open:second", "pool_opening", pools=[], maker="m1", checker="c1",
        bank_accounts=[{"id": "second", "pool": "main", "channel": "demobank", "reference": "ref:second"}],
    )  # fmt: skip
    return "second"


def put(books: Books, row: Row, lane: int = LANE) -> None:
    """Put a row into the store behind the lane's back, and let the lane read everything anew."""
    books.store.tables[(lane, type(row))][row.id] = row
    books.runners[lane].load()


def set_state(books: Books, kind: type[Holder] | type[Card] | type[Pool], row_id: str, state: str) -> None:
    """Bring a row into a state whose operation is tested elsewhere."""
    put(books, replace(books.get(LANE, kind, row_id), state=state))


def withdraw(books: Books, withdrawal: str = "W1", **body: object) -> Answer:
    """Ask for a withdrawal of 600.00 by L1 to his card."""
    asked: dict[str, object] = {
        "holder": "L1", "card": "L1:card", "bank_account": "bank", "amount_minor": 60_000, "payee_hash": "payee:L1",
    }  # fmt: skip
    return books.submit(LANE, withdrawal, "withdrawal", **(asked | body))


def sent(books: Books, withdrawal: str = "W1", **body: object) -> None:
    """Bring a withdrawal to the bank."""
    answer = withdraw(books, withdrawal, **body)
    assert answer.code is Code.done, answer
    books.done(LANE, f"send:{withdrawal}", "withdrawal_sent", withdrawal=withdrawal)


def result(books: Books, status: str, withdrawal: str = "W1", *, id: str = "", **body: object) -> Answer:
    """Tell what the bank did with a withdrawal of 600.00."""
    asked: dict[str, object] = {"withdrawal": withdrawal, "status": status, "amount_minor": 60_000}
    return books.submit(LANE, id or f"bank:demobank:{withdrawal}:{status}", "withdrawal_result", **(asked | body))


def days(books: Books, count: int) -> None:
    """Close so many days."""
    books.move_day(LANE, books.business_date(LANE) + timedelta(days=count))
