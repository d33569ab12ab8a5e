"""What a platform hands in that its client must allow: S-09 to S-12 of the dossier, over real HTTP."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.doors.api.harness import LENDERS, Door, Stack
from tests.doors.api.test_authorisations import asked, bid, confirmed, new

LENDER = LENDERS[1]


def handed_in(door: Door, name: str, kind: str, **body: Any) -> dict[str, Any]:
    return dict(door.post("/v1/instructions", {"id": name, "kind": kind, "body": body}).json())


def code(told: dict[str, Any]) -> str:
    return str(told["code"])


def mandate(door: Door, cap_minor: int) -> str:
    name = new("mandate")
    body = {"holder": LENDER, "type": "bid", "cap_minor": cap_minor, "until": "2026-12-01"}
    assert confirmed(door, asked(door, {"id": name, "kind": "mandate_grant", "body": body}))["answer"]["code"] == "done"
    return name


def auto_bid(door: Door, mandate_: str, amount_minor: int) -> dict[str, Any]:
    return handed_in(
        door, new("auto"), "bid_hold", lender=LENDER, listing="X0", amount_minor=amount_minor, mandate=mandate_
    )


def test_s09_after_a_mandate_is_revoked_its_hold_stands_and_a_new_bid_is_refused(door: Door, stack: Stack) -> None:
    name = mandate(door, 10_000)
    first = auto_bid(door, name, 1_000)
    assert code(first) == "done"
    revoke = {"id": new("revoke"), "kind": "mandate_revoke", "body": {"holder": LENDER, "mandate": name}}
    assert confirmed(door, asked(door, revoke))["answer"]["code"] == "done"
    assert code(auto_bid(door, name, 1_000)) == "mandate_not_active"
    assert stack.query("SELECT state FROM hold WHERE lane = 1 AND id = %s", first["id"]) == [("open",)]


def test_s10_parallel_bids_never_go_beyond_a_mandates_cap(door: Door, stack: Stack) -> None:
    name = mandate(door, 100_000)
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: code(auto_bid(door, name, 10_000)), range(16)))
    assert told.count("done") == 10
    assert set(told) <= {"done", "mandate_cap_exceeded", "mandate_not_active"}
    assert stack.query("SELECT used_minor FROM mandate WHERE lane = 1 AND id = %s", name) == [(100_000,)]


def test_s11_a_fee_that_no_client_agreed_to_is_refused_and_somebody_is_told(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    body = {
        "holder": LENDER,
        "fee_schedule": "none",
        "fee_item": "service",
        "base_minor": 100,
        "fee_minor": 100,
        "agreed": True,
    }
    told = handed_in(door, new("fee"), "fee_charge", **body)
    assert code(told) in ("fee_schedule_not_found", "fee_consent_missing")
    assert "alarm T01" in caplog.text


def test_s12_a_hold_serves_no_other_listing(door: Door, stack: Stack) -> None:
    held = auto_bid(door, mandate(door, 5_000), 1_000)
    name = new("X")
    listing = {
        "listing": name, "pool": "main", "borrower": "B", "person": "person:B", "currency": "USD", "pack": "none_recorded",
        "amount_minor": 1_000, "rate_e6": 0, "rule": "bullet", "months": 1, "raise_until": "2026-03-05",
    }  # fmt: skip
    registered = confirmed(
        door, asked(door, {"id": f"register:{name}", "kind": "listing_registration", "body": listing})
    )
    assert registered["answer"]["code"] == "done", registered
    assert confirmed(door, asked(door, bid(listing=name)))["answer"]["code"] == "done"
    told = handed_in(door, new("lend"), "disbursement", listing=name, holds=[held["id"]])
    assert code(told) == "hold_listing_differs"
    assert stack.query("SELECT state FROM hold WHERE lane = 1 AND id = %s", held["id"]) == [("open",)]


@pytest.mark.parametrize("where", ["top", "body"])
def test_a_platform_cannot_send_evidence_itself(door: Door, where: str) -> None:
    evidence = {"kind": "sandbox_ed25519", "key_id": f"{LENDER}:key", "public_key": "AA==", "signature": "AA=="}
    request = bid(lender=LENDER)
    (request if where == "top" else request["body"])["evidence"] = evidence
    answer = door.post("/v1/instructions", request)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


def test_an_instruction_waits_for_its_client_and_its_id_is_not_burnt(door: Door) -> None:
    request = bid(lender=LENDER)
    asked_ = asked(door, request)
    early = door.post("/v1/instructions", request)
    assert (early.status_code, early.json()["code"]) == (422, "authorisation_waiting")
    assert confirmed(door, asked_)["answer"]["code"] == "done"
    again = door.post("/v1/instructions", request)
    assert (again.status_code, again.json()["code"]) == (200, "done")


def test_an_altered_body_is_not_what_the_client_saw(door: Door) -> None:
    request = bid(lender=LENDER)
    asked_ = asked(door, request)
    altered = {**request, "body": {**request["body"], "amount_minor": 9_999}}
    answer = door.post("/v1/instructions", altered)
    assert (answer.status_code, answer.json()["code"]) == (409, "authorisation_differs")
    confirmed(door, asked_)
    answer = door.post("/v1/instructions", altered)
    assert (answer.status_code, answer.json()["code"]) == (409, "exists_with_different_amount")


@pytest.mark.parametrize(("act", "code_"), [("decline", "authorisation_declined"), ("expire", "authorisation_expired")])
def test_what_a_client_did_not_confirm_is_not_done(door: Door, stack: Stack, act: str, code_: str) -> None:
    request = bid(f"no-{uuid.uuid4().hex[:8]}", lender=LENDER)
    asked(door, request)
    if act == "decline":
        door.post(f"/v1/sandbox/authorisations/{request['id']}/decline")
    else:
        stack.query("UPDATE authorisation SET expires_at = now() WHERE id = %s RETURNING 1", request["id"])
    answer = door.post("/v1/instructions", request)
    assert (answer.status_code, answer.json()["code"]) == (422, code_)
