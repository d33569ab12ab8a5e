"""Claims and loans under proof: guarantees, compensation, recourse, trustee payees, sales; each falsification is found."""

from collections.abc import Iterator
from datetime import date
from functools import cache

import pytest

from cunguan.doors.papers.loan import loan
from cunguan.operations import runs
from cunguan.prove.report import prove
from cunguan.store.batch import Batch
from cunguan.store.history import History
from tests.operations.lending_case import LANE, Loan
from tests.prove.case import change, filled, found


@cache
def _book() -> tuple[Batch, ...]:
    """One loan with everything that may happen to its claims, and one by runs."""
    books = Loan()
    books.fees(LANE)
    books.consent(LANE, "B")
    books.client(LANE, "T", "trustee")
    books.full({"L1": 600_000, "L2": 400_000}, fee_schedule="fees", fee_item="platform_fee")
    books.guarantor("G", 2_000_000)
    for payee, amount in (("p1", 300_000), ("p2", 200_000)):
        books.name_payee("T", amount, id=payee)
        books.review_payee(payee)
    books.done(LANE, "revoke", "trustee_payee_revoke", borrower="B", payee="p2")
    books.done(LANE, "pay", "disbursement", listing="X")
    _by_runs(books)
    books.move_day(LANE, date(2024, 4, 4))
    books.compensate(1, 333_334, 10_000, 172)
    books.lender("L9", 1_000_000)
    books.consent(LANE, "L9")
    books.offer("bid:L2:X", 200_000, 150_000, accrued="added")
    answer = books.buy("sale:bid:L2:X", "L9", 100_000, 100_000, id="asks")
    interest = int(str(answer.detail["accrued_minor"]))
    fee = {"fee_schedule": "fees", "fee_item": "platform_fee"}
    assert books.buy("sale:bid:L2:X", "L9", 100_000, 100_000, interest, id="buy", **fee).code.name == "done"
    books.give(LANE, "B", 1_000_000)
    for row in books.plan():
        if row.listing == "X" and row.number > 1:
            assert (
                books.repay(row.number, row.principal_minor, row.interest_minor, id=f"r{row.number}").code.name
                == "done"
            )
    assert books.pay_back(1, 333_000, 9_000, 100).code.name == "done"
    return tuple(books.store.batches)


def _by_runs(books: Loan) -> None:
    patch = pytest.MonkeyPatch()
    books.listed("Y", amount_minor=1_000)
    for number in range(10):
        books.bid(books.lender(f"M{number}", 100), 100, "Y")
    books.done(LANE, "guarantee:G:Y", "guarantee", guarantor="G", listing="Y")
    books.name_payee("T", 700, "Y", id="py")
    books.review_payee("py")
    patch.setattr(runs, "ATOMIC_ITEMS", 4)
    patch.setattr(runs, "STEP_ITEMS", 4)
    books.done(LANE, "pay:Y", "disbursement", listing="Y")
    books.run("pay:Y")
    books.move_day(LANE, date(2024, 4, 4))
    assert books.compensate(1, 334, 5, listing="Y", id="comp:Y", indirect=True).code.name == "done"
    books.run("comp:Y")
    patch.undo()


@pytest.fixture
def loans(wheel_copy: str) -> Iterator[str]:
    filled(wheel_copy, _book)
    yield wheel_copy


def test_holds_for_sound_books(loans: str) -> None:
    report = prove(loans)
    assert [str(finding) for result in report.claims for finding in result.findings] == []


def test_shows_a_borrower_what_was_paid_on_his_behalf_and_a_loan_with_its_recourse(loans: str) -> None:
    with History(loans) as history:
        head = history.lanes()[LANE].head
        on_behalf = history.on_behalf(LANE, "B", 1, head)
        claims = {claim.claim: claim for claim in history.claims(LANE, "X", head)}
        plan = loan(history, history.lanes()[LANE], "X", head)
    assert {(one.kind, one.instruction, one.listing) for one in on_behalf} == {("compensation", "comp:Y", "Y")}
    assert sum(one.principal_minor for one in on_behalf) == 334, "the direct one is no payment of his"
    assert sum(one.interest_minor for one in on_behalf) == 5
    gained = claims["compensation:1"]
    assert (gained.principal_minor, gained.recourse_interest_minor, gained.recourse_late_minor) == (334, 1_000, 72)
    assert plan is not None
    assert [(row.paid_principal_minor, row.paid_interest_minor, row.paid_late_minor) for row in plan.plan] == [
        (333_000, 9_000, 100), (333_333, 6_667, 0), (333_333, 3_333, 0),
    ]  # fmt: skip


