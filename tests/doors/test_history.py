"""The papers of the command line: what they print, for whom, and what they say when a question has no answer."""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cunguan.config.wiring import Wiring
from cunguan.doors.cli import main as cli
from tests.operations.driver import FRIDAY
from tests.prove.case import change, filled, one, seq

Cunguan = Callable[..., tuple[int, str, str]]


@pytest.fixture
def books(wheel_database: str) -> Iterator[str]:
    """A database with the case in it."""
    filled(wheel_database)
    yield wheel_database


@pytest.fixture
def ask(books: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cunguan:
    """Run one command line on the case; its exit code, standard output and standard error."""

    def call(*argv: str, lang: str = "C") -> tuple[int, str, str]:
        try:
            code = cli.main(argv, Wiring({"DATABASE_URL": books, "CUNGUAN_HOME": str(tmp_path), "LANG": lang}))
        except SystemExit as left:
            code = int(left.code or 0)
        return code, *capsys.readouterr()

    return call


def test_a_statement_goes_on_page_by_page_and_ties(ask: Cunguan) -> None:
    cursor: list[str] = []
    lines: list[dict[str, int]] = []
    while True:
        code, out, _ = ask("statement-of", "L1:available", "--platform", "P1", "--json", "--lines", "2", *cursor)
        assert code == 0
        page = json.loads(out)
        before = lines[-1]["balance_minor"] if lines else 0
        assert page["opening_minor"] == before
        lines += page["lines"]
        if page["next"] is None:
            break
        cursor = ["--page", page["next"]]
    assert len(lines) > 4 and lines[-1]["balance_minor"] == page["closing_minor"]


def test_a_statement_of_a_day_begins_where_the_day_before_ended(ask: Cunguan) -> None:
    monday = (FRIDAY + timedelta(days=3)).isoformat()
    end = json.loads(ask("statement-of", "L1:available", "--platform", "P1", "--to", FRIDAY.isoformat(), "--json")[1])
    code, out, _ = ask("statement-of", "L1:available", "--platform", "P1", "--from", monday, "--json")
    assert code == 0
    assert json.loads(out)["opening_minor"] == end["closing_minor"]
    assert all(line["business_date"] >= monday for line in json.loads(out)["lines"])


def test_a_holder_gets_all_five_accounts_his_holds_and_his_claims(ask: Cunguan) -> None:
    code, out, _ = ask("statement-of", "L3", "--platform", "P1", "--json")
    whole = json.loads(out)
    assert code == 0 and [bucket["code"] for bucket in whole["accounts"]] == ["2010", "2015", "2020", "2030", "2040"]
    for bucket in whole["accounts"]:
        assert bucket["opening_minor"] + bucket["credit_minor"] - bucket["debit_minor"] == bucket["closing_minor"]
    assert [(one["code"], one["of"]["listing"]) for one in whole["open"]] == [("2020", "Y")]
    assert [claim["listing"] for claim in whole["claims"]] == ["X"]


def test_csv_of_a_holder_ties_and_holds_no_formula(ask: Cunguan, books: str) -> None:
    change(books, "UPDATE instruction SET id = '=cmd|1' WHERE lane = 1 AND id = 'in:L3:1500001'")
    code, out, _ = ask("statement-of", "L3", "--platform", "P1", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0 and "'=cmd|1" in {row["instruction"] for row in rows}
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "@"))]
    for account in {row["account"] for row in rows if row["account"]}:
        of = [row for row in rows if row["account"] == account]
        moved = sum(int(row["credit_minor"]) - int(row["debit_minor"]) for row in of[1:-1])
        assert (of[0]["kind"], of[-1]["kind"]) == ("opening", "closing")
        assert int(of[0]["balance_minor"]) + moved == int(of[-1]["balance_minor"])


def test_labels_are_in_the_readers_language(ask: Cunguan) -> None:
    assert "brought forward" in ask("statement-of", "L1", "--platform", "P1")[1]
    assert "期初余额" in ask("statement-of", "L1", "--platform", "P1", lang="zh_CN.UTF-8")[1]
    assert "期初余额" in ask("statement-of", "L1", "--platform", "P1", "--lang", "zh")[1]


