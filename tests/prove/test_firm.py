"""The firm's side: sound books hold and say what is missing; each changed, added or deleted row is found and named."""

import re
from collections.abc import Sequence

import pytest

from cunguan.doors.cli.prove import lines
from cunguan.prove.report import prove
from tests.prove.case import change, found, seq
from tests.prove.case_firm import FIRM_LANE

OF_LANE = f"WHERE lane = {FIRM_LANE}"


def test_says_what_is_missing_and_which_shortfalls_explain_it(books: str) -> None:
    report = prove(books, platform="P2")
    assert [str(finding) for result in report.claims for finding in result.findings] == []
    [pool] = report.pools
    sums = {term.name: term.amount_minor for term in pool.terms if term.number == 2}
    owed = sums["firm's top-up receivable"] + sums["clients' debts"]
    assert pool.missing_minor == owed - sums["custodian's own"] > 0
    assert pool.shortfalls == ["CB1", "J0", "X1"]
    assert [line for line in lines(report) if "short of" in line] == [
        f"  short of {pool.missing_minor:,}, which the firm makes good: shortfalls CB1, J0, X1"
    ]
    assert prove(books, platform="P1").pools[0].missing_minor == 0


#: what is changed behind the plane's back, and the claim and row that must say so
CHANGES = [
    # claim, row, statement
    ("firm", "shortfall X1",      "UPDATE shortfall SET made_good_minor = made_good_minor + 1 {} AND id = 'X1'"),
    ("firm", "shortfall X1",      "UPDATE shortfall SET amount_minor = amount_minor - 1 {} AND id = 'X1'"),
    ("firm", "shortfall X1",      "UPDATE shortfall SET state = 'made_good' {} AND id = 'X1'"),
    ("firm", "shortfall CB1",     "UPDATE shortfall SET amount_minor = amount_minor + 1 {} AND id = 'CB1'"),
    ("firm", "shortfall CB1",     "UPDATE shortfall SET seq = 1 {} AND id = 'CB1'"),
    ("firm", "1030 of main",      "DELETE FROM shortfall {} AND id = 'X1'"),
    ("firm", "client_debt CB1",   "UPDATE client_debt SET repaid_minor = repaid_minor + 1 {} AND id = 'CB1'"),
    ("firm", "client_debt CB1",   "UPDATE client_debt SET holder = 'C2' {} AND id = 'CB1'"),
    ("firm", "client_debt CB1",   "UPDATE client_debt SET state = 'borne' {} AND id = 'CB1'"),
    ("firm", "client_debt CB3",   "UPDATE client_debt SET state = 'owed' {} AND id = 'CB3'"),
    ("firm", "1040 of C1",        "DELETE FROM client_debt {} AND id = 'CB1'"),
    ("firm", "unclaimed U0",      "UPDATE unclaimed SET given_back_minor = given_back_minor - 1 {} AND id = 'U0'"),
    ("firm", "unclaimed U1",      "UPDATE unclaimed SET state = 'unclaimed' {} AND id = 'U1'"),
    ("firm", "2310 of C3",        "DELETE FROM unclaimed {} AND id = 'U0'"),
    ("firm", "unclaimed U9",      "INSERT INTO unclaimed SELECT lane, 'U9', holder, account, amount_minor, 0, since_date, "
                                  "seq + 1, 'unclaimed' FROM unclaimed {} AND id = 'U0'"),
    ("cover", "pool main",        "UPDATE pool SET state = 'open' {} AND id = 'main'"),
    ("state moves", "pool main",  "UPDATE pool SET state = 'payouts_stopped' {} AND id = 'main'"),
    ("corrections", "adjustment Q0", "UPDATE adjustment SET amount_minor = 1001 {} AND id = 'Q0'"),
    ("corrections", "adjustment Q0", "UPDATE adjustment SET holder = 'C1' {} AND id = 'Q0'"),
    ("corrections", "adjustment Q0", "UPDATE adjustment SET of = 'in:C1' {} AND id = 'Q0'"),
    ("corrections", "adjustment Q0", "UPDATE adjustment SET of_seq = of_seq - 1 {} AND id = 'Q0'"),
    ("corrections", "certificate cert-1", "UPDATE imported_balance SET amount_minor = 6999 {} AND id = 'M1'"),
    ("corrections", "certificate cert-1", "DELETE FROM imported_balance {} AND id = 'M2'"),
    ("bodies", "shortfall X1",    "UPDATE shortfall SET cause = 'loss' {} AND id = 'X1'"),
]  # fmt: skip

