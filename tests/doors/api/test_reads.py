"""Reads: what a platform is told of its own lane is what stands in the books, and nothing of another's."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from cunguan.doors.api.app import endpoints
from cunguan.kernel.deposit_reference import number_in, references_in
from cunguan.store import shown
from cunguan.store.history import History, Place
from cunguan.store.tables import table
from tests.conftest import fresh_database
from tests.doors.api.reading_case import Reads, reads
from tests.operations.driver import FRIDAY
from tests.prove.case import book, one

LANE, OTHER = 1, 2
MONDAY = FRIDAY + timedelta(days=3)

#: each list of rows with what it shows
LISTS = {
    "accounts": shown.Account, "cards": shown.Card, "claims": shown.Claim, "client-debts": shown.ClientDebt,
    "deposits": shown.Deposit, "fee-charges": shown.FeeCharge, "fee-consents": shown.FeeConsent,
    "fee-schedules": shown.FeeSchedule, "guarantees": shown.Guarantee, "holds": shown.Hold, "listings": shown.Listing,
    "mandates": shown.Mandate, "partners": shown.Partner, "payees": shown.Payee, "payouts": shown.Payout,
    "pools": shown.Pool, "runs": shown.Run, "sales": shown.Sale, "trustee-payees": shown.TrusteePayee,
    "unclaimed": shown.Unclaimed, "withdrawals": shown.Withdrawal,
}  # fmt: skip


@pytest.fixture(scope="module")
def api(wheel_server_url: str) -> Iterator[Reads]:
    """The door in front of a database with the case in it."""
    for url in fresh_database(wheel_server_url):
        with reads(url, book()) as made:
            yield made


@pytest.fixture
def books(api: Reads) -> str:
    """The owner's URL of that database."""
    return api.url


def ids(items: list[dict[str, Any]]) -> list[str]:
    return [item["id"] for item in items]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_walked_in_pages_of_two_is_all_rows_of_the_lane(api: Reads, books: str, path: str) -> None:
    listed = shown.LISTS[LISTS[path]]
    where = f" AND {listed.only}" if listed.only else ""
    name = table(listed.row).name
    for lane in (LANE, OTHER):
        expected = one(
            books, f"SELECT coalesce(array_agg(id ORDER BY id), '{{}}') FROM {name} WHERE lane = %s{where}", lane
        )
        assert ids(api.all(lane, f"/v1/{path}", limit=2)) == expected


@pytest.mark.parametrize("path", LISTS)
def test_an_object_is_found_by_its_id_and_is_what_the_list_says(api: Reads, path: str) -> None:
    if f"/v1/{path}/{{id}}" not in {endpoint.path for endpoint in endpoints()} or path == "pools":
        return
    for item in api.all(LANE, f"/v1/{path}"):
        assert api.found(LANE, f"/v1/{path}/{item['id']}") == item


@pytest.mark.parametrize("path", LISTS)
def test_every_filter_of_a_list_gives_the_rows_that_have_the_value(api: Reads, path: str) -> None:
    endpoint = next(one for one in endpoints() if one.path == f"/v1/{path}")
    assert endpoint.query is not None
    everything = api.all(LANE, f"/v1/{path}")
    for field in [
        field.name for field in msgspec.structs.fields(endpoint.query) if field.name not in ("after", "limit")
    ]:
        for value in {item[field] for item in everything if item[field]}:
            expected = ids([item for item in everything if item[field] == value])
            assert ids(api.all(LANE, f"/v1/{path}", **{field: value}, limit=1)) == expected, (field, value)


def test_the_balances_of_every_holder_are_those_of_his_accounts(api: Reads, books: str) -> None:
    head = one(books, "SELECT head FROM lane WHERE lane = %s", LANE)
    for account in api.all(LANE, "/v1/accounts"):
        found = api.found(LANE, f"/v1/accounts/{account['id']}/balances")
        expected = one(
            books, "SELECT array_agg(coalesce(b.balance, 0) ORDER BY a.code) FROM account a LEFT JOIN balance b USING (lane, account) "
            "WHERE a.lane = %s AND a.owner = %s AND a.code BETWEEN '2010' AND '2040'", LANE, account["id"],
        )  # fmt: skip
        buckets = ("available", "uncleared", "held", "outbound", "frozen")
        assert [found[f"{bucket}_minor"] for bucket in buckets] == expected
        assert (found["account"], found["seq"], found["currency"]) == (account["id"], head, "CNY")


def test_a_client_is_told_how_a_transfer_is_known_for_his(api: Reads, books: str) -> None:
    (found,) = api.found(LANE, "/v1/accounts/L1/deposit-references")["items"]
    assert number_in(found["account"], found["virtual_account"]) is not None
    assert {one.lane for one in references_in(found["creditor_reference"])} == {LANE}