def test_explains_from_the_posting_to_who_allowed_it(ask: Cunguan, books: str) -> None:
    code, out, _ = ask("explain", "W1", "--platform", "P1", "--json")
    found = json.loads(out)
    assert code == 0 and found["kind"] == "withdrawal" and found["body"]["amount_minor"] == 9_000_000
    assert {one["authority"] for one in found["postings"]} <= {one["seq"] for one in found["authorities"]}
    own = next(one for one in found["authorities"] if one["is_own"])
    assert own["kind"] == "P" and own["owner"] == "B" and own["evidence"] and "W1" in own["text"]
    assert found["batch"]["rule_set_hash"] and found["batch"]["pack"]
    by_seq = ask("explain", str(seq(books, "W1")), "--platform", "P1", "--json")[1]
    assert json.loads(by_seq) == found
    table = ask("explain", "W1", "--platform", "P1")[1]
    assert "Dr 2010 B / Cr 2030 B" in table and "his own confirmation of this instruction" in table
    refused = json.loads(ask("explain", "too-much", "--platform", "P1", "--json")[1])
    assert (
        refused["state"] == "refused" and refused["postings"] == [] and refused["code"] == "listing_remaining_exceeded"
    )


def test_the_trial_balance_says_by_its_code_whether_it_is_even(ask: Cunguan, books: str) -> None:
    assert ask("trial-balance", "--platform", "P1", "--date", FRIDAY.isoformat())[0] == 0
    at = seq(books, "disburse:X")
    change(books, f"UPDATE posting SET credit_after = credit_after + 1 WHERE lane = 1 AND seq = {at} AND line = 0")
    code, out, _ = ask("trial-balance", "--platform", "P1", "--as-of", str(at), "--json")
    assert code == (0 if json.loads(out)["is_even"] else 1)


def test_an_uneven_trial_balance_is_told(ask: Cunguan, books: str) -> None:
    at = seq(books, "in:L1:7000000")
    change(books, f"UPDATE posting SET credit_after = credit_after + 1 WHERE lane = 1 AND seq = {at}")
    code, out, _ = ask("trial-balance", "--platform", "P1", "--as-of", str(at))
    assert code == 1 and "DIFFER" in out


def test_a_listing_shows_claims_and_plan_of_any_day(ask: Cunguan) -> None:
    then = json.loads(ask("listing", "X", "--platform", "P1", "--as-of", FRIDAY.isoformat(), "--json")[1])
    now = json.loads(ask("listing", "X", "--platform", "P1", "--json")[1])
    assert then["plan"][0]["state"] == "planned" and now["plan"][0]["state"] == "paid"
    assert sum(claim["principal_minor"] for claim in then["claims"]) == 10_000_000
    assert sum(claim["principal_minor"] for claim in now["claims"]) == 10_000_000 - 3_333_334
    assert "repayment plan" in ask("listing", "X", "--platform", "P1")[1]


def test_the_voucher_is_the_same_bytes_again_and_ties_to_the_trial_balance(ask: Cunguan, tmp_path: Path) -> None:
    day, file = FRIDAY.isoformat(), tmp_path / "voucher.csv"
    code, out, _ = ask("voucher", "--platform", "P1", "--date", day, "--out", str(file))
    first = file.read_bytes()
    assert code == 0 and ask("voucher", "--platform", "P1", "--date", day)[1].encode() == first
    paper = json.loads(ask("voucher", "--platform", "P1", "--date", day, "--json")[1])
    table = b"".join(line for line in first.splitlines(keepends=True) if not line.startswith(b"#"))
    assert hashlib.sha256(table).hexdigest() == paper["sha256"] == out.split()[0]
    assert paper["debit_minor"] == paper["credit_minor"] > 0 and not paper["is_open"]
    even = json.loads(ask("trial-balance", "--platform", "P1", "--date", day, "--json")[1])
    assert {(line["code"], line["closing_minor"]) for line in paper["lines"]} == {
        (line["code"], line["balance_minor"]) for line in even["lines"]
    }
    after = json.loads(
        ask("voucher", "--platform", "P1", "--date", (FRIDAY + timedelta(days=3)).isoformat(), "--json")[1]
    )
    opening = {line["code"]: line["opening_minor"] for line in after["lines"]}
    assert {line["code"]: line["closing_minor"] for line in paper["lines"]}.items() <= opening.items()


