"""Account opening and review: who gets an account, and what stands in the books when he has one."""

from typing import Any

import pytest
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import ClientKey, Day, Holder, Link, Pool
from cunguan.ledger.chart import HOLDER_CODES
from cunguan.plane.runner import Item, admit
from tests.operations.driver import Books

REVIEW = {"holder": "C1", "passed": True, "reason": "", "maker": "m1", "checker": "c1"}


@pytest.fixture
def books() -> Books:
    books = Books()
    books.platform(1)
    books.platform(2)
    for person, kind in (("anna", "person"), ("acme", "company")):
        books.done(
            0, f"register:{person}", "person_registration", person=person, kind=kind, method="four_elements",
            source="sandbox", reference="check",
        )  # fmt: skip
    return books


def body(books: Books, **change: Any) -> dict[str, Any]:
    return {
        "holder": "L1", "person": "anna", "pool": "main", "role": "lender", "kind": "person", "method": "four_elements",
        "source": "sandbox", "key_id": "k1", "evidence_kind": "sandbox_ed25519",
        "public_key": books.keys.public_key("k1"), **change,
    }  # fmt: skip


def test_opens_five_accounts_with_a_key_and_links_the_person_first(books: Books) -> None:
    books.done(1, "a", "account_opening", **body(books))
    assert books.get(1, Holder, "L1") == Holder(
        "L1", "anna", "main", "lender", "person", "active", 13, "k1", "four_elements", "sandbox"
    )
    assert books.get(1, ClientKey, "k1") == ClientKey(
        "k1", "L1", "sandbox_ed25519", books.keys.public_key("k1"), "active"
    )
    accounts = [books.store.account[1][number] for number in range(13, 18)]
    assert [(row.code, row.owner, row.pool, row.currency) for row in accounts] == [
        (code, "L1", "main", "CNY") for code in HOLDER_CODES
    ]
    assert books.get(1, Day, "day").next_account == 18
    assert [link.id for link in books.rows(0, Link)] == ["anna:1"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"holder": "L 1"}, Code.id_malformed),
        ({"key_id": ""}, Code.id_malformed),
        ({"method": ""}, Code.details_missing),
        ({"source": ""}, Code.details_missing),
        ({"public_key": b"short"}, Code.authority_evidence_invalid),
        ({"evidence_kind": "passkey"}, Code.authority_evidence_invalid),
        ({"pool": "other"}, Code.pool_not_found),
        ({"person": "nobody"}, Code.person_not_found),
        ({"role": "platform"}, Code.account_role_differs),
        ({"kind": "company"}, Code.details_differ),
        ({"holder": "L0", "role": "guarantor"}, Code.account_exists),
        ({"role": "borrower"}, Code.account_exists),
        ({"key_id": "k0"}, Code.key_exists),
        ({"role": "guarantor"}, Code.done),
        ({"source": "registry"}, Code.done),
    ],
)
def test_refuses_in_this_order(books: Books, change: dict[str, Any], code: Code) -> None:
    books.done(1, "first", "account_opening", **body(books, holder="L0", role="borrower", key_id="k0"))
    assert books.submit(1, "a", "account_opening", **body(books, **change)).code is code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, Code.source_not_allowed),
        ({"source": "registry"}, Code.source_not_allowed),
        ({"evidence_kind": "passkey"}, Code.source_not_allowed),
        ({"source": "registry", "evidence_kind": "passkey"}, Code.authority_evidence_invalid),
    ],
)
def test_takes_neither_sandbox_outcome_nor_sandbox_key_outside_a_sandbox(change: dict[str, Any], code: Code) -> None:
    books = Books(sandbox=False)
    books.platform(1)
    books.done(
        0, "p", "person_registration", person="anna", kind="person", method="m", source="registry", reference="check"
    )
    assert books.submit(1, "a", "account_opening", **body(books, **change)).code is code


def test_is_refused_where_the_pool_is_stopped(books: Books) -> None:
    books.store.tables[(1, Pool)]["main"] = replace(books.get(1, Pool, "main"), state="stopped")
    books.runners.clear()
    assert books.submit(1, "a", "account_opening", **body(books)).code is Code.pool_not_active


