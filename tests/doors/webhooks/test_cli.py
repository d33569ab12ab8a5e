"""`cunguan webhooks`: what the custodian's people see of receivers that fail, and driving dead deliveries again."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from cunguan.config.wiring import Wiring
from cunguan.doors.cli import main as cli
from cunguan.doors.webhooks import endpoints
from tests.doors.webhooks.harness import Books, Receiver, Running, moved, run

Typed = Callable[..., tuple[int, str, str]]
Receivers = Callable[..., Receiver]


@pytest.fixture
def typed(hooks_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Typed:
    """A person at a terminal."""
    door = make_conninfo(hooks_url, user="cunguan_door")
    wiring = Wiring({"DATABASE_URL": hooks_url, "CUNGUAN_DOOR_URL": door, "CUNGUAN_HOME": str(tmp_path)})

    def call(*argv: str) -> tuple[int, str, str]:
        try:
            code = cli.main(("webhooks", *argv), wiring)
        except SystemExit as left:  # wrong usage, told by argparse
            code = int(left.code or 0)
        return code, *capsys.readouterr()

    return call


def test_an_endpoint_that_fails_is_shown_and_what_it_has_dead_is_sent_again(
    books: Books, receiver: Receivers, typed: Typed
) -> None:
    platform = receiver(lambda request: 500)

    async def until_dead(worker: Running) -> None:
        await worker.endpoint("main", platform.url)
        books.commit(*moved("W1", "a"), *moved("W2", "b"))
        await worker.live(timedelta(hours=96), timedelta(hours=1))

    run(books, until_dead)
    of = ("--platform", books.platform)
    (health,) = json.loads(typed("list", *of, "--json")[1])
    assert (health["endpoint"], health["waiting"], health["dead"]) == ("main", 0, 2) and health["failing_since"]
    assert "failing since 2026-03-02 12:00Z" in typed("list", *of)[1]
    dead = json.loads(typed("dead", *of, "--json")[1])
    assert {one["delivery"] for one in dead} == {"main:1:1", "main:2:1"}
    assert {(one["outcome"], one["status"]) for one in dead} == {("refused", 500)}
    assert (
        "main:1:1  withdrawal.a  withdrawal:W1  12 tries, the last refused 500"
        in typed("dead", *of, "--endpoint", "main")[1]
    )

    assert json.loads(typed("redeliver", *of, "main:1:1", "--json")[1]) == {"count": 1}
    assert typed("redeliver", *of)[1] == "1 deliveries are sent again\n"
    assert typed("dead", *of)[1] == "nothing is dead\n"
    assert set(books.deliveries().values()) == {"waiting"}


def test_what_cannot_be_done_is_told(books: Books, receiver: Receivers, typed: Typed) -> None:
    platform = receiver()

    async def disabled(worker: Running) -> None:
        await worker.endpoint("main", platform.url)
        seen = await endpoints.one(worker.pool, worker.lane, "main")
        assert seen is not None
        await endpoints.change(worker.pool, worker.lane, "main", seen.wanted, "disabled", "disabled by the platform")

    run(books, disabled)
    of = ("--platform", books.platform)
    for argv, said in (
        (("redeliver", "--platform", "nobody"), "there is no platform nobody"),
        (("redeliver", *of, "--endpoint", "other"), "there is no endpoint other"),
        (("redeliver", *of, "--endpoint", "main"), "main is disabled (disabled by the platform)"),
        (("redeliver", *of, "main"), "written ENDPOINT:SEQ:NUMBER"),
    ):
        code, out, err = typed(*argv)
        assert (code, out) == (1, "") and said in err
    assert typed("redeliver")[0] == 2
    assert typed("list", "--platform", f"P{books.other}")[1] == "no endpoint is written down\n"
