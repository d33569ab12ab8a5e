"""Proofs of liabilities over HTTP: a platform lists its snapshots and hands each of its clients his proof; another's are not there."""

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from cunguan.doors.liabilities.files import Kept
from cunguan.doors.liabilities.taking import Taken, Why, take
from cunguan.doors.liabilities.verifying import verify
from cunguan.keys.salts import SaltKeys
from cunguan.store import roles
from tests.doors.api.harness import LENDERS, Door, Stack
from tests.plane.harness import as_role


@pytest.fixture(scope="module")
def taken(stack: Stack) -> list[Taken]:
    SaltKeys(stack.home, may_make=True).of(0)
    now = datetime(2026, 11, 26, 3, tzinfo=UTC)
    return [one for hour in (3, 4) for one in take(stack.url, stack.home, Why(f"asked:{hour}"), now.replace(hour=hour))]


def test_a_platform_lists_its_own_snapshots_page_by_page(door: Door, other: Door, taken: list[Taken]) -> None:
    mine = [one.snapshot.id for one in taken if one.snapshot.lane == 1]
    found: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        page = door.get("/v1/liabilities", limit=1, **after).json()
        found += page["items"]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert [one["id"] for one in found] == mine[::-1]
    assert {one["assets"] for one in found} == {"not_attested"}
    assert not {"clients", "client_minor", "owed_minor"} & set(found[0])
    assert not set(mine) & {one["id"] for one in other.get("/v1/liabilities").json()["items"]}


def test_every_client_is_handed_a_proof_that_holds(door: Door, taken: list[Taken]) -> None:
    id = next(one.snapshot.id for one in taken if one.snapshot.lane == 1)
    for holder in LENDERS:
        balances = door.get(f"/v1/accounts/{holder}/balances").json()
        answer = door.get(f"/v1/accounts/{holder}/liabilities/{id}")
        assert answer.headers["content-type"] == "application/json"
        found = verify(answer.content, None)
        assert (found.owed.holder, found.snapshot.id) == (holder, id)
        assert found.minor == sum(minor for name, minor in balances.items() if name.endswith("_minor"))


def test_what_is_not_the_platforms_is_not_there(door: Door, other: Door, taken: list[Taken]) -> None:
    id = next(one.snapshot.id for one in taken if one.snapshot.lane == 1)
    for asking, path in (
        (door, f"/v1/accounts/nobody/liabilities/{id}"),
        (door, f"/v1/accounts/{LENDERS[0]}/liabilities/20260101-0000-000000"),
        (other, f"/v1/accounts/{LENDERS[0]}/liabilities/{id}"),
    ):
        answer = asking.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_files_that_are_away_are_told(stack: Stack, door: Door) -> None:
    (gone, *_) = (
        one
        for one in take(stack.url, stack.home, Why("asked:gone"), datetime(2026, 11, 26, 5, tzinfo=UTC))
        if one.snapshot.lane == 1
    )
    Kept(stack.home, gone.snapshot.id).drop()
    answer = door.get(f"/v1/accounts/{LENDERS[0]}/liabilities/{gone.snapshot.id}")
    assert (answer.status_code, answer.json()["code"]) == (503, "liability_files_missing")


def test_nobody_keeps_who_asked(stack: Stack, door: Door, taken: list[Taken]) -> None:
    """No table grows by a row when a proof is asked for, but for the nonce of the signed request, which names a key alone."""
    id = next(one.snapshot.id for one in taken if one.snapshot.lane == 1)

    def written() -> dict[str, int]:
        with psycopg.connect(stack.url) as connection:
            names = [
                name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            ]
            tables = [name for name in names if name != "door_nonce"]
            return {
                name: connection.execute(f"SELECT count(*) FROM {name}".encode()).fetchone()[0]  # type: ignore[index]
                for name in tables
            }

    before = written()
    door.get(f"/v1/accounts/{LENDERS[0]}/liabilities/{id}")
    assert written() == before


def test_the_doors_role_may_take_a_snapshot_and_change_none(stack: Stack) -> None:
    door = as_role(stack.url, roles.DOOR)
    now = datetime(2026, 11, 26, 6, tzinfo=UTC)
    assert take(door, stack.home, Why("asked:door"), now)
    with psycopg.connect(door) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("INSERT INTO liability_key VALUES ('k', 'n', 'bank', 'ed25519', 'p', 'm', 'c', now())")