def _more(instruction: str, line: int) -> str:
    """Return the statement that adds a unit to a posting."""
    at = f"(SELECT min(seq) FROM instruction WHERE id = '{instruction}')"
    return f"UPDATE posting SET amount_minor = amount_minor + 1 WHERE lane = {LANE} AND seq = {at} AND line = {line}"


_TO_ANOTHER = (
    "UPDATE posting SET credit_account = (SELECT account FROM account WHERE owner = 'L1' AND code = '2010') "
    f"WHERE lane = {LANE} AND seq = (SELECT seq FROM instruction WHERE id = 'pay') AND line = 3"
)


@pytest.mark.parametrize(
    ("claim", "what"),
    [
        # a row is changed
        ("claim register", "UPDATE claim SET principal_minor = principal_minor + 1 WHERE id = 'buy'"),
        ("claim register", "UPDATE claim SET recourse_interest_minor = 1 WHERE id = 'compensation:1'"),
        ("claim register", "UPDATE claim SET rank = 1 WHERE id = 'compensation:1'"),
        ("claim register", "UPDATE claim SET state = 'settled' WHERE id = 'compensation:1'"),
        ("claim register", "DELETE FROM guarantee WHERE listing = 'X'"),
        ("claim register", "DELETE FROM claim_sale WHERE claim = 'bid:L2:X'"),
        ("claim register", "UPDATE claim_sale SET floor_minor = 250000 WHERE claim = 'bid:L2:X'"),
        ("claim register", "UPDATE claim_sale SET seller = 'L1' WHERE claim = 'bid:L2:X'"),
        ("listings",       "UPDATE claim SET weight_minor = weight_minor + 1 WHERE id = 'buy'"),
        ("listings",       "UPDATE claim SET carried_interest_minor = carried_interest_minor + 1 WHERE id = 'buy'"),
        ("listings",       "UPDATE plan_row SET compensated_principal_minor = 0 WHERE id = 'X:1'"),
        ("listings",       "UPDATE plan_row SET compensated_late_minor = 5 WHERE id = 'X:1'"),
        ("listings",       "UPDATE holder_account SET person = 'person:B' WHERE id = 'L9'"),
        ("listings",       "UPDATE guarantee SET person = 'person:L1' WHERE listing = 'X'"),
        ("authority",      "UPDATE trustee_payee SET amount_minor = amount_minor + 1 WHERE id = 'p1'"),
        ("authority",      "UPDATE trustee_payee SET trustee = 'L1' WHERE id = 'p1'"),
        ("authority",      "UPDATE trustee_payee SET state = 'paid' WHERE id = 'p2'"),
        ("state moves",    "UPDATE trustee_payee SET state = 'active' WHERE id = 'p2'"),
        ("state moves",    "UPDATE claim_sale SET state = 'sold' WHERE claim = 'bid:L2:X'"),
        ("bodies",         "UPDATE claim_sale SET accrued = 'included' WHERE claim = 'bid:L2:X'"),
        ("bodies",         "UPDATE guarantee SET guarantor = 'L1' WHERE listing = 'Y'"),
        # the register is changed
        ("claim register", "UPDATE claim_move SET recourse_interest_minor = 9999 WHERE recourse_interest_minor = 10000"),
        ("claim register", "UPDATE claim_move SET principal_minor = 99999 WHERE claim = 'buy' AND principal_minor > 0"),
        ("claim register", "UPDATE claim_move SET holder = 'L1' WHERE claim = 'buy'"),
        # money is changed
        ("claim register", _more("buy", 1)),
        ("claim register", _more("compensation:1", 0)),
        ("claim register", _more("guarantor_repayment:1", 0)),
        ("claim register", _more("comp:Y:1", 0)),
        ("authority",      _more("pay", 3)),
        ("authority",      _TO_ANOTHER),
    ],
)  # fmt: skip
def test_finds_what_was_changed(loans: str, claim: str, what: str) -> None:
    change(loans, what)
    assert found(loans, claim), what
