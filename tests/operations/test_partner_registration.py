"""Partners: registered by two names, credited out of the fees, paid to their own account."""

from typing import Any

import pytest
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import Day, Partner, Payout
from tests.operations.cash import LANE, put
from tests.operations.driver import Books
from tests.operations.pool_case import (
    FEES,
    NAMES,
    WRONG_NAMES,
    came_back,
    cash,
    open_pool,
    second_pool,
    send,
    set_pool,
    told,
)

G1 = {"partner": "G1", "pool": "main", "kind": "collaborator", "contract": "c-1", **NAMES}
SHARE = {"partner": "G1", "amount_minor": 60_000, "reference": "march"}
PAY = {"partner": "G1", "bank_account": "bank", "amount_minor": 60_000, "payee_hash": "payee:G1", **NAMES}


def with_partner(*, share_minor: int = 0) -> Books:
    books = open_pool()
    books.done(LANE, "r1", "partner_registration", **G1)
    books.payee(LANE, "G1", "payee:G1")
    if share_minor:
        books.done(LANE, "s0", "partner_share", partner="G1", amount_minor=share_minor, reference="february")
    return books


def set_partner(books: Books, state: str) -> None:
    put(books, replace(books.get(LANE, Partner, "G1"), state=state))


# ── registered ───────────────────────────────────────────────────────────────
def test_has_an_account_of_his_own() -> None:
    books = open_pool()
    books.done(LANE, "r1", "partner_registration", **G1)
    partner = books.get(LANE, Partner, "G1")
    assert (partner.pool, partner.kind, partner.state) == ("main", "collaborator", "active")
    assert books.account(LANE, "G1", "2160") == partner.account
    assert books.balance(LANE, "G1", "2160") == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"partner": ""}, Code.id_malformed),
        ({"partner": "a b"}, Code.id_malformed),
        ({"contract": ""}, Code.details_missing),
        *WRONG_NAMES,
        ({"pool": "third"}, Code.pool_not_found),
        ({"partner": "G1"}, Code.partner_exists),
        ({"partner": "P1"}, Code.partner_exists),
        ({"partner": "custodian"}, Code.partner_exists),
        ({}, Code.done),
    ],
)
def test_a_registration_is_refused_in_this_order(change: dict[str, Any], code: Code) -> None:
    books = with_partner()
    assert books.submit(LANE, "r2", "partner_registration", **{**G1, "partner": "G2", **change}).code is code


def test_needs_an_open_lane_and_pool() -> None:
    books = open_pool()
    assert books.submit(5, "r1", "partner_registration", **G1).code is Code.lane_not_open
    set_pool(books, "closing")
    assert books.submit(LANE, "r1", "partner_registration", **G1).code is Code.pool_not_active


def test_is_off_where_the_pack_allows_no_partners(monkeypatch: pytest.MonkeyPatch) -> None:
    from cunguan.policy.evaluate import PACKS

    books = open_pool()
    pack = PACKS["cn_p2p"]
    params = {name: figure for name, figure in pack.params.items() if name != "stay_days_2160"}
    monkeypatch.setitem(PACKS, "cn_p2p", replace(pack, params=params))
    assert books.submit(LANE, "r1", "partner_registration", **G1).code is Code.instruction_switched_off


# ── his share ────────────────────────────────────────────────────────────────
def share(books: Books, id: str = "s1", **body: object) -> Answer:
    return books.submit(LANE, id, "partner_share", **(SHARE | body))


def test_gets_his_share_of_the_fees() -> None:
    books = with_partner()
    answer = share(books)
    assert (answer.code, answer.detail) == (Code.done, {"stays_until": "2024-04-01"})
    assert books.postings(LANE, "s1") == [("main:2110", "G1:2160", 60_000)]
    assert (books.balance(LANE, "main", "2110"), books.balance(LANE, "G1", "2160")) == (FEES - 60_000, 60_000)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"reference": ""}, Code.details_missing),
        ({"partner": "G9"}, Code.partner_not_found),
        ({"amount_minor": FEES + 1}, Code.insufficient_fee_money),
        ({"amount_minor": FEES}, Code.done),
    ],
)
def test_a_share_is_refused_in_this_order(change: dict[str, Any], code: Code) -> None:
    assert share(with_partner(), **change).code is code


@pytest.mark.parametrize("state", ["suspended", "ended"])
def test_only_an_active_partner_gets_a_share(state: str) -> None:
    books = with_partner()
    set_partner(books, state)
    assert share(books).code is Code.state_forbids


def test_no_share_moves_in_a_pool_that_is_stopped() -> None:
    books = with_partner()
    set_pool(books, "stopped")
    assert share(books).code is Code.pool_not_active


# ── paid ─────────────────────────────────────────────────────────────────────
def pay(books: Books, id: str = "F1", **body: object) -> Answer:
    return books.submit(LANE, id, "partner_payout", **(PAY | body))


def test_is_paid_to_his_own_account() -> None:
    books = with_partner(share_minor=FEES)
    assert pay(books).code is Code.done
    assert books.postings(LANE, "F1") == [("G1:2160", "main:2155", 60_000)]
    assert books.get(LANE, Payout, "F1").owner == "G1"
    authority = books.decision(LANE, "F1").authority
    assert authority is not None and (authority.text.owner, authority.text.payee) == ("G1", "payee:G1")
    send(books)
    assert told(books, "settled").code is Code.done
    assert (books.balance(LANE, "G1", "2160"), cash(books)) == (FEES - 60_000, FEES - 60_000)
    assert came_back(books).code is Code.done
    assert books.balance(LANE, "G1", "2160") == FEES


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"partner": "G9"}, Code.partner_not_found),
        ({"amount_minor": 0}, Code.amount_not_positive),
        *WRONG_NAMES,
        ({"bank_account": "third"}, Code.bank_account_not_found),
        ({"bank_account": "other_bank"}, Code.pool_differs),
        ({"payee_hash": "payee:own"}, Code.payee_not_allowed),
        ({"amount_minor": FEES + 1}, Code.insufficient_platform_money),
        ({"amount_minor": FEES}, Code.done),
    ],
)
def test_a_payout_is_refused_in_this_order(change: dict[str, Any], code: Code) -> None:
    books = with_partner(share_minor=FEES)
    second_pool(books)
    assert pay(books, **change).code is code


@pytest.mark.parametrize(("state", "code"), [("suspended", Code.state_forbids), ("ended", Code.done)])
def test_an_ended_contract_leaves_him_what_is_his(state: str, code: Code) -> None:
    books = with_partner(share_minor=FEES)
    set_partner(books, state)
    assert pay(books).code is code


def test_is_not_paid_while_cover_fails() -> None:
    books = with_partner(share_minor=FEES)
    set_pool(books, "short")
    assert pay(books).code is Code.pool_cover_failed


def test_counts_the_account_it_opens() -> None:
    books = open_pool()
    before = books.get(LANE, Day, "day").next_account
    books.done(LANE, "r1", "partner_registration", **G1)
    assert books.get(LANE, Day, "day").next_account == before + 1
