"""Webhooks at the door: what a platform writes down, hears and drives again; and what another platform never sees."""

import asyncio
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from cunguan.client.webhooks import verify
from cunguan.doors.api.context import Clock
from cunguan.doors.webhooks import endpoints
from cunguan.doors.webhooks.courier import Courier
from cunguan.doors.webhooks.planning import plan
from cunguan.doors.webhooks.post import Poster
from cunguan.keys.webhook import public_key_text
from cunguan.store import roles
from tests.doors.api.harness import Door, Stack
from tests.doors.webhooks.harness import Receiver
from tests.plane.harness import as_role


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A platform's server."""
    made = Receiver()
    yield made
    made.close()


def work(stack: Stack) -> None:
    """Plan and send as the jobs worker does, until nothing is due."""

    async def run() -> None:
        url = as_role(stack.url, roles.DOOR)
        async with AsyncConnectionPool(url, min_size=1, max_size=4, kwargs={"autocommit": True}) as pool:
            courier = Courier(
                pool, Clock(), True, stack.custodian.sign, poster=lambda is_sandbox: Poster(is_sandbox, 10)
            )
            while await plan(pool, datetime.now(UTC)):
                pass
            while await courier.round():
                pass
            await courier.close()

    asyncio.run(run())


@pytest.fixture
def name(stack: Stack) -> Iterator[str]:
    """An id that is free; what stands under it is told nothing more after the test."""
    made = f"e{uuid.uuid4().hex[:12]}"
    yield made
    with psycopg.connect(stack.url) as owner:
        owner.execute("UPDATE webhook_endpoint SET state = 'deleted' WHERE id LIKE %s", (f"{made}%",))


