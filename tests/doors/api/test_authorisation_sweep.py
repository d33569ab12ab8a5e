"""The sweep of confirmed requests, and a door outside a sandbox."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from psycopg_pool import AsyncConnectionPool

from cunguan.doors.api import authorisations
from cunguan.doors.api.context import Clock, Context
from cunguan.doors.jobs.registry import loops
from cunguan.plane.asking import Asking
from cunguan.store import roles
from tests.doors.api.harness import Door, Stack, served
from tests.doors.api.test_authorisations import asked, page_of
from tests.plane.harness import as_role


class Later(Clock):
    """A clock that is ahead."""

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=authorisations.SWEEP_AFTER_SECONDS + 1)


def within(
    stack: Stack, act: Callable[[Context], Awaitable[Any]], clock: Clock | None = None, socket: str = "plane.sock"
) -> Any:
    """Run something as a door's process would."""

    async def run() -> Any:
        async with AsyncConnectionPool(as_role(stack.url, roles.DOOR), min_size=1, open=False) as pool:
            asks = Asking([stack.home / socket], patience_seconds=0.2)
            try:
                return await act(Context(asks, pool, stack.address, stack.home, True, clock or Clock()))
            finally:
                await asks.close()

    return asyncio.run(run())


def confirm_without_a_plane(stack: Stack, name: str) -> Any:
    async def act(context: Context) -> Any:
        request = await authorisations.find(context, 1, name)
        assert request is not None
        return await authorisations.confirm(context, request)

    return within(stack, act, socket="nobody.sock")


def test_a_confirmation_outlives_a_plane_that_is_away_and_is_handed_in_by_the_sweep(door: Door, stack: Stack) -> None:
    request = asked(door)
    kept = confirm_without_a_plane(stack, request["id"])
    assert (kept.state, kept.answer) == ("confirmed", None)
    assert door.get(f"/v1/authorisations/{request['id']}").json()["answer"] is None
    assert "at work" in page_of(request, **{"Accept-Language": "en"}).text
    within(stack, loops_run("authorisations"))  # too early: the process that heard it may be asking still
    assert door.get(f"/v1/authorisations/{request['id']}").json()["answer"] is None
    within(stack, loops_run("authorisations"), Later())
    assert door.get(f"/v1/authorisations/{request['id']}").json()["answer"]["code"] == "done"


def test_an_opening_outlives_a_plane_that_is_away(door: Door, stack: Stack) -> None:
    body = {"id": "open:swept", "holder": "swept", "person": "person:swept", "role": "lender", "pool": "main"}
    request = door.post("/v1/openings", body).json()
    assert confirm_without_a_plane(stack, request["id"]).answer is None
    within(stack, loops_run("authorisations"), Later())
    assert door.get(f"/v1/authorisations/{request['id']}").json()["answer"]["code"] == "done"


def test_what_cannot_be_handed_in_keeps_nobody_else_waiting(
    door: Door, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authorisations, "SWEEP_AT_ONCE", 1)
    broken, stuck, last = (asked(door)["id"] for _ in range(3))
    for name in (broken, stuck, last):
        assert confirm_without_a_plane(stack, name).answer is None
    lanes = {broken: "body = '{\"lender\": 1}'", stuck: "lane = 77"}  # no body of its kind; a lane nobody writes
    for name, change in lanes.items():
        assert stack.query(f"UPDATE authorisation SET {change} WHERE id = %s RETURNING 1", name)
    try:
        within(stack, loops_run("authorisations"), Later())
        assert door.get(f"/v1/authorisations/{last}").json()["answer"]["code"] == "done"
    finally:
        stack.query("DELETE FROM authorisation WHERE id = ANY(%s) RETURNING 1", [broken, stuck])


def test_the_sweep_notes_what_has_expired(door: Door, stack: Stack) -> None:
    request = asked(door)
    stack.query("UPDATE authorisation SET expires_at = now() WHERE id = %s RETURNING 1", request["id"])
    within(stack, loops_run("authorisations"))
    assert stack.query("SELECT state FROM authorisation WHERE id = %s", request["id"]) == [("expired",)]


def loops_run(name: str) -> Any:
    return next(loop.run for loop in loops() if loop.name == name)


def test_outside_a_sandbox_a_client_can_only_decline(door: Door, stack: Stack) -> None:
    request = asked(door)
    with served(stack.url, stack.home, is_sandbox=False) as production:
        page = request["page"].replace(stack.address, production.address)
        shown = httpx.get(page, headers={"Accept-Language": "en"}).text
        assert shown.count("<button") == 1 and "You cannot confirm here yet" in shown
        field = re.search(r'name="form" value="(\w+)"', shown)
        assert field is not None
        assert httpx.post(f"{page}/confirm", data={"form": field[1]}).status_code == 403
        assert httpx.post(f"{production.address}/v1/sandbox/authorisations/{request['id']}/confirm").status_code == 404
        assert door.get(f"/v1/authorisations/{request['id']}").json()["state"] == "waiting"
        assert httpx.post(f"{page}/decline", data={"form": field[1]}).status_code == 303
    assert door.get(f"/v1/authorisations/{request['id']}").json()["state"] == "declined"


def test_the_page_key_is_read_by_its_owner_alone(tmp_path: Path) -> None:
    one = authorisations.token_of(tmp_path, 1, "a")
    assert (tmp_path / authorisations.PAGE_KEY).stat().st_mode & 0o077 == 0
    assert one == authorisations.token_of(tmp_path, 1, "a")
    assert len({one, authorisations.token_of(tmp_path, 1, "b"), authorisations.token_of(tmp_path, 2, "a")}) == 3
    assert re.fullmatch(r"[\w-]{43}", one)


@pytest.mark.parametrize("sent", ["", "é", "0" * 64])
def test_a_form_token_is_of_its_page(tmp_path: Path, sent: str) -> None:
    token = authorisations.token_of(tmp_path, 1, "a")
    assert authorisations.is_form_token(tmp_path, token, authorisations.form_token_of(tmp_path, token))
    assert not authorisations.is_form_token(tmp_path, token, sent)