def test_balances_as_of_each_moment_are_those_of_the_history(api: Reads, books: str) -> None:
    head = one(books, "SELECT head FROM lane WHERE lane = %s", LANE)
    base = one(books, "SELECT base FROM holder_account WHERE lane = %s AND id = 'L1'", LANE)
    with History(books) as history:
        moments: list[tuple[Any, int]] = [(seq, seq) for seq in range(0, head + 1, 7)]
        moments += [
            (day.isoformat(), history.seq_on(LANE, day)) for day in (FRIDAY - timedelta(days=9), FRIDAY, MONDAY)
        ]
        at = one(books, "SELECT at FROM batch WHERE lane = %s ORDER BY first_seq OFFSET 20 LIMIT 1", LANE)
        moments += [(at.isoformat(), history.seq_at(LANE, at))]
        assert 0 < history.seq_on(LANE, FRIDAY) < history.seq_on(LANE, MONDAY)
        for moment, seq in moments:
            found = api.found(LANE, "/v1/accounts/L1/balances", as_of=moment)
            assert found["seq"] == seq
            assert [found[f"{name}_minor"] for name in ("available", "uncleared", "held", "outbound", "frozen")] == [
                history.balance(LANE, base + n, seq) for n in range(5)
            ]


def test_a_statement_read_in_pages_ties_line_by_line(api: Reads, books: str) -> None:
    base = one(books, "SELECT base FROM holder_account WHERE lane = %s AND id = 'L1'", LANE)
    head = one(books, "SELECT head FROM lane WHERE lane = %s", LANE)
    for n, bucket in enumerate(("available", "uncleared", "held", "outbound", "frozen")):
        first = api.found(LANE, "/v1/accounts/L1/statement", account=bucket)
        lines = api.all(LANE, "/v1/accounts/L1/statement", account=bucket, limit=2)
        with History(books) as history:
            told = list(history.all_lines(LANE, base + n, Place(0, 0), head))
        assert [(line["seq"], line["line"], line["amount_minor"]) for line in lines] == [
            (line.seq, line.line, line.amount_minor) for line in told
        ]
        balance = first["opening_minor"]
        for line in lines:
            balance += line["amount_minor"] if line["side"] == "credit" else -line["amount_minor"]
            assert line["balance_minor"] == balance
        assert balance == first["closing_minor"]


def test_a_statement_of_a_day_begins_where_the_day_before_ended(api: Reads) -> None:
    friday = api.found(LANE, "/v1/accounts/L1/statement", until=FRIDAY.isoformat())
    monday = api.found(LANE, "/v1/accounts/L1/statement", **{"from": MONDAY.isoformat()})
    assert friday["closing_minor"] == monday["opening_minor"] and friday["items"] and monday["items"]
    assert {line["business_date"] for line in friday["items"]} == {FRIDAY.isoformat()}
    assert min(line["business_date"] for line in monday["items"]) >= MONDAY.isoformat()


def test_the_platform_is_told_where_it_stands(api: Reads, books: str) -> None:
    found = api.found(LANE, "/v1/platform")
    day = one(books, "SELECT business_date FROM lane_day WHERE lane = %s", LANE).isoformat()
    head = one(books, "SELECT head FROM lane WHERE lane = %s", LANE)
    assert (found["platform"], found["lane"], found["pack"], found["state"]) == ("P1", LANE, "cn_p2p", "active")
    assert (found["business_date"], found["day"], found["seq"], found["is_sandbox"]) == (day, "open", head, True)


def test_a_pool_shows_the_platforms_own_accounts_and_no_others(api: Reads, books: str) -> None:
    found = api.found(LANE, "/v1/pools/main")
    codes = [account["code"] for account in found["accounts"]]
    assert codes[:5] == ["2110", "2120", "2125", "2130", "2150"] and set(codes[5:]) <= {"2155"}
    for account in found["accounts"]:
        text = "SELECT b.balance FROM account a JOIN balance b USING (lane, account) WHERE a.lane = 1 AND a.owner = 'main' AND a.code = %s"
        assert account["balance_minor"] == one(books, text, account["code"])
    assert any(account["balance_minor"] for account in found["accounts"])


def test_the_plan_and_the_claims_of_a_listing_are_its_own(api: Reads) -> None:
    plan, claims = api.all(LANE, "/v1/listings/X/plan", limit=2), api.all(LANE, "/v1/listings/X/claims", limit=2)
    assert [row["number"] for row in plan] == [1, 2, 3]
    assert sum(row["principal_minor"] for row in plan) == 10_000_000 == api.found(LANE, "/v1/listings/X")["lent_minor"]
    assert claims and {claim["listing"] for claim in claims} == {"X"}
    assert claims == api.all(LANE, "/v1/claims", listing="X")
    assert api.get(OTHER, "/v1/listings/X/plan").status_code == 404


def test_instructions_stand_in_order_with_their_answers(api: Reads, books: str) -> None:
    told = api.all(LANE, "/v1/instructions", limit=7)
    assert [one["seq"] for one in told] == list(range(1, told[-1]["seq"] + 1))
    assert told[-1]["seq"] == one(books, "SELECT head FROM lane WHERE lane = %s", LANE)
    refused = api.all(LANE, "/v1/instructions", state="refused", limit=1)
    assert refused == [one for one in told if one["status"] == "refused"] != []
    assert api.all(LANE, "/v1/instructions", code=refused[0]["code"]) == [
        one for one in told if one["code"] == refused[0]["code"]
    ]
    bids = api.all(
        LANE, "/v1/instructions", kind="bid_hold", **{"from": FRIDAY.isoformat(), "until": FRIDAY.isoformat()}
    )
    assert (
        bids == [one for one in told if one["kind"] == "bid_hold" and one["business_date"] == FRIDAY.isoformat()] != []
    )
    assert api.all(LANE, "/v1/instructions", **{"from": "3", "until": "5"}) == told[2:5]
