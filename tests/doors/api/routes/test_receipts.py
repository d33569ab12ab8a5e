"""Receipts over real HTTP: a platform has its own and its clients', nobody else's, and not before they are in the log."""

import json

import httpx
import pytest
from psycopg.conninfo import make_conninfo

from cunguan.doors.log.process import Ground, once
from cunguan.keys.log_key import log_signers
from cunguan.keys.note_keys import check
from cunguan.store import roles
from cunguan.transparency import note
from cunguan.transparency.receipt import Pins, verify
from tests.doors.api.harness import LENDERS, Door, Stack

LENDER = LENDERS[0]


@pytest.fixture(scope="module")
def paid(stack: Stack) -> str:
    """An instruction by which the lender got money, in the log."""
    once(Ground(make_conninfo(stack.url, user=roles.LOG), stack.home, {}))
    found = stack.query(
        "SELECT i.id FROM instruction i JOIN posting p USING (lane, seq) JOIN account a ON (a.lane, a.account) = (p.lane, p.credit_account)"
        " WHERE i.lane = 1 AND a.owner = %s ORDER BY i.seq LIMIT 1", LENDER,
    )  # fmt: skip
    return str(found[0][0])


def pins(stack: Stack) -> Pins:
    """Return the log's key: nobody witnesses it here."""
    signed = note.parse((stack.home / "log" / "1" / "checkpoint").read_bytes())
    return Pins(log=log_signers(stack.home, signed.text.partition("\n")[0], {})[0].key)


def test_a_platform_takes_its_own_and_its_clients(stack: Stack, door: Door, paid: str) -> None:
    own, his = door.get(f"/v1/instructions/{paid}/receipt"), door.get(f"/v1/instructions/{paid}/receipt", holder=LENDER)
    assert (own.status_code, his.status_code) == (200, 200)
    assert his.headers["cunguan-cosigned"] == "no" and "receipt-1-" in his.headers["content-disposition"]
    whole, shown = (verify(one.content, pins(stack), check) for one in (own, his))
    assert whole.is_good and shown.is_good and "not_witnessed" in shown.not_proved
    assert whole.body and not shown.body
    assert {one.account.owner for one in shown.own} == {LENDER} < {one.account.owner for one in whole.own}
    assert len(his.content) < 5000


def test_there_is_none_for_whom_it_is_not(door: Door, other: Door, paid: str) -> None:
    foreign = other.get(f"/v1/instructions/{paid}/receipt")
    unknown = door.get("/v1/instructions/nobody-knows-it/receipt")
    assert (
        (foreign.status_code, foreign.json()["code"])
        == (404, "not_found")
        == (unknown.status_code, unknown.json()["code"])
    )
    assert foreign.json()["detail"] == unknown.json()["detail"]
    told = door.get(f"/v1/instructions/{paid}/receipt", holder=LENDERS[1])
    assert (told.status_code, told.json()["code"]) == (404, "receipt_not_his")


def test_there_is_none_before_its_leaf_is_under_a_checkpoint(door: Door, paid: str) -> None:
    body = {"lender": LENDER, "listing": "X0", "amount_minor": 100, "mandate": f"M-{LENDER}"}
    done = door.post("/v1/instructions", {"id": "receipt-not-ready", "kind": "bid_hold", "body": body})
    told = door.get("/v1/instructions/receipt-not-ready/receipt")
    expected = ("receipt_not_ready", True) if done.json()["status"] == "done" else ("receipt_of_nothing", False)
    assert (told.json()["code"], told.json()["retry"]) == expected
    assert told.status_code == (409 if expected[1] else 404) and ("retry-after" in told.headers) is expected[1]


def test_a_month_that_is_not_over_is_not_stated(door: Door, paid: str) -> None:
    told = door.get(f"/v1/accounts/{LENDER}/monthly-statements/2026-03")
    assert (told.status_code, told.json()["code"]) == (404, "statement_not_made")
    assert door.get(f"/v1/accounts/{LENDER}/monthly-statements/march").json()["code"] == "not_found"


def test_the_page_that_checks_is_served_and_can_reach_nobody(stack: Stack) -> None:
    served = httpx.get(f"{stack.address}/verify")
    assert served.status_code == 200 and served.headers["content-type"].startswith("text/html")
    policy = served.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'sha256-") and "frame-ancestors 'none'" in policy
    assert (
        "connect-src" not in policy
        and json.dumps({"policy": "", "log": "", "custodian": ""}, separators=(",", ":")) in served.text
    )
