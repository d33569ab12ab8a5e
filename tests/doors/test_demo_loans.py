"""Demo with a loan book: a small file of ours through the whole thing, its sums by hand; the shared files' sums."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from msgspec.structs import replace

from cunguan.config.wiring import Wiring
from cunguan.doors.demo import loan_demo, loan_run
from cunguan.doors.demo.bank import SharedBank
from cunguan.doors.demo.database import of
from cunguan.doors.demo.loan_file import read
from cunguan.doors.demo.loan_plan import plan
from cunguan.doors.demo.mapping import MAPPINGS
from cunguan.doors.demo.progress import Progress
from cunguan.doors.demo.proof import proved
from cunguan.prove.findings import Report
from tests.doors.conftest import Cunguan

Demo = Callable[..., dict[str, Any]]

SMALL = Path(__file__).parent / "loans_small.csv"
SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "10-transactions"
FILES = {
    "lending_club": SHARED / "lending-club" / "loans_full_schema-shared.csv",
    "prosper": SHARED / "prosper" / "prosper-loans-shared.csv",
}

#: by hand, row by row of loans_small.csv
BY_HAND = {
    "loans": 7,
    "loans_rejected": 2,
    "lent_minor": 223_000,  # 1000 + 500 + 200 + 300 + 100.00 + 50 + 80
    "principal_repaid_minor": 90_000,  # 300 + 500 + 100
    "interest_paid_minor": 6_671,  # 30 + 20 + 5 + 1.70 + 10.01
    "late_fee_minor": 350,  # 1.50 + 2.00
    "outstanding_minor": 133_000,
    "fee_minor": 4_460,  # 2 % of each
    "over_principal_as_interest_minor": 70,
    "rounding_minor_e6": -990_000,  # 100.005 -> 100.00, 10.0149 -> 10.01
    "rounded_cells": 2,
    "closed_short": 0,
}


def small(demo: Demo, *more: str) -> dict[str, Any]:
    return demo("--loans", str(SMALL), "--mapping", "generic", "--lenders", "10", *more)


def test_a_small_book_comes_out_as_by_hand(demo: Demo, wiring: Wiring) -> None:
    result = small(demo)
    assert {key: result[key] for key in BY_HAND} == BY_HAND
    assert result["rejections"] == [
        {"line": 7, "reason": "paid_principal 101.01 is more than 1.00 above the loan of 100.00"},
        {"line": 10, "reason": "paid_interest is negative: -1.00"},
    ]
    assert result["repeated_loan_ids"] == {"A1": [2, 8]}
    assert result["holds"] and result["is_as_in_file"] and result["proof"]["holds"]
    assert all(claim["holds"] and not claim["broken"] for claim in result["proof"]["claims"].values())
    # What came in and did not go out: lenders got principal, interest and late fees back, the platform its fees.
    left = 90_000 + 6_671 + 350 + 4_460
    assert [(bank["bank_minor"], bank["books_minor"]) for bank in result["bank"]] == [(left, left)]
    _plan_is_as_by_hand(of(wiring.environ["DATABASE_URL"], result["database"]))


def _plan_is_as_by_hand(url: str) -> None:
    with psycopg.connect(url) as books:
        rows = books.execute(
            "SELECT number, due_date::text, principal_minor, interest_minor, paid_principal_minor, paid_interest_minor,"
            " paid_late_minor FROM plan_row WHERE listing = 'line-2' ORDER BY number"
        ).fetchall()
        states = dict(books.execute("SELECT id, state FROM listing").fetchall())
        withdrawn = books.execute(
            "SELECT count(*), sum(amount_minor) FROM withdrawal WHERE state = 'settled'"
        ).fetchone()
        bids = books.execute("SELECT min(n), max(n) FROM (SELECT count(*) n FROM hold GROUP BY listing)").fetchone()
    assert rows == [
        (1, "2024-02-08", 7_500, 750, 7_500, 750, 0),
        (2, "2024-03-08", 7_500, 750, 7_500, 750, 0),
        (3, "2024-04-08", 7_500, 750, 7_500, 750, 0),
        (4, "2024-05-08", 7_500, 750, 7_500, 750, 0),
        (5, "2025-01-08", 70_000, 0, 0, 0, 0),
    ]
    assert states == {f"line-{n}": "repaid" if n in (3, 6) else "disbursed" for n in (2, 3, 4, 5, 6, 8, 11)}
    assert withdrawn == (7, 223_000 - 4_460)
    assert bids is not None and bids[0] >= 3 and bids[1] <= 10


def test_without_a_fee_the_borrower_gets_all(demo: Demo) -> None:
    result = small(demo, "--fee-bp", "0", "--seed", "7")
    assert {key: result[key] for key in BY_HAND} == BY_HAND | {"fee_minor": 0}


def test_a_fee_of_all_leaves_nothing_to_withdraw(demo: Demo) -> None:
    assert small(demo, "--fee-bp", "10000")["fee_minor"] == 223_000


def test_a_currency_without_decimals_is_run_in_whole_units(demo: Demo, tmp_path: Path) -> None:
    path = tmp_path / "yen.csv"
    path.write_text(SMALL.read_text().replace("USD", "JPY"))
    result = demo("--loans", str(path), "--mapping", "generic", "--currency", "JPY", "--lenders", "5")
    # 100.005 and 100.70 become 100 and 101: 1 over, as is the one of 101.01; 1.50 becomes 2, 10.0149 becomes 10
    assert result["lent_minor"] == 2_330
    assert result["over_principal_as_interest_minor"] == 2
    assert (result["interest_paid_minor"], result["late_fee_minor"]) == (30 + 20 + 5 + 2 + 2 + 10, 4)


def test_the_page_says_what_was_not_applied_and_how_to_look(cunguan: Cunguan) -> None:
    code, out, err = cunguan("demo", "--loans", str(SMALL), "--mapping", "generic", "--lenders", "10")
    assert code == 0
    for says in (
        "pack none_recorded: no cap and no rate rule was applied", "rows rejected: 2", "loan A1 stands on lines 2, 8",
        "line 10: paid_interest is negative", "outstanding 未还本金", "1,330.00", "cunguan prove",
        "every claim holds, and the bank agrees",
    ):  # fmt: skip
        assert says in out
    assert "roles are not separated" in err
    assert "7 loans" in err


# ── what does not hold ends with 1 ───────────────────────────────────────────
RUN_SMALL = ("demo", "--loans", str(SMALL), "--mapping", "generic", "--lenders", "10")


def test_a_bank_that_has_another_balance_is_shown_with_a_cross(
    cunguan: Cunguan, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = SharedBank.balance
    monkeypatch.setattr(SharedBank, "balance", lambda bank, account: said(bank, account) + 1)
    code, out, _ = cunguan(*RUN_SMALL)
    assert code == 1
    assert "✗ 1. bank and books" in out
    assert "✓ 2. held and owed" in out
    assert "IT DOES NOT HOLD" in out


def test_books_that_were_changed_are_named_by_the_proof(cunguan: Cunguan, monkeypatch: pytest.MonkeyPatch) -> None:
    def changed(url: str, progress: Progress) -> Report:
        with psycopg.connect(url) as owner:
            owner.execute("UPDATE balance SET balance = balance + 1 WHERE lane = 1 AND balance > 0 AND account > 0")
        return proved(url, progress)

    monkeypatch.setattr(loan_demo, "proved", changed)
    code, out, _ = cunguan(*RUN_SMALL)
    assert code == 1
    assert "✗ balances" in out
    assert "the first row that breaks: lane 1" in out


def test_books_that_are_not_the_files_are_told(cunguan: Cunguan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loan_run, "plan", lambda loan: plan(replace(loan, interest_minor=loan.interest_minor + 1)))
    code, out, _ = cunguan(*RUN_SMALL)
    assert code == 1
    assert "✗ the sums are those of the file's accepted rows" in out


def test_a_refused_instruction_ends_the_run_and_is_named(cunguan: Cunguan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loan_run, "draw", lambda loan, lenders, seed: [(0, loan.amount_minor), (1, 1)])
    code, out, err = cunguan(*RUN_SMALL)
    assert (code, out) == (1, "")
    assert "not as expected: bid_hold bid:line-2:lender-2: listing_remaining_exceeded" in err


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["--loans", str(SMALL)],                                              "--loans needs --mapping"),
        (["--mapping", "generic"],                                             "--mapping is for a loan book"),
        (["--lenders", "10"],                                                  "--lenders is for a loan book"),
        (["--loans", str(SMALL), "--mapping", "generic", "--months", "3"],     "--months is for the self-made book"),
        (["--loans", str(SMALL), "--mapping", "mine"],                         "there is no mapping 'mine'"),
        (["--loans", str(SMALL), "--mapping", "prosper"],                      "has no column LoanNumber"),
        (["--loans", "none.csv", "--mapping", "generic"],                      "none.csv cannot be read"),
        (["--loans", str(SMALL), "--mapping", "generic", "--currency", "usd"], "'usd' is no active ISO 4217 currency"),
        (["--loans", str(SMALL), "--mapping", "generic", "--currency", "EUR"], "currency is USD, this run is in EUR"),
        (["--loans", str(SMALL), "--mapping", "generic", "--lenders", "2"],    "2 is not between 3 and"),
        (["--loans", str(SMALL), "--mapping", "generic", "--fee-bp", "10001"], "10001 is not between 0 and 10000"),
        (["--months", "1"],                                                    "1 is not between 2 and 24"),
    ],
)  # fmt: skip
def test_wrong_usage_is_told_before_anything_is_done(cunguan: Cunguan, argv: list[str], says: str) -> None:
    code, out, err = cunguan("demo", *argv)
    assert (code, out) == (2, "")
    assert says in err
    assert "PostgreSQL" not in err


# ── the shared files ─────────────────────────────────────────────────────────
def shared(mapping: str) -> Path:
    path = FILES[mapping]
    if not path.exists():
        pytest.skip("the shared loan books are not beside this checkout")
    return path


@pytest.mark.parametrize(
    ("mapping", "sums"),
    [
        # accepted rows: loans, rejected, lent, principal + interest, late fees, over by up to 1.00: loans and sum
        ("lending_club", (6_667, 0, 10_867_035_000, 1_249_940_006 + 397_481_955, 82_535, 0, 0)),
        ("prosper", (1_833, 11, 1_536_491_500, 726_424_474, 0, 49, 140)),
    ],
)
def test_the_sums_of_a_shared_file_are_those_of_the_design(mapping: str, sums: tuple[int, ...]) -> None:
    file = read(shared(mapping), MAPPINGS[mapping], "USD")
    loans = file.loans
    assert sums == (
        len(loans), len(file.rejections), sum(loan.amount_minor for loan in loans),
        sum(loan.principal_minor + loan.interest_minor for loan in loans), sum(loan.late_minor for loan in loans),
        sum(loan.over_minor > 0 for loan in loans), file.over_principal_minor,
    )  # fmt: skip


def test_lending_club_has_principal_and_interest_apart() -> None:
    loans = read(shared("lending_club"), MAPPINGS["lending_club"], "USD").loans
    assert sum(loan.principal_minor for loan in loans) == 1_249_940_006
    assert sum(loan.interest_minor for loan in loans) == 397_481_955


def test_prosper_has_a_number_twice_and_columns_that_are_only_shown() -> None:
    file = read(shared("prosper"), MAPPINGS["prosper"], "USD")
    assert list(file.repeated) == ["135375"]
    assert [shown.column for shown in file.shown] == [
        "LP_ServiceFees", "LP_CollectionFees", "LP_NonPrincipalRecoverypayments",
    ]  # fmt: skip
    assert not file.has_late_fee


@pytest.mark.parametrize("mapping", sorted(FILES))
def test_some_rows_of_a_shared_file_go_through_the_books(demo: Demo, tmp_path: Path, mapping: str) -> None:
    rows = list(csv.reader(shared(mapping).open(encoding="utf-8")))
    some = tmp_path / "some.csv"
    with some.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([rows[0], *rows[1 :: len(rows) // 25]])
    said = read(some, MAPPINGS[mapping], "USD")
    result = demo("--loans", str(some), "--mapping", mapping, "--lenders", "60")
    assert result["holds"]
    assert result["loans"] == len(said.loans) >= 20
    assert result["interest_paid_minor"] == sum(loan.interest_minor for loan in said.loans)
    assert (result["late_fee_minor"] is None) is (mapping == "prosper")
