"""Case: a small book made by the real operations, as the plane would write it into PostgreSQL.

Shape   two platforms that share a borrower; bids by confirmation and by mandate, a red packet, a cancelled bid, a fee,
        a repaid row, withdrawals in every state, an uncleared deposit, a lock, a closed day
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cache
from typing import Any

import psycopg

from cunguan.kernel.rows import FeeItem
from cunguan.prove.findings import Finding
from cunguan.prove.report import prove
from cunguan.store.batch import Batch
from cunguan.store.postgres import SCHEMA, PostgresWriter
from cunguan.store.steps import apply, steps
from tests.conftest import copied
from tests.operations.driver import FRIDAY
from tests.operations.lending_case import LANE, Loan
from tests.prove.case_firm import firm
from tests.prove.case_pool import pool

WITHDRAWAL_FEE = FeeItem("withdrawal_fee", "bp", 10, 0, 500, 10_000)


@cache
def book() -> tuple[Batch, ...]:
    """Return the batches of the whole case."""
    books = Loan()
    for lender, amount_minor in (("L1", 7_000_000), ("L2", 3_000_000), ("L3", 1_500_001)):
        books.client(LANE, lender)
        books.card(LANE, lender, cooled=False)
        _deposit(books, lender, amount_minor)
    books.card(LANE, "B", cooled=False)
    books.fees(LANE, "fees", 1, FeeItem("platform_fee", "bp", 200, 0, 0, 0), WITHDRAWAL_FEE)
    books.consent(LANE, "B")
    books.consent(LANE, "L1")
    books.done(
        LANE, "fund", "platform_money_in", pool="main", bank_account="bank", account="2120", amount_minor=100_000,
        reference="r",
    )  # fmt: skip
    _raise(books)
    _withdrawals(books)
    _repay(books)
    pool(books)
    _second_platform(books)
    firm(books)
    _orders(books)
    books.done(0, "lock:1", "person_lock", act="lock:1", person="person:L3", reason="lost his phone", maker="m1")
    books.deliver()
    return tuple(books.store.batches)


def _orders(books: Loan) -> None:
    """Two orders over one person, the first of them waiting; a third was lifted in part, a fourth as a whole."""
    for person, instrument, amount_minor in (("person:L1", "1", 9_000_000), ("person:L1", "2", 5), ("person:M", "3", 400),
                                             ("person:L2", "4", 300)):  # fmt: skip
        books.done(
            0, f"order:{instrument}", "legal_order", issuer="court", instrument=instrument, currency="CNY",
            amount_minor=amount_minor, expires=FRIDAY + timedelta(days=180), maker="m1", checker="c1", person=person,
        )  # fmt: skip
        books.settle_messages()
    _deposit(books, "L1", 70_000)
    _deposit(books, "M", 500, lane=2)
    books.settle_messages()
    for instrument, amount_minor in (("3", 100), ("4", None)):
        books.done(
            0, f"lift:{instrument}", "legal_lift", order=f"order:{instrument}", issuer="court", instrument="5", maker="m1",
            checker="c1", amount_minor=amount_minor,
        )  # fmt: skip
    books.settle_messages()
    for name, status in (("take:1", "settled"), ("take:2", "timed_out"), ("take:3", "rejected"), ("take:4", "")):
        books.done(
            LANE, name, "legal_taking", order="order:1", holder="L1", bank_account="bank", amount_minor=1_000,
            payee_hash="payee:court", issuer="court", instrument=name, maker="m1", checker="c1",
        )  # fmt: skip
        if status:
            books.done(LANE, f"send:{name}", "payout_sent", payout=name)
            books.done(
                LANE, f"bank:demobank:{name}:{status}", "payout_result", payout=name, status=status,
                amount_minor=0 if status == "timed_out" else 1_000,
            )  # fmt: skip
        books.settle_messages()
    books.done(
        LANE, "general", "general_hold", holder="L2", amount_minor=700, reason="disputed", until=FRIDAY + timedelta(days=9),
        authority="M", maker="m1", checker="c1",
    )  # fmt: skip
    books.done(
        LANE, "general:back", "general_hold_release", hold="general", amount_minor=200, reason="settled in part", maker="m1",
        checker="c1",
    )  # fmt: skip


def _deposit(books: Loan, holder: str, amount_minor: int, lane: int = LANE) -> None:
    books.done(
        lane, f"in:{holder}:{amount_minor}", "deposit_direct", holder=holder, bank_account="bank",
        amount_minor=amount_minor, payer_matches=True, reference="r",
    )  # fmt: skip


def _raise(books: Loan) -> None:
    books.listed(fee_schedule="fees", fee_item="platform_fee")
    books.bid("L1", 6_000_000)
    mandate = books.mandate(LANE, "L2", "bid", 4_000_000)
    books.bid("L2", 3_000_000, mandate=mandate)
    books.done(LANE, "revoke", "mandate_revoke", holder="L2", mandate=mandate)
    books.done(LANE, "bid:first", "bid_hold", lender="L3", listing="X", amount_minor=500_000)
    books.done(LANE, "cancel", "bid_cancel", lender="L3", hold="bid:first", amount_minor=500_000)
    books.bid("L3", 990_000, marketing_minor=10_000)
    books.submit(LANE, "too-much", "bid_hold", lender="L3", listing="X", amount_minor=1)
    books.done(LANE, "disburse:X", "disbursement", listing="X")
    books.listed("Y", amount_minor=400_000)
    books.bid("L3", 300_000, "Y")


def _withdrawals(books: Loan) -> None:
    books.move_day(LANE, FRIDAY + timedelta(days=3))
    for name, holder, amount_minor, fee in (
        ("W1", "B", 9_000_000, True), ("W2", "L1", 100_000, True), ("W3", "L1", 50_000, False),
        ("W4", "L1", 7_000, True),
    ):  # fmt: skip
        charged = {"fee_schedule": "fees", "fee_item": "withdrawal_fee"} if fee else {}
        books.done(
            LANE, name, "withdrawal", holder=holder, card=f"{holder}:card", bank_account="bank",
            amount_minor=amount_minor, payee_hash=f"payee:{holder}", **charged,
        )  # fmt: skip
    answers = (("W1", "settled", 9_000_000), ("W2", "rejected", 100_000), ("W3", "timed_out", 0))
    for name, status, amount_minor in answers:
        books.done(LANE, f"send:{name}", "withdrawal_sent", withdrawal=name)
        books.done(
            LANE, f"bank:demobank:{name}:{status}", "withdrawal_result", withdrawal=name, status=status,
            amount_minor=amount_minor,
        )  # fmt: skip


def _repay(books: Loan) -> None:
    _deposit(books, "B", 5_050_000)
    books.repay(1, 3_333_334, 100_000)
    for n, settles in enumerate((True, False), start=1):
        books.done(
            LANE, f"notice:{n}", "deposit_notice", holder="L2", channel="fastpay",
            settle_date=FRIDAY + timedelta(days=4), amount_minor=20_000 * n, reference=f"r{n}",
        )  # fmt: skip
        if settles:
            books.done(
                LANE, f"settle:notice:{n}:settled", "deposit_settlement", deposit=f"notice:{n}", bank_account="bank",
                outcome="settled", amount_minor=20_000 * n,
            )  # fmt: skip


def _second_platform(books: Loan) -> None:
    books.platform(2)
    books.client(2, "B2", "borrower", person="person:B")
    books.client(2, "M", person="person:M")
    _deposit(books, "M", 1_000, lane=2)
    body = books.ask_listing("Z", borrower="B2", person="person:B", amount_minor=500, raise_until=FRIDAY)
    books.done(2, "reg:Z", "listing_registration", **body)
    books.done(2, "bid:M", "bid_hold", lender="M", listing="Z", amount_minor=500)


def fill(url: str, batches: Sequence[Batch]) -> None:
    """Apply the schema and write batches in order."""
    apply(url, *steps())
    lanes(url)
    write(url, batches)


def filled(url: str, make: Callable[[], Sequence[Batch]] = book) -> None:
    """Make a fresh database the copy of one that was filled once on its server with what `make` returns."""
    copied(url, f"{make.__module__}.{make.__qualname__}", lambda template: fill(template, make()))


def lanes(url: str) -> None:
    """Make the three lanes of the case, where they begin."""
    with psycopg.connect(url) as owner:
        for lane in range(3):
            owner.execute("INSERT INTO lane (lane, token, head) VALUES (%s, 0, 0)", (lane,))
            owner.execute("INSERT INTO lane_schema VALUES (%s, %s, 0)", (lane, SCHEMA))


def write(url: str, batches: Sequence[Batch]) -> None:
    """Write batches as the plane does, one after the other."""
    writer = PostgresWriter(url)
    try:
        for batch in batches:
            writer.write(batch)
    finally:
        writer.close()


def change(url: str, *statements: str, **values: Any) -> None:
    """Change rows behind the plane's back, as the owner of the database, with its triggers out of the way."""
    with psycopg.connect(url) as owner:
        for table in ("instruction", "journal", "posting", "authority", "claim_move", "state_move", "batch", "account"):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            assert owner.execute(statement, values).rowcount != 0, f"nothing was changed by {statement}"


def one(url: str, statement: str, *values: object) -> Any:
    """Return the one value of the one row."""
    with psycopg.connect(url) as owner:
        row = owner.execute(statement, values).fetchone()
    assert row is not None, statement
    return row[0]


def seq(url: str, instruction: str, lane: int = LANE) -> int:
    """Return the sequence of an instruction."""
    return int(one(url, "SELECT seq FROM instruction WHERE lane = %s AND id = %s", lane, instruction))


def first(url: str) -> Finding:
    """Return the first finding of a proof that must not hold."""
    report = prove(url)
    assert not report.holds, "the proof holds"
    assert report.first is not None
    return report.first


def found(url: str, claim: str) -> list[Finding]:
    """Return what one claim found."""
    return [finding for result in prove(url).claims if result.claim == claim for finding in result.findings]
