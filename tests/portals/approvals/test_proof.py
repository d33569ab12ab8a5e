"""The claim "approvals": what was signed is proved again from raw rows, and what was altered behind our back is found."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from cunguan.prove.findings import Result
from cunguan.prove.report import prove
from tests.portals.approvals.harness import approve, asked, name_of, staff
from tests.portals.harness import Site

TABLES = ("approvals_proposal", "approvals_version", "approvals_signature")


@pytest.fixture(scope="module")
def signed(site: Site) -> str:
    maker, checker = staff(site, "maker"), staff(site, "checker")
    name = name_of(asked(maker, "pool_line", 1, pool="main", line_minor="4,000", reason="agreed"))
    approve(maker, name)
    approve(checker, name)
    return name


@pytest.fixture
def owner(site: Site) -> Iterator[Any]:
    """The owner with the triggers out of the way; what he changes is put back."""
    with psycopg.connect(site.url, autocommit=True) as connection:
        for table in TABLES:
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield connection
        for table in TABLES:
            connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def claim(site: Site) -> Result:
    report = prove(site.url, platform="P1")
    return next(result for result in report.claims if result.claim == "approvals")


def about(site: Site, name: str) -> list[str]:
    return [f"{finding.what} {finding.found}" for finding in claim(site).findings if name in finding.row]


def test_what_was_signed_holds(site: Site, signed: str) -> None:
    assert claim(site).checked > 0
    assert about(site, signed) == []


@pytest.mark.parametrize(
    ("table", "column", "other", "what"),
    [
        ("approvals_version", "quorum", "2", "too few have signed"),
        ("approvals_version", "canonical", "canonical || 'x'::bytea", "the fingerprint is not of the proposal's bytes"),
        ("approvals_signature", "assertion", "assertion || 'x'::bytea", "does not count"),
        ("approvals_signature", "role", "'key_admin'", "does not count"),
        ("approvals_signature", "digest", "repeat('0', 64)", "does not count"),
        ("approvals_proposal", "state", "'open'", "its proposal says otherwise"),
        ("approvals_proposal", "maker_reference", "'another'", "its names are not those who signed"),
    ],
)  # fmt: skip
def test_finds_what_was_altered(
    site: Site, signed: str, owner: Any, table: str, column: str, other: str, what: str
) -> None:
    key = "id" if table == "approvals_proposal" else "proposal_id"
    kept = owner.execute(f"SELECT ctid::text, {column} FROM {table} WHERE {key} = %s", (signed,)).fetchall()
    assert owner.execute(f"UPDATE {table} SET {column} = {other} WHERE {key} = %s", (signed,)).rowcount
    try:
        assert any(what in found for found in about(site, signed))
    finally:
        for row in kept:
            owner.execute(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", (row[1], signed))


def test_finds_an_act_that_nobody_signed_outside_a_sandbox(site: Site, signed: str, owner: Any) -> None:
    owner.execute("UPDATE lane_day SET sandbox = false WHERE lane = 1")
    owner.execute("UPDATE approvals_proposal SET lane = 2 WHERE id = %s", (signed,))
    try:
        assert about(site, signed) != []
    finally:
        owner.execute("UPDATE approvals_proposal SET lane = 1 WHERE id = %s", (signed,))
        owner.execute("UPDATE lane_day SET sandbox = true WHERE lane = 1")
