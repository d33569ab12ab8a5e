"""Reversals over real HTTP: a platform asks, sees the state, and takes its request back; nothing moves."""

import json
from typing import Any

import pytest

from cunguan.config.wiring import Wiring
from cunguan.doors.cli import main as cli
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


def test_two_people_of_the_custodian_decide(stack: Stack, door: Door, capsys: pytest.CaptureFixture[str]) -> None:
    wiring = Wiring({"DATABASE_URL": stack.url, "CUNGUAN_HOME": str(stack.home)})

    def clerk(*argv: str) -> tuple[int, Any]:
        code = cli.main(["reversal", *argv, "--json"], wiring)
        return code, json.loads(capsys.readouterr().out or "null")

    for name in ("r:yes", "r:no"):
        assert door.post("/v1/reversals", request(name)).status_code == 200
    waiting = {one["id"]: one for one in clerk("list")[1]}
    assert waiting["r:yes"]["asked_by"] == "platform:P1" and waiting["r:no"]["platform"] == "P1"
    two = ("--finding", "never_came", "--bank-account", "bank", "--document", "d", "--notice", "n", "--maker", "m1")
    alone = clerk("approve", "r:yes", *two, "--checker", "m1", "--id", "r:alone")
    assert (alone[0], alone[1]["code"]) == (1, "same_person_twice")
    assert clerk("approve", "r:yes", *two, "--checker", "c1")[1]["code"] == "done"
    assert clerk("refuse", "r:no", "--by", "m1", "--reason", "it was right")[1]["code"] == "done"
    assert clerk("refuse", "r:never", "--by", "m1", "--reason", "r")[0] == 2
    states = {name: door.get(f"/v1/reversals/{name}").json()["state"] for name in ("r:yes", "r:no")}
    assert states == {"r:yes": "posted", "r:no": "refused"}
    assert not {"r:yes", "r:no"} & {one["id"] for one in clerk("list")[1]}
