"""Instructions over real HTTP: each outcome has its status, a retry its first answer, and what is malformed changes nothing."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from tests.doors.api.harness import Door, Stack
from tests.doors.api.money import bid, standing


def test_is_done_and_found_again(door: Door) -> None:
    done = door.post("/v1/instructions", bid("w:done"))
    assert done.status_code == 200, done.text
    answer = done.json()
    assert (answer["status"], answer["code"], answer["code_number"]) == ("done", "done", 0)
    assert answer["seq"] > 0 and not answer["retry"]
    again = door.post("/v1/instructions", bid("w:done"))
    found = door.get("/v1/instructions/w:done")
    assert (again.status_code, found.status_code) == (200, 200)
    assert again.json() == found.json() == answer


def test_a_refusal_by_a_code_is_told_with_its_answer_and_told_again(door: Door) -> None:
    first = door.post("/v1/instructions", bid("w:nobody", lender="nobody"))
    problem = first.json()
    assert (first.status_code, problem["code"], problem["instruction_id"]) == (422, "account_not_found", "w:nobody")
    assert first.headers["content-type"] == "application/problem+json"
    assert (problem["answer"]["status"], problem["retry"]) == ("refused", False)
    assert door.post("/v1/instructions", bid("w:nobody", lender="nobody")).json() == problem
    assert door.get("/v1/instructions/w:nobody").json() == problem["answer"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"amount_minor": 101}, "exists_with_different_amount"), ({"listing": "X9"}, "exists_with_different_listing"),
     ({"mandate": "m9"}, "exists_with_different_field")],
)  # fmt: skip
def test_the_same_id_for_something_else_is_a_conflict_that_says_what_differs(
    door: Door, changed: dict[str, Any], code: str
) -> None:
    door.post("/v1/instructions", bid("w:conflict"))
    found = door.post("/v1/instructions", bid("w:conflict", **changed))
    assert (found.status_code, found.json()["code"]) == (409, code)
    assert next(iter(changed)) in found.json()["detail"]


def test_the_same_id_twenty_times_at_once_is_one_effect_and_twenty_equal_answers(stack: Stack, door: Door) -> None:
    """S-02."""
    before = stack.query("SELECT count(*) FROM hold WHERE lane = 1")
    with ThreadPoolExecutor(20) as callers:
        answers = list(callers.map(lambda _: door.post("/v1/instructions", bid("w:twenty")), range(20)))
    assert {one.status_code for one in answers} == {200}
    assert len({one.content for one in answers}) == 1
    assert stack.query("SELECT count(*) FROM hold WHERE lane = 1")[0][0] == before[0][0] + 1


def test_an_instruction_of_another_platform_does_not_exist(door: Door, other: Door) -> None:
    door.post("/v1/instructions", bid("w:mine"))
    theirs = other.get("/v1/instructions/w:mine")
    absent = other.get("/v1/instructions/w:never")
    assert (theirs.status_code, absent.status_code) == (404, 404)
    assert theirs.json() == absent.json()
    assert other.get("/v1/instructions/%00").status_code == 404


def test_a_debit_without_the_clients_word_is_refused_and_says_how_to_ask_him(door: Door) -> None:
    sent = bid("w:no-word", mandate="")
    found = door.post("/v1/instructions", sent)
    assert (found.status_code, found.json()["code"]) == (422, "authority_missing")
    assert "/v1/authorisations" in found.json()["detail"]


KIND = {
    "of the custodian's people": ("adjustment", 403, "kind_not_for_platforms", "two people"),
    "of a bank's evidence":      ("deposit_direct", 403, "kind_not_for_platforms", "bank"),
    "of lane 0":                 ("person_lock", 403, "kind_not_for_platforms", "custodian"),
    "of a court":                ("legal_taking", 403, "kind_not_for_platforms", "custodian"),
    "with its own way":          ("account_opening", 403, "kind_not_for_platforms", "/v1/openings"),
    "with its own way, too":     ("adjustment_request", 403, "kind_not_for_platforms", "/v1/reversals"),
    "of nobody":                 ("bid_hodl", 422, "unknown_kind", "no instruction"),
}  # fmt: skip


@pytest.mark.parametrize("case", KIND.values(), ids=KIND)
def test_a_kind_that_is_not_for_platforms_says_who_may_ask(
    stack: Stack, door: Door, case: tuple[str, int, str, str]
) -> None:
    kind, status, code, says = case
    before = standing(stack)
    found = door.post("/v1/instructions", {"id": "w:kind", "kind": kind, "body": {}})
    assert (found.status_code, found.json()["code"], found.json()["field"]) == (status, code, "kind")
    assert says in found.json()["detail"] and found.json()["instruction_id"] == "w:kind"
    assert standing(stack) == before


def test_a_platform_cannot_name_the_custodians_people(stack: Stack, door: Door) -> None:
    before = standing(stack)
    body = {"holder": "L000", "amount_minor": 1, "reason": "r", "until": "2026-04-01", "authority": "M", "maker": "m1",
            "checker": "c1"}  # fmt: skip
    for changed in (body, {**body, "authority": "P"}, {**body, "authority": "L", "instrument": "i"}):
        found = door.post("/v1/instructions", {"id": "w:two", "kind": "general_hold", "body": changed})
        assert (found.status_code, found.json()["code"]) == (403, "kind_not_for_platforms")
    timer = {"id": "w:timer", "kind": "raise_failure", "body": {"listing": "X0", "timer": True}}
    assert door.post("/v1/instructions", timer).json()["field"] == "body.timer"
    assert standing(stack) == before


SENT = bid("w:bad")
MALFORMED = {
    "no id":               ({**SENT, "id": ""},                      "id_malformed", "id"),
    "an id with a space":  ({**SENT, "id": "a b"},                   "id_malformed", "id"),
    "an id too long":      ({**SENT, "id": "x" * 129},               "id_malformed", "id"),
    "a reserved id":       ({**SENT, "id": "timer:x"},               "id_malformed", "id"),
    "of what is again":    ({**SENT, "id": "w:1:again"},             "id_malformed", "id"),
    "an id of a number":   ({**SENT, "id": 7},                       "malformed", "id"),
    "a field too many":    ({**SENT, "evidence": {}},                "malformed", "evidence"),
    "no kind":             ({"id": "w:bad", "body": {}},             "malformed", "kind"),
    "a body of a list":    ({**SENT, "body": []},                    "malformed", "body"),
    "no amount":           ({**SENT, "body": {"lender": "a", "listing": "b"}}, "malformed", "body.amount_minor"),
    "an amount in words":  (bid("w:bad", amount_minor="100"),        "malformed", "body.amount_minor"),
    "an amount of a half": (bid("w:bad", amount_minor=100.5),        "malformed", "body.amount_minor"),
    "an amount of 2**63":  (bid("w:bad", amount_minor=2**63),        "malformed", "body.amount_minor"),
    "an unknown field":    (bid("w:bad", colour="red"),              "malformed", "body.colour"),
    "a NUL":               (bid("w:bad", lender="L\x00"),            "malformed", "body.lender"),
}  # fmt: skip


@pytest.mark.parametrize("case", MALFORMED.values(), ids=MALFORMED)
def test_what_is_malformed_names_the_field_and_changes_nothing(
    stack: Stack, door: Door, case: tuple[dict[str, Any], str, str]
) -> None:
    sent, code, field = case
    before = standing(stack)
    found = door.send("POST", "/v1/instructions", sent, id=str(sent["id"]) or "w:none")
    problem = found.json()
    if not sent["id"]:  # an id that is empty differs from every header
        assert problem["code"] == "instruction_id_differs"
    else:
        assert (problem["code"], problem.get("field", "")) == (code, field), problem
    assert (found.status_code, problem["retry"]) == (422, False) and problem["detail"]
    assert standing(stack) == before


def test_the_header_and_the_body_name_the_same_instruction(stack: Stack, door: Door) -> None:
    before = standing(stack)
    found = door.post("/v1/instructions", bid("w:one"), id="w:another")
    assert (found.status_code, found.json()["code"]) == (422, Code.instruction_id_differs.name)
    assert standing(stack) == before


@pytest.mark.parametrize(
    "name", ["timer:X0:2030-01-01", "bank:demobank:1:paid", "statement:1:1", "close:2030-01-01", "w:1:again"]
)
def test_no_door_takes_an_id_that_the_custodian_will_need(stack: Stack, door: Door, name: str) -> None:
    before = standing(stack)
    failure = {"id": name, "kind": "raise_failure", "body": {"listing": "X0"}}
    opening = {"id": name, "holder": "n", "person": "n", "role": "lender", "pool": "main"}
    reversal = {"id": name, "of": "x", "line": 0, "holder": "L000", "amount_minor": 1, "reason": "wrong"}
    told = [
        door.post("/v1/instructions", failure).json(),
        door.post("/v1/authorisations", bid(name)).json(),
        door.post("/v1/openings", opening).json(),
        door.post("/v1/reversals", reversal).json(),
        *door.post("/v1/batches", {"id": "b:custodians", "items": [failure]}).json()["items"],
    ]
    assert [(one["code"], one["field"]) for one in told] == [("id_malformed", "id")] * 5
    assert standing(stack) == before
