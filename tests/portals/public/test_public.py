"""The public page: sums by currency and verdicts for everybody, no platform's figures, through three functions alone."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import psycopg
import pytest

from cunguan.doors.portals.public.figures import Held
from cunguan.reconciliation.daily import BankAccount, Check, Day, Pool
from cunguan.reconciliation.equations import pool_equations
from cunguan.store import roles
from cunguan.store.sqlfiles import statement
from tests.plane.harness import as_role
from tests.portals.harness import Site

SUMS = {"1010": 900, "1020": 40, "2010": 500, "2015": 40, "2020": 250, "2110": 100, "2210": 50}


def day(on: date, run: int, *pools: Pool, checks: tuple[Check, ...] = ()) -> Day:
    """Return a run of a date."""
    return Day(on, run, datetime(2026, 3, 3, tzinfo=UTC), "test", "00", {}, pools, checks, ())


def pool(lane: int, name: str, currency: str, sums: dict[str, int], closing: int | None) -> Pool:
    """Return a pool with its equations."""
    account = BankAccount(f"bank{lane}", name, "demobank", currency, "s", 0, 0, 0, closing, sums["1010"], 0, 0)
    return Pool(lane, f"P{lane}", name, currency, "lending", "open", (account,), pool_equations(name, currency, sums))


def kept(site: Site, made: Day) -> None:
    """Keep a run."""
    with psycopg.connect(site.url) as owner:
        owner.execute(statement("recon_run_add"), {
            "id": made.run, "day": made.date, "at": made.made_at, "code_version": "test", "inputs_hash": b"", "seen": "",
            "verdict": made.verdict, "result": msgspec.json.encode(made),
        })  # fmt: skip


@pytest.fixture(scope="module")
def _reconciled(site: Site) -> None:
    first, last = date(2031, 3, 2), date(2031, 3, 3)
    kept(site, day(first, 9_001, pool(1, "main", "USD", {**SUMS, "2010": 1}, 900), pool(2, "main", "CNY", SUMS, 900)))
    kept(site, day(last, 9_002, pool(1, "main", "USD", SUMS, 890), pool(1, "more", "USD", SUMS, None),
                   checks=(Check("R1", 1, "bank1", "explained", 1, 1, 0),)))  # fmt: skip


def read(site: Site, name: str) -> list[dict[str, Any]]:
    """Return what a function gives to the role of the portals, behind a wall that shows no lane."""
    with psycopg.connect(as_role(site.url, roles.WEB)) as web:
        cursor = web.execute(statement(name))
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor]


@pytest.mark.usefixtures("_reconciled")
def test_pools_of_a_currency_are_one_sum_each_as_it_was_last_compared(site: Site) -> None:
    held = {one["currency"]: Held(**one) for one in read(site, "public_held")}
    assert (held["USD"].pools, held["USD"].clients_minor, held["USD"].owed_minor, held["USD"].cash_minor) == (
        2,
        1500,
        1800,
        1800,
    )
    assert (held["USD"].bank_minor, held["USD"].unstated, held["USD"].cover, held["USD"].is_covered) == (
        890,
        1,
        "100.00",
        True,
    )
    assert (held["CNY"].since, held["CNY"].upto, held["CNY"].clients_minor) == (date(2031, 3, 2), date(2031, 3, 2), 750)


@pytest.mark.usefixtures("_reconciled")
def test_verdicts_are_told_without_figures(site: Site) -> None:
    found = {(one["platform"], one["pool"]): one for one in read(site, "public_reconciled")}
    assert {key: one["verdict"] for key, one in found.items()} == {
        ("P1", "main"): "explained", ("P1", "more"): "explained", ("P2", "main"): "agrees",
    }  # fmt: skip
    assert not [name for name in found["P1", "main"] if "minor" in name]


@pytest.mark.usefixtures("_reconciled")
def test_the_portals_may_not_ask_for_pools_figures(site: Site) -> None:
    with psycopg.connect(as_role(site.url, roles.WEB)) as web, pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute("SELECT * FROM public_pool_figures()")


def test_missing_cash_is_never_rounded_away() -> None:
    short = Held("CNY", 1, date.min, date.min, 30_000_00, 30_000_00, 29_999_99, 0, 0)
    assert (short.cover, short.is_covered) == ("99.99", False)


@pytest.mark.usefixtures("_reconciled")
def test_the_page_says_it_to_anybody_in_his_language(site: Site) -> None:
    from django.core.cache import cache

    cache.clear()
    page = site.anybody().get("/", headers={"accept-language": "en"}).content.decode()
    assert "15.00" in page and "covered in full" in page and "P1" in page
    assert "agrees, with items on their way" in page
    assert "资金公示" in site.anybody().get("/").content.decode()


def test_whom_to_complain_to_is_configured(site: Site) -> None:
    from django.test import override_settings

    with override_settings(COMPLAIN={"phone": "95599", "email": "help@custodian.example"}):
        page = site.anybody().get("/complain/").content.decode()
    assert 'href="tel:95599"' in page and "help@custodian.example" in page


def test_the_verifier_brings_its_own_policy_and_crawlers_are_told(site: Site) -> None:
    answer = site.anybody().get("/verify")
    assert "script-src 'sha256-" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "Disallow: /\n" in site.anybody().get("/robots.txt").content.decode()
