"""Authorisation requests over real HTTP: a platform asks, a test client answers, the custodian hands in."""

import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest

from cunguan.doors.api.shown_words import FIELDS, MEANS, TITLES
from cunguan.keys.evidence import verify
from cunguan.operations.catalogue import operations
from tests.doors.api.harness import LENDERS, Door, Stack

LENDER = LENDERS[0]


def new(what: str) -> str:
    return f"{what}-{uuid.uuid4().hex[:10]}"


def bid(name: str = "", **changed: Any) -> dict[str, Any]:
    body = {"lender": LENDER, "listing": "X0", "amount_minor": 1_000, **changed}
    return {"id": name or new("bid"), "kind": "bid_hold", "body": body}


def asked(door: Door, request: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = door.post("/v1/authorisations", request or bid())
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def confirmed(door: Door, request: dict[str, Any]) -> dict[str, Any]:
    answer = door.post(f"/v1/sandbox/authorisations/{request['id']}/confirm")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def expire(stack: Stack, name: str) -> None:
    stack.query("UPDATE authorisation SET expires_at = %s WHERE id = %s RETURNING 1", datetime.now(UTC), name)


def page_of(request: dict[str, Any], **headers: str) -> httpx.Response:
    return httpx.get(request["page"], headers=headers)


def pressed(request: dict[str, Any], button: str, field: str | None = None, **headers: str) -> httpx.Response:
    shown = page_of(request).text
    found = re.search(r'name="form" value="(\w+)"', shown)
    sent = field if field is not None else found[1] if found else ""
    return httpx.post(f"{request['page']}/{button}", data={"form": sent}, headers=headers)


# ── asking ───────────────────────────────────────────────────────────────────
def test_a_request_waits_and_names_a_page_of_the_custodian(door: Door) -> None:
    request = asked(door)
    assert (request["state"], request["answer"]) == ("waiting", None)
    assert request["page"].startswith(f"{door.address}/authorise/")
    assert request["text"] == {
        "kind": "P", "owner": LENDER, "type": "bid", "amount_minor": 1_000, "currency": "USD", "payee": "X0",
        "listing": "X0", "until": "",
    }  # fmt: skip
    assert "amount: USD 10.00" in request["lines"]["en"] and "金额: USD 10.00" in request["lines"]["zh"]


def test_the_same_request_is_the_same_and_another_under_its_id_is_a_conflict(door: Door) -> None:
    request = bid()
    first = asked(door, request)
    assert asked(door, request) == first
    other = door.post("/v1/authorisations", bid(request["id"], amount_minor=2_000))
    assert (other.status_code, other.json()["code"], other.json()["field"]) == (
        409,
        "exists_with_different_field",
        "amount_minor",
    )
    kind = door.post(
        "/v1/authorisations", {**request, "kind": "mandate_revoke", "body": {"holder": LENDER, "mandate": "m"}}
    )
    assert (kind.status_code, kind.json()["field"]) == (409, "kind")


@pytest.mark.parametrize(
    ("request_", "code", "field"),
    [
        ({"id": "x", "kind": "no_such", "body": {}}, "unknown_kind", "kind"),
        ({"id": "x", "kind": "day_close", "body": {}}, "unknown_kind", "kind"),
        ({"id": "x", "kind": "bid_hold", "body": {"lender": LENDER}}, "malformed", "body.listing"),
        (bid("x", amount_minor="1"), "malformed", "body.amount_minor"),
        (bid("x", lender="nobody"), "account_not_found", "body"),
        (bid("x", mandate=f"mandate:{LENDER}"), "details_differ", "body"),
        (bid("x" * 201), "id_malformed", "id"),
        ({**bid("x"), "return_url": "http://platform.example/"}, "details_missing", "return_url"),
        ({**bid("x"), "return_url": "javascript:alert(1)"}, "details_missing", "return_url"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_says_which_field(door: Door, request_: dict[str, Any], code: str, field: str) -> None:
    answer = door.post("/v1/authorisations", request_)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, code, field)
    assert door.get("/v1/authorisations/x").status_code == 404


@pytest.mark.parametrize("change", [{"expires_in_seconds": 59}, {"expires_in_seconds": 604_801}, {"evidence": {}}])
def test_a_platform_cannot_send_evidence_nor_ask_for_ever(door: Door, change: dict[str, Any]) -> None:
    assert door.post("/v1/authorisations", {**bid(), **change}).status_code in (400, 422)


def test_an_instruction_that_was_handed_in_cannot_be_asked_about(door: Door) -> None:
    answer = door.post("/v1/authorisations", bid(f"mandate:{LENDER}"))
    assert (answer.status_code, answer.json()["code"]) == (409, "exists_with_different_field")


# ── answering ────────────────────────────────────────────────────────────────
def test_a_confirmed_request_is_handed_in_at_once_and_its_evidence_stands_in_the_books(
    door: Door, stack: Stack
) -> None:
    request = confirmed(door, asked(door))
    assert (request["state"], request["evidence_kind"]) == ("confirmed", "sandbox_ed25519")
    assert (request["answer"]["status"], request["answer"]["code"]) == ("done", "done")
    ((kind, challenge, public_key, evidence),) = stack.query(
        "SELECT evidence_kind, challenge, public_key, evidence FROM authority WHERE lane = 1 AND seq = %s",
        request["answer"]["seq"],
    )
    assert verify(kind, bytes(public_key), bytes(challenge), bytes(evidence))
    ((held,),) = stack.query("SELECT amount_minor FROM hold WHERE lane = 1 AND id = %s", request["id"])
    assert held == 1_000


def test_confirming_twice_does_it_once(door: Door, stack: Stack) -> None:
    request = asked(door)
    first, second = confirmed(door, request), confirmed(door, request)
    assert first == second
    assert stack.query("SELECT count(*) FROM instruction WHERE lane = 1 AND id = %s", request["id"]) == [(1,)]


def test_what_is_refused_is_told_with_its_code(door: Door) -> None:
    request = confirmed(door, asked(door, bid(amount_minor=10**12)))
    assert request["state"] == "confirmed"
    assert (request["answer"]["status"], request["answer"]["code"]) == ("refused", "listing_remaining_exceeded")


def test_a_declined_request_stays_declined(door: Door, stack: Stack) -> None:
    request = asked(door)
    assert door.post(f"/v1/sandbox/authorisations/{request['id']}/decline").json()["state"] == "declined"
    assert confirmed(door, request)["state"] == "declined"
    assert stack.query("SELECT count(*) FROM instruction WHERE lane = 1 AND id = %s", request["id"]) == [(0,)]


def test_an_expired_request_cannot_be_confirmed(door: Door, stack: Stack) -> None:
    request = asked(door)
    expire(stack, request["id"])
    assert confirmed(door, request)["state"] == "expired"
    assert door.get(f"/v1/authorisations/{request['id']}").json()["answer"] is None


def test_another_platform_does_not_see_it(door: Door, other: Door) -> None:
    request = asked(door)
    absent = other.get("/v1/authorisations/never-asked").json()
    assert other.get(f"/v1/authorisations/{request['id']}").json() == absent
    assert other.post(f"/v1/sandbox/authorisations/{request['id']}/confirm").status_code == 404
    assert request["id"] not in json.dumps(other.get("/v1/authorisations", limit=500).json())


def test_requests_are_listed_the_newest_first_page_by_page(door: Door) -> None:
    made = [asked(door)["id"] for _ in range(3)]
    first = door.get("/v1/authorisations", limit=2, owner=LENDER).json()
    assert [one["id"] for one in first["items"]] == made[:0:-1]
    second = door.get("/v1/authorisations", limit=2, owner=LENDER, after=first["next"]).json()
    assert second["items"][0]["id"] == made[0]
    assert door.get("/v1/authorisations", state="declined", owner="nobody").json() == {"items": [], "next": None}
    assert door.get("/v1/authorisations", after="x").status_code == 422


# ── the page ─────────────────────────────────────────────────────────────────
def test_the_page_shows_what_is_asked_in_the_clients_language(door: Door) -> None:
    request = asked(door)
    english, chinese = (page_of(request, **{"Accept-Language": one}) for one in ("en-GB", "zh-CN,en;q=0.5"))
    assert (
        '<html lang="en">' in english.text and "USD 10.00" in english.text and "P1 asks you to confirm" in english.text
    )
    assert '<html lang="zh-CN">' in chinese.text and "投标" in chinese.text
    assert httpx.get(f"{request['page']}?lang=en", headers={"Accept-Language": "zh"}).text.startswith(
        '<!doctype html>\n<html lang="en">'
    )


def test_the_page_can_be_neither_framed_nor_kept_nor_scripted(door: Door) -> None:
    shown = page_of(asked(door))
    policy = shown.headers["content-security-policy"]
    for part in ("default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy
    assert "script" not in shown.text and "style=" not in shown.text and "src=" not in shown.text
    assert shown.headers["referrer-policy"] == "no-referrer"
    assert shown.headers["cache-control"] == "no-store"
    assert shown.headers["x-frame-options"] == "DENY"


def test_what_a_platform_writes_is_text_on_the_page(door: Door, stack: Stack) -> None:
    request = {
        "id": new("hold"), "kind": "general_hold",
        "body": {"holder": LENDER, "amount_minor": 5, "reason": "<script>alert(1)</script>\"'&", "until": "2026-03-05", "authority": "P"},
    }  # fmt: skip
    shown = page_of(asked(door, request)).text
    assert "<script>" not in shown and "&lt;script&gt;" in shown


def test_a_client_confirms_at_the_page(door: Door) -> None:
    request = asked(door, {**bid(), "return_url": "https://platform.example/back?x=1"})
    answer = pressed(request, "confirm")
    assert answer.status_code == 303
    shown = page_of(request, **{"Accept-Language": "en"}).text
    assert "You have confirmed" in shown and "It is done" in shown and "<button" not in shown
    assert 'href="https://platform.example/back?x=1"' in shown
    assert door.get(f"/v1/authorisations/{request['id']}").json()["answer"]["code"] == "done"


def test_a_client_declines_at_the_page(door: Door) -> None:
    request = asked(door)
    assert pressed(request, "decline").status_code == 303
    assert "You have declined" in page_of(request, **{"Accept-Language": "en"}).text


def test_an_expired_page_says_so_and_has_no_button(door: Door, stack: Stack) -> None:
    request = asked(door)
    expire(stack, request["id"])
    shown = page_of(request, **{"Accept-Language": "en"}).text
    assert "expired" in shown and "<button" not in shown


@pytest.mark.parametrize(
    ("field", "headers"),
    [
        ("", {}), ("0" * 64, {}), ("é", {}), (None, {"Sec-Fetch-Site": "cross-site"}), (None, {"Origin": "https://evil.example"}),
        (None, {"Sec-Fetch-Site": "same-site"}),
    ],
)  # fmt: skip
def test_a_form_of_another_site_is_refused(door: Door, field: str | None, headers: dict[str, str]) -> None:
    request = asked(door)
    assert pressed(request, "confirm", field, **headers).status_code == 403
    assert door.get(f"/v1/authorisations/{request['id']}").json()["state"] == "waiting"


def test_the_form_of_one_page_is_not_taken_for_another(door: Door) -> None:
    one, two = asked(door), asked(door)
    found = re.search(r'name="form" value="(\w+)"', page_of(one).text)
    assert found is not None
    assert pressed(two, "confirm", found[1]).status_code == 403


def test_a_page_that_is_not_there_is_told_plainly(door: Door) -> None:
    for path in ("/authorise/none", "/authorise/%00", "/authorise/" + "x" * 300):
        answer = httpx.get(f"{door.address}{path}", headers={"Accept-Language": "en"})
        assert (answer.status_code, "there is no such page" in answer.text.lower()) == (404, True)
    assert httpx.post(f"{door.address}/authorise/none/confirm").status_code == 404


def test_the_token_of_a_page_is_not_in_the_database(door: Door, stack: Stack) -> None:
    request = asked(door)
    token = request["page"].rsplit("/", 1)[1]
    ((row,),) = stack.query("SELECT authorisation::text FROM authorisation WHERE id = %s", request["id"])
    assert token not in row and token.encode().hex() not in row


# ── openings ─────────────────────────────────────────────────────────────────
def opening(**changed: Any) -> dict[str, Any]:
    holder = new("C")
    return {
        "id": f"open:{holder}",
        "holder": holder,
        "person": f"person:{holder}",
        "role": "lender",
        "pool": "main",
        **changed,
    }


def opened(door: Door, request: dict[str, Any]) -> dict[str, Any]:
    answer = door.post("/v1/openings", request)
    assert answer.status_code == 200, answer.text
    return confirmed(door, answer.json())


def test_a_person_opens_an_account_and_may_bid_by_his_own_key(door: Door, stack: Stack) -> None:
    request = opening()
    assert opened(door, request)["answer"]["code"] == "done"
    assert stack.query("SELECT state FROM holder_account WHERE lane = 1 AND id = %s", request["holder"]) == [
        ("active",)
    ]
    first = confirmed(door, asked(door, bid(lender=request["holder"])))
    assert first["answer"]["code"] == "insufficient_balance"  # the key was his: only the money is missing


def test_a_company_waits_for_its_review(door: Door, stack: Stack) -> None:
    request = opening(kind="company", role="borrower")
    assert opened(door, request)["answer"]["code"] == "done"
    assert stack.query("SELECT state FROM holder_account WHERE lane = 1 AND id = %s", request["holder"]) == [
        ("pending_review",)
    ]


def test_a_platform_does_not_learn_whether_another_has_the_person(door: Door, other: Door) -> None:
    known = opening()
    opened(other, known)
    same, fresh = opening(person=known["person"]), opening()
    first, second = opened(door, same), opened(door, fresh)
    told = [
        json.dumps({**one, "answer": {**one["answer"], "seq": 0}}) for one in (first, second)
    ]  # fmt: skip
    hidden = [
        re.sub(r"/authorise/[\w-]+|\d{4}-\d\d-\d\dT[\d:.]+Z", "", text)
        .replace(of["holder"], "H")
        .replace(of["person"], "P")
        for text, of in zip(told, (same, fresh), strict=True)
    ]
    assert hidden[0] == hidden[1].replace("person:H", "P")


def test_a_person_is_registered_once(door: Door, other: Door, stack: Stack) -> None:
    request = opening()
    for one, role in ((door, "lender"), (other, "lender"), (door, "borrower")):
        asked_ = {**request, "id": new("open"), "holder": new("C"), "role": role}
        assert opened(one, asked_)["answer"]["code"] == "done"
    assert stack.query("SELECT count(*) FROM person WHERE id = %s", request["person"]) == [(1,)]


def test_a_company_is_no_person_of_the_same_reference(door: Door) -> None:
    known = opening()
    opened(door, known)
    answer = opened(door, opening(person=known["person"], kind="company"))["answer"]
    assert answer["code"] == "person_not_verified"


def test_a_second_account_in_the_same_role_is_refused(door: Door) -> None:
    known = opening()
    opened(door, known)
    assert opened(door, opening(person=known["person"]))["answer"]["code"] == "account_exists"


@pytest.mark.parametrize(
    "change", [{"pool": "none"}, {"role": "king"}, {"holder": "a b"}, {"person": ""}, {"key_id": "k"}]
)
def test_a_wrong_opening_is_refused_before_anybody_is_asked(door: Door, change: dict[str, Any]) -> None:
    assert door.post("/v1/openings", opening(**change)).status_code in (400, 422)


# ── words ────────────────────────────────────────────────────────────────────
def test_everything_a_client_confirms_has_words() -> None:
    kinds = {kind: one for kind, one in operations().items() if one.authority_text is not None}
    assert set(TITLES) == set(MEANS) == {*kinds, "account_opening"}
    fields = {field.name for one in kinds.values() for field in msgspec.structs.fields(one.body)}
    assert fields - set(FIELDS) == set()


def test_a_request_may_take_its_time(door: Door) -> None:
    request = asked(door, {**bid(), "expires_in_seconds": 7_200})
    left = datetime.fromisoformat(request["expires_at"]) - datetime.now(UTC)
    assert timedelta(hours=1, minutes=59) < left <= timedelta(hours=2)