def test_the_voucher_shows_what_is_about_an_earlier_day_as_such(ask: Cunguan, books: str) -> None:
    monday, at = FRIDAY + timedelta(days=3), seq(books, "W3")
    change(books, "UPDATE journal SET value_date = %(day)s WHERE lane = 1 AND seq = %(at)s", day=FRIDAY, at=at)
    paper = json.loads(ask("voucher", "--platform", "P1", "--date", monday.isoformat(), "--json")[1])
    earlier = {
        line["code"]: (line["debit_minor"], line["credit_minor"]) for line in paper["lines"] if line["value_date"]
    }
    assert earlier == {"2010": (50_000, 0), "2030": (0, 50_000)}
    statement = json.loads(ask("statement-of", "L1:outbound", "--platform", "P1", "--json")[1])
    assert FRIDAY.isoformat() in {line["value_date"] for line in statement["lines"]}


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["statement-of", "L1:available"], "say --platform"),
        (["statement-of", "L1", "--platform", "nobody"], "no lane belongs to nobody"),
        (["statement-of", "L1:pocket", "--platform", "P1"], "names no account"),
        (["statement-of", "nobody:held", "--platform", "P1"], "no account 2020 of nobody"),
        (["statement-of", "L1:held", "--platform", "P1", "--as-of", "2026-02-30"], "is no date"),
        (["statement-of", "L1:held", "--platform", "P1", "--as-of", "2026-03-02T10:00"], "has no time zone"),
        (["statement-of", "L1:held", "--platform", "P1", "--as-of", "99999"], "the head of P1"),
        (["statement-of", "L1:held", "--platform", "P1", "--page", "x"], "is no page"),
        (["statement-of", "L1:held", "--platform", "P1", "--from", "9", "--to", "3"], "--from lies after --to"),
        (["explain", "nothing", "--platform", "P1"], "never decided nothing"),
        (["listing", "Q", "--platform", "P1"], "had no listing Q"),
        (["voucher", "--platform", "P1", "--date", "2099-01-01"], "has not begun"),
        (["retention", "due", "--as-of", "soon"], "is no date"),
        (["trial-balance", "--date", "2026-03-02", "--as-of", "3"], "not allowed with"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_says_what_to_write_instead(ask: Cunguan, argv: list[str], says: str) -> None:
    code, out, err = ask(*argv)
    assert (code, out) == (2, "") and says in err


def test_retention_shows_what_is_due_and_nothing_under_a_legal_order(ask: Cunguan, books: str) -> None:
    def counts(day: str) -> dict[str, tuple[int, int]]:
        code, out, _ = ask("retention", "due", "--as-of", day, "--json")
        report = json.loads(out)
        assert code == 0 and report["purges"] is False
        return {line["table"]: (line["due"], line["held"]) for line in report["tables"]}

    soon, late = FRIDAY.replace(year=FRIDAY.year + 9), FRIDAY.replace(year=FRIDAY.year + 40)
    assert not any(due for table, (due, _) in counts(soon.isoformat()).items() if table != "listing")
    held = counts(late.isoformat())
    over = "SELECT count(*) FROM withdrawal WHERE lane > 0 AND state NOT IN ('held', 'sent', 'in_doubt')"
    under_way = one(books, "SELECT count(*) FROM withdrawal") - one(books, over)
    assert under_way > 0 and sum(held["withdrawal"]) == one(books, over), "what is sent or in doubt is never over"
    assert held["posting"][0] > 20
    assert held["holder_account"] == held["listing"] == (0, 0), "accounts and loans that go on are kept"
    assert held["posting"][1] > 0 and held["journal"][1] > 0, "the case has a person under an order"
    change(books, "UPDATE legal_order SET state = 'lifted'", "UPDATE order_here SET state = 'ended'")
    free = counts(late.isoformat())
    assert {kept for _, kept in free.values()} == {0}
    assert {table: sum(both) for table, both in held.items()} == {table: sum(both) for table, both in free.items()}
    assert "nothing is purged here" in ask("retention", "due")[1]
