"""Each falsification of suspense, payouts, fees and red packets is found, and the row that breaks is named."""

import pytest

from cunguan.prove.report import prove
from tests.operations.lending_case import LANE
from tests.prove.case import change, found, seq

_AT = f"lane = {LANE} AND id ="

#: what is wrong -> the statement, the claim, the row, the words of the finding
WRONG: dict[str, tuple[str, str, str, str]] = {
    "an item that is larger":       (f"UPDATE suspense_item SET amount_minor = amount_minor + 1 WHERE {_AT} 'R2'",
                                     "suspense", "suspense_item R2", "not what the postings say"),
    "an item with more left":       (f"UPDATE suspense_item SET left_minor = left_minor + 1 WHERE {_AT} 'R2'",
                                     "suspense", "suspense_item R2", "not what the postings say"),
    "an item of another account":   (f"UPDATE suspense_item SET code = '2220' WHERE {_AT} 'R2'",
                                     "suspense", "suspense_item R2", "no posting brought its money"),
    "an item closed too early":     (f"UPDATE suspense_item SET state = 'allocated' WHERE {_AT} 'R2'",
                                     "suspense", "suspense_item R2", "its state does not fit"),
    "an item that is gone":         (f"DELETE FROM suspense_item WHERE {_AT} 'R3'",
                                     "suspense", "2230 of main", "no item names it"),
    "a source that was exchanged":  (f"UPDATE suspense_item SET payee_hash = 'payee:thief' WHERE {_AT} 'R1'",
                                     "bodies", "suspense_item R1", "payee_hash"),
    "a break that was exchanged":   (f"UPDATE suspense_item SET break_id = 'brk-2' WHERE {_AT} 'R3'",
                                     "bodies", "suspense_item R3", "break_id"),
    "a return that was not paid":   (f"UPDATE payout SET state = 'held' WHERE {_AT} 'S1'",
                                     "suspense", "suspense_item R1", "what left the pool for its source"),
    "a return of another item":     (f"UPDATE payout SET subject = 'R2' WHERE {_AT} 'S1'",
                                     "suspense", "suspense_item R2", "what left the pool for its source"),
    "a payout to another account":  (f"UPDATE payout SET payee_hash = 'payee:thief' WHERE {_AT} 'F3'",
                                     "transit", "payout F3", "nobody answered"),
    "a payout of more":             (f"UPDATE payout SET amount_minor = amount_minor + 1 WHERE {_AT} 'F3'",
                                     "transit", "payout F3", "nobody answered"),
    "a payout nobody answered for": (f"UPDATE payout SET authority = authority + 1 WHERE {_AT} 'F3'",
                                     "transit", "payout F3", "nobody answered"),
    "a payout that came from fees": (f"UPDATE payout SET came_from = account WHERE {_AT} 'U1'",
                                     "transit", "payout U1", "came from elsewhere"),
    "a payout paid already":        (f"UPDATE payout SET state = 'settled' WHERE {_AT} 'F4'",
                                     "transit", "payout F4", "the postings say otherwise"),
    "a payout never paid":          (f"UPDATE payout SET state = 'rejected' WHERE {_AT} 'F1'",
                                     "transit", "payout F1", "the postings say otherwise"),
    "a payout that is gone":        (f"DELETE FROM payout WHERE {_AT} 'F3'",
                                     "transit", "2155 of main", "no row names it"),
    "a payee that was exchanged":   (f"UPDATE payee SET payee_hash = 'payee:thief' WHERE lane = {LANE} AND owner = 'G1'",
                                     "bodies", "payee", "payee_hash"),
    "a fee that was not taken":     (f"UPDATE fee_charge SET fee_minor = fee_minor + 1 WHERE {_AT} 'charge:2'",
                                     "fees", "fee_charge charge:2", "another fee was taken"),
    "a fee of another client":      (f"UPDATE fee_charge SET holder = 'L2' WHERE {_AT} 'charge:2'",
                                     "fees", "fee_charge charge:2", "another fee was taken"),
    "a refund that is forgotten":   (f"UPDATE fee_charge SET refunded_minor = 0 WHERE {_AT} 'charge:1'",
                                     "fees", "fee_charge charge:1", "another sum of it"),
    "a charge that is gone":        (f"DELETE FROM fee_charge WHERE {_AT} 'charge:1'",
                                     "fees", "fee_charge charge:1", "never taken"),
    "a day's total that is short":  ("UPDATE daily_total SET amount_minor = amount_minor - 1",
                                     "limits", "daily_total red_packet:main:", "not what was done that day"),
    "a day's total that is gone":   ("DELETE FROM daily_total",
                                     "limits", "daily_total red_packet:main:", "nobody counted"),
}  # fmt: skip


