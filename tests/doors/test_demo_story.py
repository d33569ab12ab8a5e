"""Demo: the self-made book end to end, short; its T-accounts by hand, its page, its database."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from cunguan.config.wiring import Wiring
from cunguan.doors.demo import database as databases
from cunguan.doors.demo.pages import pad, right, width
from cunguan.store import roles
from cunguan.store.embedded.errors import DatabaseError
from tests.doors.conftest import Cunguan
from tests.doors.test_demo_loans import Demo


def test_two_months_hold_and_every_case_is_as_it_must_be(demo: Demo) -> None:
    result = demo("--months", "2", "--seed", "5")
    assert result["holds"] and result["proof"]["holds"]
    assert all(bank["bank_minor"] == bank["books_minor"] for bank in result["bank"])
    assert len(result["bank"]) == 3
    assert [case["title"] for case in result["cases"] if case["found"] != case["expected"]] == []
    found = {case["found"] for case in result["cases"]}
    assert found >= {
        "captured", "released", "failed", "cleared", "in_suspense", "late charge paid", "borrower_cap_exceeded",
        "cross_platform_cap_exceeded", "insufficient_balance", "account_locked", "mandate_not_active",
        "sent_to_bank, bank_rejected", "sent_to_bank, timed_out, bank_confirmed",
        "sent_to_bank, bank_confirmed, bank_returned, recredited",
    }  # fmt: skip
    assert result["people"]["shared"] == 55
    assert result["people"]["listings"] >= 24
    _t_accounts_are_as_by_hand(result)
    _debit_is_credit(result)


def _t_accounts_are_as_by_hand(result: dict[str, object]) -> None:
    """One month at 12 % a year: 100,000.00 lent, 101,000.00 repaid, 2,000.00 fee, a red packet of 100.00."""
    found = {
        (account["code"], account["owner"]): (
            [entry["amount_minor"] for entry in account["debits"]],
            [entry["amount_minor"] for entry in account["credits"]],
        )
        for account in result["t_accounts"]  # type: ignore[attr-defined]  # a list in JSON
    }  # fmt: skip
    assert found == {
        ("2010", "river-B001"): ([200_000, 10_100_000], [10_000_000]),
        ("2010", "river-L001"): ([6_000_000], [6_060_000]),
        ("2010", "river-L002"): ([3_000_000], [3_030_000]),
        ("2010", "river-L003"): ([990_000], [1_010_000]),
        ("2020", "river-B001"): ([10_100_000], [10_100_000]),
        ("2020", "river-L001"): ([6_000_000], [6_000_000]),
        ("2020", "river-L002"): ([3_000_000], [3_000_000]),
        ("2020", "river-L003"): ([990_000], [990_000]),
        ("2110", "main"): ([], [200_000]),
        ("2120", "main"): ([10_000], []),
        ("2125", "main"): ([10_000], [10_000]),
    }


def _debit_is_credit(result: dict[str, object]) -> None:
    sums: dict[tuple[str, str], int] = {}
    for line in result["trial_balance"]:  # type: ignore[attr-defined]  # a list in JSON
        key = (line["platform"], line["pool"])
        sums[key] = sums.get(key, 0) + line["balance_minor"] * (1 if line["code"].startswith("1") else -1)
    assert sums == {("river", "main"): 0, ("hill", "main"): 0, ("hill", "cars"): 0}


def test_the_page_shows_the_books_and_the_same_seed_the_same_ones(cunguan: Cunguan) -> None:
    first, second = (cunguan("demo", "--months", "2") for _ in range(2))
    assert (first[0], second[0]) == (0, 0)
    page = first[1]
    for says in (
        "Listing river-001, from bid to last repayment", "2010 available 可用余额 · river-L001", "60,000.00",
        "Debit 借方", "Trial balance 试算平衡表", "✓ total 合计", "✓ sequence", "the bank's own closing balance",
        "✓ 3. on its way in",
    ):  # fmt: skip
        assert says in page
    assert "✗" not in page
    assert _books_of(page) == _books_of(second[1])


def _books_of(page: str) -> str:
    return page[page.index("Listing river-001") : page.index("Proof 证明")]


def test_lines_stand_under_each_other_whatever_the_letters() -> None:
    assert (width("bid 投标"), len(pad("投标", 8)), right("借方", 6)) == (8, 6, "  借方")


# ── the database ─────────────────────────────────────────────────────────────
def names(url: str) -> set[str]:
    with psycopg.connect(url, autocommit=True) as server:
        found = server.execute("SELECT datname FROM pg_database WHERE datname LIKE 'cunguan\\_demo\\_%'").fetchall()
    return {row[0] for row in found}


def _hush(line: str) -> None:
    """Say nothing."""


def test_a_run_drops_older_databases_and_none_that_is_in_use(wiring: Wiring, wheel_server_url: str) -> None:
    with databases.fresh(wiring, _hush) as first, databases.fresh(wiring, _hush) as second:
        assert names(wheel_server_url) == {first.name, second.name}
    with databases.fresh(wiring, _hush) as third:
        assert names(wheel_server_url) == {third.name}
    assert names(wheel_server_url) == {third.name}


def test_who_may_not_make_a_database_is_told_what_to_grant(wheel_server_url: str, tmp_path: Path) -> None:
    with psycopg.connect(wheel_server_url, autocommit=True) as owner:
        owner.execute("DROP ROLE IF EXISTS small_owner")
        owner.execute("CREATE ROLE small_owner LOGIN NOCREATEDB")
    url = psycopg.conninfo.make_conninfo(**{**conninfo_to_dict(wheel_server_url), "user": "small_owner"})
    wiring = Wiring({"DATABASE_URL": url, "CUNGUAN_HOME": str(tmp_path)})
    with (
        pytest.raises(DatabaseError, match='ALTER ROLE "small_owner" CREATEDB'),
        databases.fresh(wiring, _hush),
    ):
        pytest.fail("it was made")
    with psycopg.connect(wheel_server_url, autocommit=True) as owner:
        owner.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier("small_owner")))


def test_on_the_embedded_database_the_plane_has_a_role_of_its_own(home: Path) -> None:
    """The command line as a newcomer types it, on a machine where nothing was made yet."""
    call = [sys.executable, "-m", "cunguan.config.main", "demo", "--months", "2"]
    environ = {"CUNGUAN_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2] / "src"), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(call, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "roles are not separated" not in done.stderr
    wiring = Wiring({"CUNGUAN_HOME": str(home)})
    server = wiring.database()
    assert not server.status().is_up()
    url = server.start()
    try:
        [name] = names(url)
        assert f"/{name}?" in done.stdout
        with psycopg.connect(databases.of(wiring.plane_url(url), name)) as plane:
            assert plane.info.user == roles.PLANE
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                plane.execute("UPDATE posting SET amount_minor = 1")
    finally:
        server.stop()
