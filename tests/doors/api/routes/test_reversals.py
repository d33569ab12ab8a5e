"""Reversals over real HTTP: a platform asks, sees the state, and takes its request back; nothing moves."""

from typing import Any

from tests.doors.api.harness import Door, Stack

GROUND = {"of": "ground:000000", "line": 0, "holder": "L000"}


def request(name: str, **changed: Any) -> dict[str, Any]:
    """Return a request about the ground's first deposit."""
    return {"id": name, **GROUND, "amount_minor": 10, "reason": "another client's money", **changed}


def test_is_asked_for_seen_and_taken_back(stack: Stack, door: Door, other: Door) -> None:
    postings = stack.query("SELECT count(*) FROM posting")
    asked = door.post("/v1/reversals", request("r:1"))
    assert (asked.status_code, asked.json()["status"]) == (200, "done"), asked.text
    assert asked.json()["detail"]["from_the_client_until"]
    one = door.get("/v1/reversals/r:1").json()
    assert one | {"seq": 0} == {**request("r:1"), "state": "asked", "seq": 0}
    assert one in door.get("/v1/reversals", state="asked", of="ground:000000").json()["items"]
    assert other.get("/v1/reversals/r:1").status_code == 404
    assert other.get("/v1/reversals").json()["items"] == []
    assert other.post("/v1/reversals/r:1/withdrawal", {"id": "r:1:other", "reason": "x"}).status_code == 404
    back = door.post("/v1/reversals/r:1/withdrawal", {"id": "r:1:back", "reason": "it was right"})
    assert (back.status_code, door.get("/v1/reversals/r:1").json()["state"]) == (200, "withdrawn"), back.text
    assert stack.query("SELECT count(*) FROM posting") == postings


def test_refusals_name_what_is_wrong(door: Door) -> None:
    cases = {
        "r:none": ({"of": "never"}, 422, "journal_not_found"),
        "r:zero": ({"amount_minor": 0}, 422, "amount_not_positive"),
        "r:much": ({"amount_minor": 10**9}, 422, "correction_exceeds_credit"),
        "r:why": ({"reason": " "}, 422, "reason_missing"),
        "r:by": ({"asked_by": "m1"}, 422, "malformed"),
        "bank:x": ({}, 422, "id_malformed"),
    }
    for name, (changed, status, code) in cases.items():
        found = door.post("/v1/reversals", request(name, **changed))
        assert (found.status_code, found.json()["code"]) == (status, code), found.text