def _rounds() -> list[list[str]]:
    """Return the falsifications in rounds, none of which touches a row twice: a proof is dear, and finds them all."""
    rounds: list[dict[str, str]] = []
    for wrong, (statement, *_) in WRONG.items():
        table, place = statement.split()[1 if statement.startswith("UPDATE") else 2], statement.partition("WHERE")[2]
        key = f"{table} {place}"
        free = next((each for each in rounds if key not in each), None)
        if free is None:
            rounds.append(free := {})
        free[key] = wrong
    return [list(each.values()) for each in rounds]


@pytest.mark.parametrize("round_", _rounds(), ids=lambda round_: f"{len(round_)} rows")
def test_finds(books: str, round_: list[str]) -> None:
    change(books, *(WRONG[wrong][0] for wrong in round_))
    findings = [finding for result in prove(books).claims for finding in result.findings]
    for wrong in round_:
        _, claim, row, what = WRONG[wrong]
        assert any(
            (finding.claim, finding.row.startswith(row), what in finding.what) == (claim, True, True)
            for finding in findings
        ), (wrong, findings)


def test_finds_a_payout_paid_without_the_banks_word(books: str) -> None:
    at = seq(books, "bank:demobank:F1:settled")
    change(books, f"UPDATE instruction SET id = 'by-hand' WHERE lane = {LANE} AND seq = {at}")
    assert any(finding.seq == at for finding in found(books, "exits"))


def test_finds_fees_that_leave_the_pool_directly(books: str) -> None:
    """Let the money of a payout leave from 2110 itself, with no step between."""
    at = seq(books, "bank:demobank:F1:settled")
    change(
        books,
        f"UPDATE posting SET debit_account = (SELECT account FROM account WHERE lane = {LANE} AND owner = 'main' "
        f"AND code = '2110') WHERE lane = {LANE} AND seq = {at}",
    )
    assert any(finding.seq == at and finding.found == "2110" for finding in found(books, "exits"))


def test_finds_an_allocation_to_the_platform(books: str) -> None:
    at = seq(books, "A2")
    change(
        books,
        f"UPDATE posting SET credit_account = (SELECT account FROM account WHERE lane = {LANE} AND owner = 'main' "
        f"AND code = '2110') WHERE lane = {LANE} AND seq = {at}",
    )
    assert any(finding.seq == at and "no owner" in finding.what for finding in found(books, "suspense"))


@pytest.mark.parametrize("name", ["charge:1", "charge:2"])
def test_finds_a_fee_above_the_schedule(books: str, name: str) -> None:
    """A client's own word for a charge does not lift the cap of the schedule he confirmed."""
    at = seq(books, name)
    change(
        books,
        f"UPDATE posting SET amount_minor = 600 WHERE lane = {LANE} AND seq = {at}",
        f"UPDATE authority SET amount_minor = 600 WHERE lane = {LANE} AND seq = {seq(books, 'charge:1')}",
    )
    findings = [finding for finding in found(books, "authority") if finding.seq == at]
    assert any("is more than fees:1 allows" in finding.what for finding in findings), findings
