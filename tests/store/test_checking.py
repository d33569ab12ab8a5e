"""Checking: at the head the rows of check files are those of the books; before it, they are what stood there then."""

from collections.abc import Iterator
from datetime import UTC, date
from typing import Any

import psycopg
import pytest

from cunguan.formats import checkfile, lanmao
from cunguan.reconciliation.orders import ORDERS
from cunguan.store import checking
from cunguan.store.checking import Loans, Span
from cunguan.store.history import History
from tests.conftest import fresh_database
from tests.prove.case import book, fill

LANES = (1, 2)
DAY = date(2024, 3, 1)


class Case:
    """The books of the proof's case, read for check files and as they stand."""

    def __init__(self, url: str) -> None:
        self.url, self.history = url, History(url)

    def rows(self, query: str, *values: object) -> list[Any]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def head(self, lane: int) -> int:
        return int(self.rows("SELECT head FROM lane WHERE lane = %s", lane)[0][0])

    def span(self, lane: int, first: int = 1, last: int = 0) -> Span:
        return Span(lane, DAY, first, last or self.head(lane))


@pytest.fixture(scope="module")
def case(wheel_server_url: str) -> Iterator[Case]:
    for url in fresh_database(wheel_server_url):
        fill(url, book())
        found = Case(url)
        yield found
        found.history.close()


@pytest.mark.parametrize("lane", LANES)
def test_balances_are_those_of_the_books(case: Case, lane: int) -> None:
    found = {
        (row.holder, row.total_minor, row.available_minor, row.held_minor)
        for row in checking.balances(case.history, case.span(lane))
    }
    expected = case.rows(
        """SELECT h.id, sum(b.balance)::int8, sum(b.balance) FILTER (WHERE b.account = h.base)::int8,
                  sum(b.balance) FILTER (WHERE b.account = h.base + 2)::int8
           FROM holder_account h JOIN balance b ON b.lane = h.lane AND b.account BETWEEN h.base AND h.base + 4
           WHERE h.lane = %s GROUP BY 1 HAVING sum(b.balance) > 0""", lane,
    )  # fmt: skip
    assert found == set(expected) and found


@pytest.mark.parametrize("lane", LANES)
def test_listings_and_claims_are_those_of_the_books(case: Case, lane: int) -> None:
    found = checking.loans(case.history, case.span(lane))
    listings = {
        (row.listing, row.borrower, row.status, row.raised_minor, row.lent_minor, row.repaid_minor)
        for row in found.listings
    }
    assert listings == set(case.rows(
        "SELECT id, borrower, state, held_minor + lent_minor, lent_minor, repaid_minor FROM listing WHERE lane = %s", lane,
    ))  # fmt: skip
    claims = {(row.claim, row.listing, row.holder, row.principal_minor) for row in found.claims}
    assert claims == set(case.rows(
        "SELECT id, listing, holder, principal_minor FROM claim WHERE lane = %s AND principal_minor > 0", lane,
    ))  # fmt: skip
    assert lane == 2 or claims


def test_what_stood_before_is_not_changed_by_what_came_after(case: Case) -> None:
    """Sum by sum: held and lent never fall apart, at no sequence, and a repayment shows only once it is there."""
    seqs = [seq for (seq,) in case.rows("SELECT DISTINCT seq FROM claim_move WHERE lane = 1 ORDER BY 1")]
    before: Loans = checking.loans(case.history, case.span(1, last=seqs[0] - 1))
    assert before.claims == [] and any(row.raised_minor for row in before.listings)
    assert all(row.lent_minor == row.repaid_minor == 0 for row in before.listings)
    for seq in seqs:
        found = checking.loans(case.history, case.span(1, last=seq))
        for row in found.listings:
            left = sum(claim.principal_minor for claim in found.claims if claim.listing == row.listing)
            assert row.lent_minor - row.repaid_minor == left
            assert 0 <= row.repaid_minor <= row.lent_minor <= row.raised_minor <= row.amount_minor


@pytest.mark.parametrize("lane", LANES)
def test_every_order_about_money_is_there_and_can_be_written(
    case: Case, lane: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = list(checking.orders(case.history, case.span(lane)))
    assert [row.seq for row in orders] == [seq for (seq,) in case.rows(
        "SELECT seq FROM instruction WHERE lane = %s AND kind = ANY(%s) ORDER BY 1", lane, list(ORDERS),
    )]  # fmt: skip
    raw = checkfile.write(orders, platform="P1", day=DAY, kind="orders")
    assert checkfile.check(raw) == []
    monkeypatch.setattr(checking, "SEQUENCES_AT_ONCE", 7)
    assert list(checking.orders(case.history, case.span(lane))) == orders
    named = checking.orders_named(case.history, lane, [row.id for row in orders] + ["nobody"])
    assert named == {row.id: row for row in orders}


def test_amounts_of_orders_without_one_in_their_body(case: Case) -> None:
    orders = {row.kind: row for row in checking.orders(case.history, case.span(1)) if row.status == "done"}
    lent = {row.listing: row.lent_minor for row in checking.loans(case.history, case.span(1)).listings}
    disbursed = orders["disbursement"]
    assert disbursed.amount_minor == lent[disbursed.listing] > 0
    assert (disbursed.payer, disbursed.payee) == ("*", "*")


def test_every_posted_move_of_a_client_is_in_the_zip_or_in_none(case: Case) -> None:
    records = checking.lanmao(case.history, case.span(1), "P1", UTC)
    found = lanmao.read(lanmao.write(records, platform="P1", day=DAY))
    assert not found.bad
    counts = {kind: len(rows) for kind, rows in found.records.items()}
    assert all(counts[kind] for kind in ("RECHARGE", "WITHDRAW", "COMMISSION", "TRANSACTION", "BACKROLL_RECHARGE"))
    names = {row["opType"] for row in found.records["TRANSACTION"]}
    assert {"TENDER", "REPAYMENT"} <= names
