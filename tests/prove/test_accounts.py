"""Proof of cards, keys, mandates given back and successions: sound books hold, and each falsification is found."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from functools import cache

import pytest

from cunguan.prove.report import prove
from cunguan.store.batch import Batch
from tests.operations.cash import FEE
from tests.operations.lending_case import LANE, Loan
from tests.prove.case import change, filled, found, seq

TWO = {"maker": "m1", "checker": "c1"}


@cache
def book() -> Sequence[Batch]:
    """Return the batches: a mandate used twice and given back once, a cancelled withdrawal, a key replaced, an heir."""
    loan = Loan()
    for lender in ("L1", "L2"):
        loan.lender(lender, 6_000_000)
    loan.card(LANE, "L2")
    loan.fees(LANE, "fees", 1, FEE)
    loan.consent(LANE, "L2")
    mandate = loan.mandate(LANE, "L2", "bid", 5_000_000)
    loan.listed(amount_minor=10_000_000)
    loan.done(LANE, "b2", "bid_hold", lender="L2", listing="X", amount_minor=1_000_000, mandate=mandate)
    loan.done(LANE, "c2", "bid_cancel", lender="L2", hold="b2", amount_minor=400_000)
    loan.bid("L2", 3_400_000, mandate=mandate)
    loan.bid("L1", 6_000_000)
    loan.done(LANE, "disburse", "disbursement", listing="X")
    loan.done(
        LANE, "W1", "withdrawal", holder="L2", card="L2:card", bank_account="bank", amount_minor=60_000,
        payee_hash="payee:L2", fee_schedule="fees", fee_item=FEE.item,
    )  # fmt: skip
    loan.done(LANE, "W1c", "withdrawal_cancel", holder="L2", withdrawal="W1", amount_minor=60_000)
    loan.done(
        LANE, "key", "key_replacement", holder="L2", old_key_id="L2:key", key_id="L2:key2",
        evidence_kind="sandbox_ed25519", public_key=b64encode(loan.keys.public_key("L2:key2")).decode(), method="face",
        source="sandbox", **TWO,
    )  # fmt: skip
    loan.done(LANE, "revoke", "mandate_revoke", holder="L2", mandate=mandate)
    loan.client(LANE, "H1")
    loan.done(0, "death", "death_record", act="death", person="person:L1", instrument="cert", **TWO)
    loan.deliver()
    loan.give(LANE, "L1", 500)
    loan.done(
        LANE, "heir", "succession_transfer", holder="L1", heir="H1", amount_minor=300, instrument="deed",
        method="register", source="sandbox", claims=["bid:L1:X"], **TWO,
    )  # fmt: skip
    return tuple(loan.store.batches)


@pytest.fixture
def books(wheel_copy: str) -> Iterator[str]:
    filled(wheel_copy, book)
    yield wheel_copy


def test_holds_for_sound_books(books: str) -> None:
    report = prove(books)
    assert [str(finding) for result in report.claims for finding in result.findings] == []


#: what is wrong -> the statement, the claim that finds it, its row, its words
WRONG: dict[str, tuple[str, str, str, str]] = {
    "given back twice":  ("UPDATE mandate SET used_minor = used_minor - 1", "authority", "mandate", "was used of it"),
    "never given back":  ("UPDATE mandate SET used_minor = used_minor + 400000", "authority", "mandate", "was used of it"),
    "another mandate":   ("UPDATE hold SET mandate = '' WHERE id = 'b2'", "bodies", "hold b2", "not what the instruction said"),
    "not cancelled":     ("UPDATE withdrawal SET state = 'held' WHERE id = 'W1'", "transit", "withdrawal W1", "it is held"),
    "still to be sent":  ("UPDATE outbox SET state = 'waiting' WHERE id = 'W1'", "state moves", "outbox W1", "another state"),
    "another key":       ("UPDATE client_key SET public_key = '\\x00' WHERE id = 'L2:key2'", "bodies", "client_key L2:key2",
                          "not what the instruction said"),
    "the heir's share":  ("UPDATE claim SET principal_minor = principal_minor - 1 WHERE id = 'heir:1'", "claim register",
                          "claim heir:1", "not the sum of its moves"),
    "the dead man's":    ("UPDATE claim SET state = 'active' WHERE id = 'bid:L1:X'", "claim register", "claim bid:L1:X",
                          "it is active"),
    "still alive":       ("UPDATE holder_account SET state = 'active' WHERE id = 'L1'", "state moves", "holder_account L1",
                          "another state"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_finds_what_is_wrong(books: str, wrong: str) -> None:
    statement, claim, row, what = WRONG[wrong]
    change(books, statement)
    findings = found(books, claim)
    assert any(finding.row.startswith(row) and what in finding.what for finding in findings), findings


def test_finds_a_claim_that_passes_to_another_or_grows_on_the_way(books: str) -> None:
    at = seq(books, "heir")
    gains = f"WHERE lane = {LANE} AND seq = {at} AND line = 1"
    change(books, f"UPDATE claim_move SET principal_minor = principal_minor + 1 {gains}")
    assert any("gains another principal" in finding.what for finding in found(books, "claim register"))
    change(books, f"UPDATE claim_move SET principal_minor = principal_minor - 1, holder = 'L2' {gains}")
    assert any("moves another's claim" in finding.what for finding in found(books, "claim register"))


def test_finds_money_of_the_dead_that_goes_to_no_heir(books: str) -> None:
    at = seq(books, "heir")
    change(books, f"UPDATE authority SET kind = 'P' WHERE lane = {LANE} AND seq = {at}")
    assert found(books, "authority")


def test_finds_a_confirmation_by_a_key_that_was_replaced(books: str) -> None:
    """Let the replacement stand before the revocation that the new key confirmed, with the old key in its place."""
    at = seq(books, "revoke")
    change(books, f"UPDATE authority SET key_id = 'L2:key', public_key = (SELECT public_key FROM client_key WHERE lane = "
                  f"{LANE} AND id = 'L2:key') WHERE lane = {LANE} AND seq = {at}")  # fmt: skip
    assert any("had been replaced" in finding.what for finding in found(books, "authority"))