def made(door: Door, name: str, receiver: Receiver, **more: Any) -> dict[str, Any]:
    answer = door.post("/v1/webhook-endpoints", {"id": name, "url": receiver.url, **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def path(name: str, act: str = "") -> str:
    return f"/v1/webhook-endpoints/{name}{act}"


def test_an_endpoint_is_written_down_and_hears_a_test_that_verifies(
    stack: Stack, door: Door, name: str, receiver: Receiver
) -> None:
    endpoint = made(door, name, receiver, types=["webhook.*"])
    assert endpoint["state"] == "active" and endpoint["secret"].startswith("whsec_")
    planned = door.post(path(name, "/test"))
    assert planned.status_code == 202
    work(stack)
    (request,) = receiver.requests
    assert verify(request.headers, request.body, secret=endpoint["secret"])["type"] == "webhook.test"
    public = public_key_text(stack.custodian.public_key)
    assert verify(request.headers, request.body, public_key=public, platform="P1")["data"] == {"endpoint": name}
    seen = door.get(f"/v1/webhook-deliveries/{planned.json()['delivery']}").json()
    assert seen["state"] == "delivered" and seen["event"] == request.headers["webhook-id"]
    assert [(one["outcome"], one["status"]) for one in seen["log"]] == [("delivered", 204)]


def test_a_retry_of_the_making_hears_the_same_and_another_content_is_a_conflict(
    door: Door, name: str, receiver: Receiver
) -> None:
    first = made(door, name, receiver)
    assert made(door, name, receiver) == first
    other = door.post("/v1/webhook-endpoints", {"id": name, "url": receiver.url, "types": ["hold.*"]})
    assert (other.status_code, other.json()["code"], other.json()["field"]) == (
        409,
        "exists_with_different_field",
        "types",
    )


def test_a_secret_is_in_no_other_answer(door: Door, name: str, receiver: Receiver) -> None:
    secret = made(door, name, receiver)["secret"]
    for answer in (door.get(path(name)), door.get("/v1/webhook-endpoints", limit=500)):
        assert (
            answer.status_code == 200
            and name in answer.text
            and secret not in answer.text
            and "whsec_" not in answer.text
        )


REFUSED = [
    ({"url": "https://10.0.0.1/"}, "webhook_target_refused", "url"),
    ({"url": "https://169.254.169.254/"}, "webhook_target_refused", "url"),
    ({"url": "https://user@127.0.0.1/"}, "webhook_target_refused", "url"),
    ({"url": "ftp://127.0.0.1/"}, "webhook_target_refused", "url"),
    ({"types": ["withdrawl.*"]}, "malformed", "types"),
    ({"types": []}, "malformed", "types"),
    ({"subjects": ["*listing"]}, "malformed", "subjects[0]"),
    ({"id": "a.b"}, "malformed", "id"),
    ({"secret": "whsec_mine"}, "malformed", "secret"),
]


@pytest.mark.parametrize(("changed", "code", "field"), REFUSED)
def test_what_would_never_be_sent_is_refused_by_its_field(
    door: Door, name: str, receiver: Receiver, changed: dict[str, Any], code: str, field: str
) -> None:
    answer = door.post("/v1/webhook-endpoints", {"id": name, "url": receiver.url, **changed})
    assert (answer.status_code, answer.json()["code"], answer.json().get("field")) == (422, code, field)
    assert door.get(path(name)).status_code == 404


def test_an_endpoint_is_changed_disabled_and_deleted(door: Door, name: str, receiver: Receiver) -> None:
    made(door, name, receiver)
    changed = door.put(path(name), {"url": receiver.url, "types": ["hold.*"], "state": "disabled"}, id=f"put:{name}")
    assert changed.json()["state"] == "disabled" and changed.json()["types"] == ["hold.*"]
    refused = door.post(path(name, "/test"))
    assert (refused.status_code, refused.json()["code"]) == (409, "webhook_not_active")
    assert door.put(path(name), {"url": receiver.url}).json()["state"] == "active"
    for _ in range(2):
        assert door.delete(path(name)).json() == {"id": name, "state": "deleted"}
    assert door.get(path(name)).status_code == 404
    again = door.post("/v1/webhook-endpoints", {"id": name, "url": receiver.url})
    assert (again.status_code, again.json()["code"]) == (409, "webhook_deleted")


def test_a_secret_is_rotated_once_for_one_request(door: Door, name: str, receiver: Receiver) -> None:
    old = made(door, name, receiver)["secret"]
    first = door.post(path(name, "/secret"), {"overlap_hours": 1}, id=f"r1:{name}").json()["secret"]
    assert first != old and door.post(path(name, "/secret"), {}, id=f"r1:{name}").json()["secret"] == first
    assert door.post(path(name, "/secret"), {}, id=f"r2:{name}").status_code == 200
    full = door.post(path(name, "/secret"), {}, id=f"r3:{name}")
    assert (full.status_code, full.json()["code"]) == (409, "webhook_limit_reached")


def test_dead_deliveries_are_listed_and_driven_again(stack: Stack, door: Door, name: str, receiver: Receiver) -> None:
    made(door, name, receiver, types=["webhook.*"])
    ids = [door.post(path(name, "/test")).json()["delivery"] for _ in range(3)]
    with psycopg.connect(stack.url) as owner:
        owner.execute(
            "UPDATE webhook_delivery SET state = 'dead', next_at = NULL, ended_at = now() WHERE endpoint = %s", (name,)
        )
    page = door.get("/v1/webhook-deliveries", endpoint=name, state="dead", limit=2).json()
    rest = door.get("/v1/webhook-deliveries", endpoint=name, state="dead", limit=2, after=page["next"]).json()
    assert [one["id"] for one in page["items"] + rest["items"]] == ids and rest["next"] is None
    assert door.get(path(name)).json()["dead_count"] == 3
    assert door.post(f"/v1/webhook-deliveries/{ids[0]}/redeliver").json() == {"delivery": ids[0]}
    assert door.post(path(name, "/redeliver-dead")).json() == {"count": 2, "more": False}
    work(stack)
    assert len(receiver.requests) == 3
    assert door.get(path(name)).json()["dead_count"] == door.get(path(name)).json()["waiting_count"] == 0


def test_a_range_of_the_books_is_told_again(stack: Stack, door: Door, name: str, receiver: Receiver) -> None:
    made(door, name, receiver, types=["instruction.*"])
    asked = door.post(path(name, "/replay"), {"from": "1", "until": "3"}, id=f"replay:{name}")
    assert asked.status_code == 202 and asked.json()["is_done"] is False
    work(stack)
    assert sorted(request.message["data"]["seq"] for request in receiver.requests) == [
        2,
        3,
    ]  # 1 opened the lane: not told
    seen = door.get(f"/v1/webhook-replays/replay:{name}").json()
    assert seen["is_done"] and seen["planned_count"] == 2
    assert door.post(path(name, "/replay"), {"from": "1", "until": "3"}, id=f"replay:{name}").json() == seen
    future = door.post(path(name, "/replay"), {"from": (datetime.now(UTC) + timedelta(days=9)).isoformat()})
    assert (future.status_code, future.json()["field"]) == (422, "until")


def test_a_platform_has_a_bounded_number_of_ranges_under_way(
    door: Door, name: str, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(door, name, receiver)
    asked = {"from": "1", "until": "3"}
    first = door.post(path(name, "/replay"), asked, id=f"replay:{name}")
    monkeypatch.setattr(endpoints, "REPLAYS_MAX", 0)
    assert door.post(path(name, "/replay"), asked, id=f"replay:{name}").status_code == first.status_code == 202
    more = door.post(path(name, "/replay"), asked)
    assert (more.status_code, more.json()["code"]) == (409, "webhook_limit_reached")


def test_another_platforms_endpoints_and_deliveries_do_not_exist(
    stack: Stack, door: Door, other: Door, name: str, receiver: Receiver
) -> None:
    made(door, name, receiver, types=["webhook.*"])
    delivery = door.post(path(name, "/test")).json()["delivery"]
    absent = other.get(path("nobody"))
    for answer in (
        other.get(path(name)), other.put(path(name), {"url": receiver.url}), other.delete(path(name)),
        other.post(path(name, "/secret"), {}), other.post(path(name, "/test")), other.post(path(name, "/redeliver-dead")),
        other.post(path(name, "/replay"), {"from": "1"}),
    ):  # fmt: skip
        assert (answer.status_code, answer.json()) == (404, absent.json())
    for act in ("", "/redeliver"):
        answer = other.send("POST" if act else "GET", f"/v1/webhook-deliveries/{delivery}{act}")
        assert answer.status_code == 404
    assert other.get("/v1/webhook-deliveries").json()["items"] == []
    assert made(other, name, receiver)["id"] == name, "an id is one platform's"


def test_a_key_without_the_scope_may_not(stack: Stack, name: str, receiver: Receiver) -> None:
    reader = stack.door(scopes=["read", "instruct"])
    answer = reader.post("/v1/webhook-endpoints", {"id": name, "url": receiver.url})
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert reader.get("/v1/webhook-endpoints").status_code == 403


def test_a_platform_has_a_bounded_number_of_endpoints(other: Door, name: str, receiver: Receiver) -> None:
    answers = [
        other.post("/v1/webhook-endpoints", {"id": f"{name}-{n}", "url": receiver.url}) for n in range(17)
    ]  # fmt: skip
    assert answers[-1].status_code == 409 and answers[-1].json()["code"] == "webhook_limit_reached"
    assert other.get(path(f"{name}-16")).status_code == 404


@pytest.mark.parametrize(
    "id", ["nobody", "%00", "a%2Fb", "main:1", "main:1:0", "main:999999999999999999:999999999", "x" * 500]
)
def test_what_is_not_there_is_not_found_however_it_is_written(door: Door, id: str) -> None:
    for place in ("webhook-endpoints", "webhook-deliveries", "webhook-replays"):
        assert door.get(f"/v1/{place}/{id}").status_code == 404


def test_what_the_plane_commits_is_told_in_order_with_its_outcome(
    stack: Stack, door: Door, name: str, receiver: Receiver
) -> None:
    secret = made(door, name, receiver, types=["instruction.*"], subjects=[f"instruction:{name}*"])["secret"]
    bid = {"lender": "L000", "listing": "X0", "amount_minor": 100, "mandate": "mandate:L000"}
    for suffix, amount in (("a", 100), ("b", 10**12)):
        door.post(
            "/v1/instructions", {"id": f"{name}{suffix}", "kind": "bid_hold", "body": {**bid, "amount_minor": amount}}
        )
    work(stack)
    told = {one["subject"]: one for one in (verify(r.headers, r.body, secret=secret) for r in receiver.requests)}
    done, refused = told[f"instruction:{name}a"], told[f"instruction:{name}b"]
    assert (done["type"], done["data"]["about"]["amount_minor"]) == ("instruction.done", 100)
    assert refused["type"] == "instruction.refused"
    for one in (done, refused):
        answer = door.get(f"/v1/instructions/{one['data']['instruction']}").json()
        same = ("kind", "status", "code", "code_number", "seq")
        assert {key: answer[key] for key in same} == {key: one["data"][key] for key in same}
