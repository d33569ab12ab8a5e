"""The custodian's side of the pool in the case of the proof: payouts in every state, suspense in every place."""

from typing import Any

from tests.operations.driver import Books
from tests.operations.lending_case import LANE

NAMES = {"maker": "m1", "checker": "c1"}


def pool(books: Books) -> None:
    """Suspend money, give some of it on, send some of it back, pay fees out."""
    books.payee(LANE)
    for name, amount_minor in (("F1", 50_000), ("F2", 20_000), ("F3", 10_000), ("F4", 5_000)):
        books.done(
            LANE, name, "fee_payout", pool="main", bank_account="bank", amount_minor=amount_minor, payee_hash="payee:own",
            **NAMES,
        )  # fmt: skip
    _suspend(books)
    _own_money(books)
    _fees(books)
    for name, status, amount_minor in (
        ("F1", "settled", 50_000), ("F2", "rejected", 20_000), ("F3", "timed_out", 0), ("S1", "settled", 3_000),
        ("P1", "settled", 5_000),
    ):  # fmt: skip
        books.done(LANE, f"send:{name}", "payout_sent", payout=name)
        _told(books, name, "payout_result", f"bank:demobank:{name}:{status}", status=status, amount_minor=amount_minor)
    for name, amount_minor in (("F1", 50_000), ("S1", 3_000)):
        _told(books, name, "payout_returned", f"return:bank:demobank:{name}:returned", amount_minor=amount_minor)


def _suspend(books: Books) -> None:
    for name, amount_minor in (("R1", 3_000), ("R2", 4_000)):
        books.done(
            LANE, name, "unidentified_receipt", bank_account="bank", amount_minor=amount_minor, reference="line",
            payee_hash="payee:source",
        )  # fmt: skip
    books.done(
        LANE, "R3", "break_parking", break_id="brk-1", bank_account="bank", amount_minor=700, reference="line", **NAMES
    )
    books.done(
        LANE, "D9", "deposit_direct", holder="L1", bank_account="bank", amount_minor=900, payer_matches=False,
        reference="line",
    )  # fmt: skip
    for name, item, amount_minor in (("A2", "R2", 1_500), ("A9", "D9", 900)):
        books.done(
            LANE, name, "suspense_allocation", item=item, holder="L1", amount_minor=amount_minor, reason="his", **NAMES
        )
    books.done(
        LANE, "S1", "suspense_return", item="R1", bank_account="bank", amount_minor=3_000, payee_hash="payee:source",
        reason="nobody's here", **NAMES,
    )  # fmt: skip


def _own_money(books: Books) -> None:
    books.done(
        LANE, "own", "platform_money_in", pool="main", bank_account="bank", account="2150", amount_minor=30_000,
        reference="r",
    )  # fmt: skip
    books.done(LANE, "move", "platform_transfer", pool="main", account="2120", amount_minor=20_000)
    books.done(
        LANE, "G1", "partner_registration", partner="G1", pool="main", kind="collaborator", contract="c-1", **NAMES
    )
    books.payee(LANE, "G1", "payee:G1")
    books.done(LANE, "share", "partner_share", partner="G1", amount_minor=8_000, reference="march")
    books.done(
        LANE,
        "P1",
        "partner_payout",
        partner="G1",
        bank_account="bank",
        amount_minor=5_000,
        payee_hash="payee:G1",
        **NAMES,
    )
    books.done(
        LANE, "U1", "unused_money_back", pool="main", bank_account="bank", account="2150", amount_minor=4_000,
        payee_hash="payee:own", **NAMES,
    )  # fmt: skip
    for name, amount_minor in (("packet:1", 300), ("packet:2", 200)):
        books.done(LANE, name, "red_packet", holder="L3", amount_minor=amount_minor, reference="spring")


def _fees(books: Books) -> None:
    charge = {
        "holder": "L1",
        "fee_schedule": "fees",
        "fee_item": "withdrawal_fee",
        "base_minor": 100_000,
        "fee_minor": 100,
    }
    books.done(LANE, "charge:1", "fee_charge", **charge)
    books.done(LANE, "charge:2", "fee_charge", **charge, agreed=True)
    books.done(
        LANE, "W5", "withdrawal", holder="L1", card="L1:card", bank_account="bank", amount_minor=10_000,
        payee_hash="payee:L1", fee_schedule="fees", fee_item="withdrawal_fee",
    )  # fmt: skip
    books.done(LANE, "send:W5", "withdrawal_sent", withdrawal="W5")
    books.done(
        LANE, "bank:demobank:W5:settled", "withdrawal_result", withdrawal="W5", status="settled", amount_minor=10_000
    )
    for charged, amount_minor in (("charge:1", 40), ("W5", 4), ("disburse:X", 10_000)):
        books.done(
            LANE,
            f"refund:{charged}",
            "fee_refund",
            charge=charged,
            amount_minor=amount_minor,
            reason="not owed",
            **NAMES,
        )


def _told(books: Books, payout: str, kind: str, id: str, **body: Any) -> None:
    books.done(LANE, id, kind, payout=payout, **body)