def test_is_refused_where_the_lane_is_not_open(books: Books) -> None:
    books.done(
        0, "r3", "platform_registration", platform="P3", lane=3, pack="cn_p2p", sandbox=True, maker="m1", checker="c1"
    )
    assert books.submit(3, "a", "account_opening", **body(books)).code is Code.lane_not_open


@pytest.mark.parametrize("registered", ["anna", "nobody"])
def test_believes_nobody_that_lane_0_has_linked_the_person(books: Books, registered: str) -> None:
    item = admit(books.ask(1, "a", "account_opening", **body(books, person=registered)), 1)
    assert isinstance(item, Item)
    assert books._write(1, [item])[0].code is Code.person_not_found  # past the prelude


def test_gives_a_person_each_role_in_each_lane_once(books: Books) -> None:
    books.done(1, "a", "account_opening", **body(books))
    books.done(1, "b", "account_opening", **body(books, holder="B1", role="borrower", key_id="k2"))
    books.done(2, "a", "account_opening", **body(books))
    assert books.submit(2, "b", "account_opening", **body(books, holder="L2", key_id="k2")).code is Code.account_exists
    assert [link.id for link in books.rows(0, Link)] == ["anna:1", "anna:2"]


def test_opens_again_after_a_refusal_but_not_beside_a_review(books: Books) -> None:
    company = {"person": "acme", "kind": "company"}
    books.done(1, "a", "account_opening", **body(books, holder="C1", **company))
    second = body(books, holder="C2", key_id="k2", **company)
    assert books.submit(1, "b", "account_opening", **second).code is Code.account_exists
    books.done(1, "r", "account_review", **{**REVIEW, "passed": False, "reason": "no register extract"})
    books.done(1, "c", "account_opening", **second)


def test_opens_nothing_for_a_person_locked_in_lane_0_or_only_here(books: Books) -> None:
    books.done(1, "a", "account_opening", **body(books))
    books.done(0, "lock", "person_lock", act="A1", person="anna", reason="stolen phone", maker="m1")
    guarantor = body(books, holder="G1", role="guarantor", key_id="k2")
    assert books.submit(1, "b", "account_opening", **guarantor).code is Code.person_locked
    books.deliver()
    books.done(
        0, "unlock", "person_unlock", act="A2", lock="A1", person="anna", reason="new phone", maker="m1", checker="c1"
    )
    # lane 0 has lifted the lock, lane 1 has not heard of it yet
    assert books.submit(1, "c", "account_opening", **guarantor).code is Code.person_locked
    books.deliver()
    books.done(1, "d", "account_opening", **guarantor)


def test_lets_two_accounts_be_opened_in_one_batch(books: Books) -> None:
    asked = [
        books.ask(1, "a", "account_opening", **body(books)),
        books.ask(1, "b", "account_opening", **body(books, holder="L2", key_id="k2")),
        books.ask(1, "c", "account_opening", **body(books, holder="B1", role="borrower", key_id="k3")),
    ]
    assert [answer.code for answer in books.batch(1, asked)] == [Code.done, Code.account_exists, Code.done]
    assert books.get(1, Holder, "B1").base == books.get(1, Holder, "L1").base + 5


# ── review ───────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("change", "code", "state"),
    [
        ({}, Code.done, "active"),
        ({"passed": False, "reason": "no extract"}, Code.done, "refused"),
        ({"passed": False}, Code.reason_missing, "pending_review"),
        ({"checker": ""}, Code.two_names_required, "pending_review"),
        ({"checker": "m1"}, Code.same_person_twice, "pending_review"),
        ({"holder": "C9"}, Code.account_not_found, "pending_review"),
        ({"holder": "L1"}, Code.state_forbids, "pending_review"),
    ],
)
def test_lets_two_people_pass_a_company(books: Books, change: dict[str, Any], code: Code, state: str) -> None:
    books.done(1, "a", "account_opening", **body(books, holder="C1", person="acme", kind="company"))
    books.done(1, "b", "account_opening", **body(books, key_id="k2"))
    assert books.get(1, Holder, "C1").state == "pending_review"
    assert books.submit(1, "r", "account_review", **{**REVIEW, **change}).code is code
    assert books.get(1, Holder, "C1").state == state