#: the same of appended rows: claim, the instruction whose sequence must be named, statement
APPENDED = [
    ("journals",  "X1",  "UPDATE journal SET value_date = value_date - 1 {} AND seq = {}"),
    ("journals",  "J0",  "UPDATE journal SET value_date = '2024-03-01' {} AND seq = {}"),
    ("authority", "J0",  "UPDATE authority SET owner = 'C1' {} AND seq = {}"),
    ("authority", "CB1", "UPDATE authority SET amount_minor = 99 {} AND seq = {}"),
    ("authority", "U0",  "UPDATE posting SET authority = NULL {} AND seq = {}"),
    ("authority", "U0",  "UPDATE authority SET key_id = 'c1' {} AND seq = {}"),
    ("firm",      "H1",  "UPDATE posting SET authority = NULL {} AND seq = {}"),
    ("firm",      "H1",  "UPDATE authority SET amount_minor = 1 {} AND seq = {}"),
    ("firm",      "G0",  "UPDATE posting SET opened = NULL {} AND seq = {}"),
    ("firm",      "X1",  "UPDATE posting SET opened = NULL {} AND seq = {}"),
    ("bodies",    "X1",  "UPDATE posting SET amount_minor = amount_minor + 1 {} AND seq = {}"),
    ("bodies",    "R1",  "UPDATE authority SET type = 'withdrawal' {} AND seq = {}"),
]  # fmt: skip


def rounds(changes: Sequence[tuple[str, str, str]]) -> list[list[tuple[str, str, str]]]:
    """Return the changes in as few lots as there may be without changing one subject twice: a proof costs seconds."""
    lots: list[dict[str, tuple[str, str, str]]] = []
    for claim, row, statement in changes:
        subject = (re.findall(r"id = '([\w-]+)'", statement) or [row])[-1]
        lot = next((lot for lot in lots if subject not in lot), None)
        if lot is None:
            lots.append(lot := {})
        lot[subject] = (claim, row, statement)
    return [list(lot.values()) for lot in lots]


@pytest.mark.parametrize("lot", rounds(CHANGES), ids=lambda lot: " ".join(row.split()[-1] for _, row, _ in lot))
def test_names_the_rows_that_were_changed(books: str, lot: list[tuple[str, str, str]]) -> None:
    change(books, *(statement.format(OF_LANE) for _, _, statement in lot))
    said = {(result.claim, finding.row) for result in prove(books, platform="P2").claims for finding in result.findings}
    assert {(claim, row) for claim, row, _ in lot} <= said


@pytest.mark.parametrize("lot", rounds(APPENDED), ids=lambda lot: " ".join(name for _, name, _ in lot))
def test_names_the_postings_and_authorities_that_were_changed(books: str, lot: list[tuple[str, str, str]]) -> None:
    at = {name: seq(books, name, FIRM_LANE) for _, name, _ in lot}
    change(books, *(statement.format(OF_LANE, at[name]) for _, name, statement in lot))
    said = {(result.claim, finding.seq) for result in prove(books, platform="P2").claims for finding in result.findings}
    assert {(claim, at[name]) for claim, name, _ in lot} <= said


def test_does_not_accept_a_gap_that_nothing_explains(books: str) -> None:
    change(books, f"DELETE FROM shortfall {OF_LANE} AND id = 'X1'")
    assert any("no shortfall explains it" in finding.what for finding in found(books, "cover"))


def test_lets_no_client_money_leave_at_once_but_by_a_correction(books: str) -> None:
    at = seq(books, "J1", FIRM_LANE)
    change(books, f"UPDATE instruction SET kind = 'pool_interest' {OF_LANE} AND seq = {at}")
    assert at in {finding.seq for finding in found(books, "exits")}
