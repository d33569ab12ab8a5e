"""Pool case: a lane whose platform has earned fees and bound its own account; and the bank's word on payouts."""

from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import BankAccount, Pool, SuspenseItem
from tests.operations.cash import LANE, put
from tests.operations.driver import Books

FEES = 100_000
NAMES = {"maker": "m1", "checker": "c1"}
#: two names that do not stand, and the code of it: a line of every ladder
WRONG_NAMES = [
    ({"maker": ""}, Code.two_names_required),
    ({"checker": " "}, Code.two_names_required),
    ({"checker": "m1"}, Code.same_person_twice),
]


def open_pool(*, fees_minor: int = FEES, bound: bool = True) -> Books:
    """Return books whose platform has 1,000.00 of fees in the pool and a bound account."""
    books = Books()
    books.platform(LANE)
    books.client(LANE, "L1")
    if fees_minor:
        books.give(LANE, "main", fees_minor, code="2110")
    if bound:
        books.payee(LANE)
    return books


def second_pool(books: Books) -> None:
    """Open another pool of the same platform, with its bank account and a client."""
    books.done(
        LANE, "open:other", "pool_opening", pools=[{"id": "other", "currency": "CNY", "regime": "lending"}], **NAMES,
        bank_accounts=[{"id": "other_bank", "pool": "other", "channel": "demobank", "reference": "ref:other"}],
    )  # fmt: skip
    books.client(LANE, "O1", pool="other")


def pay_fees(books: Books, id: str = "F1", **body: object) -> Answer:
    """Ask for 600.00 of the fees."""
    asked = {"pool": "main", "bank_account": "bank", "amount_minor": 60_000, "payee_hash": "payee:own", **NAMES}
    return books.submit(LANE, id, "fee_payout", **(asked | body))


def receipt(books: Books, id: str = "R1", amount_minor: int = 60_000, **body: object) -> SuspenseItem:
    """Let 600.00 come in that nobody can name."""
    asked: dict[str, object] = {"bank_account": "bank", "reference": "line 7", "payee_hash": "payee:source"}
    books.done(LANE, id, "unidentified_receipt", amount_minor=amount_minor, **(asked | body))
    return books.get(LANE, SuspenseItem, id)


def send_back(books: Books, id: str = "S1", **body: object) -> Answer:
    """Ask for the return of R1 to where it came from."""
    asked = {
        "item": "R1", "bank_account": "bank", "amount_minor": 60_000, "payee_hash": "payee:source", "reason": "asked",
        **NAMES,
    }  # fmt: skip
    return books.submit(LANE, id, "suspense_return", **(asked | body))


def send(books: Books, payout: str = "F1", *, id: str = "") -> Answer:
    """Take the message of a payout."""
    return books.submit(LANE, id or f"send:{payout}", "payout_sent", payout=payout)


def told(books: Books, status: str, payout: str = "F1", *, id: str = "", **body: object) -> Answer:
    """Tell what the bank did with a payout of 600.00."""
    asked: dict[str, object] = {"payout": payout, "status": status, "amount_minor": 60_000}
    return books.submit(LANE, id or f"bank:demobank:{payout}:{status}", "payout_result", **(asked | body))


def came_back(books: Books, payout: str = "F1", **body: object) -> Answer:
    """Tell that the payee's bank sent a payout of 600.00 back."""
    asked: dict[str, object] = {"payout": payout, "amount_minor": 60_000, "reason": "AC04"}
    return books.submit(LANE, f"return:bank:demobank:{payout}:returned", "payout_returned", **(asked | body))


def set_pool(books: Books, state: str) -> None:
    """Bring the pool into a state whose operation is tested elsewhere."""
    put(books, replace(books.get(LANE, Pool, "main"), state=state))


def cash(books: Books) -> int:
    """Return what all bank accounts of the lane hold."""
    return sum(books.balance(LANE, bank.id, "1010") for bank in books.rows(LANE, BankAccount))
