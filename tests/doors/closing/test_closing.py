"""Closing business dates: by hand and by the clock, once each, oldest first, on a real plane."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from cunguan.config.wiring import Wiring
from cunguan.doors.api.context import Clock, Context
from cunguan.doors.cli import main as cli
from cunguan.doors.closing.days import Lane, close_of, ended, own_close
from cunguan.doors.jobs import closing
from cunguan.kernel.codes import Code
from cunguan.kernel.ids import close_id
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.operations.catalogue import operation
from cunguan.plane.asking import Asking
from cunguan.plane.client import Client
from cunguan.plane.process import Process
from cunguan.plane.server import Server
from tests.conftest import migrated

TWO = {"maker": "m1", "checker": "c1"}
FRIDAY, MONDAY, TUESDAY = date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24)
LATER = date(2090, 1, 3)  # no test of ours sees the end of it


class House:
    """Books that are no sandbox, with their plane: P1 in CNY, P2 in GBP, P3 in a currency without a cut-off."""

    def __init__(self, wiring: Wiring, url: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.wiring, self.url, self._capsys = wiring, url, capsys
        self.ask(
            0, "open:0", "lane_opening", platform="custodian", pack="", business_date=FRIDAY, pools=[], bank_accounts=[]
        )
        for lane, currency, day in ((1, "CNY", FRIDAY), (2, "GBP", MONDAY), (3, "USD", LATER)):
            pool = {"id": "main", "currency": currency, "regime": "lending"}
            bank = {"id": "bank", "pool": "main", "channel": "demobank", "reference": "ref"}
            named: dict[str, Any] = {"platform": f"P{lane}", "pack": "none_recorded"}
            self.ask(0, f"register:{lane}", "platform_registration", lane=lane, **named)
            self.ask(
                lane, f"open:{lane}", "lane_opening", business_date=day, pools=[pool], bank_accounts=[bank], **named
            )

    def ask(self, lane: int, name: str, kind: str, /, **body: Any) -> Code:
        given = body if kind == "day_close" else {"sandbox": False, **TWO, **body}
        client = Client(self.wiring.plane)
        try:
            answer = client.ask(lane, Instruction(name, kind, msgspec.convert(given, operation(kind).body)))
        finally:
            client.close()
        return answer.code

    def close(self, *argv: str) -> tuple[int, list[tuple[int, str, str]], str]:
        """Type `close-day`; return its exit code, what became of each lane, and the first reason."""
        code = cli.main(["close-day", "--json", *argv], self.wiring)
        out = self._capsys.readouterr().out
        told = json.loads(out)["lanes"] if out else []
        return (
            code,
            [(one["lane"], one["outcome"], one["open_date"]) for one in told],
            "".join(one["why"] for one in told),
        )

    def dates(self) -> dict[int, date]:
        with psycopg.connect(self.url) as connection:
            return dict(connection.execute("SELECT lane, business_date FROM lane_day").fetchall())

    def closes(self) -> list[tuple[int, str]]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(
                "SELECT lane, id FROM instruction JOIN batch USING (lane) WHERE kind = 'day_close' "
                "AND seq BETWEEN first_seq AND last_seq ORDER BY at, lane"
            ).fetchall()


@pytest.fixture
def house(wheel_database: str, home: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[House]:
    migrated(wheel_database)
    wiring = Wiring({"DATABASE_URL": wheel_database, "CUNGUAN_HOME": str(home)})
    with Process(wheel_database, owner="test", channels=lambda lane: {}) as process:
        server = Server(process.plane, wiring.socket)
        yield House(wiring, wheel_database, capsys)
        server.stop()


def test_closes_a_date_once_and_the_custodians_own_after_the_last_platform(house: House) -> None:
    code, told, _ = house.close(str(FRIDAY))
    assert (code, told) == (
        0,
        [(2, "closed_before", "2026-11-23"), (3, "closed_before", "2090-01-03"), (1, "closed", "2026-11-23"),
         (0, "closed", "2026-11-23")],
    )  # fmt: skip
    again = house.close(str(FRIDAY))
    assert again[0] == 0 and {outcome for _, outcome, _ in again[1]} == {"closed_before"}
    assert house.closes() == [(1, close_id(FRIDAY)), (0, close_id(FRIDAY))]


def test_says_what_stands_in_the_way_and_closes_early_only_when_told_so(house: House) -> None:
    assert house.close(str(MONDAY), "--platform", "P1") == (
        1, [(1, "not_closed", "2026-11-20")], "it stands on 2026-11-20: close that date first",
    )  # fmt: skip
    code, _, why = house.close(str(LATER), "--platform", "P3")
    assert code == 1 and "no cut-off is known of USD" in why and why.endswith("say the next date with --next")
    assert house.close(str(FRIDAY), "--platform", "P9")[0] == 2
    assert house.close(str(FRIDAY), "--next", str(FRIDAY))[0] == 2
    assert house.closes() == []
    house.close(str(MONDAY), "--platform", "P2", "--next", "2090-01-03")
    code, _, why = house.close(str(LATER), "--platform", "P2")
    assert code == 1 and why.startswith("the day ends at 2090-01-04T00:00:00+00:00")
    assert house.close(str(LATER), "--platform", "P2", "--early")[:2] == (0, [(2, "closed", "2090-01-04")])


def test_an_id_that_was_refused_does_not_keep_the_date_open(house: House) -> None:
    assert house.ask(1, close_id(MONDAY), "day_close", date=MONDAY, next_date=TUESDAY) is Code.date_not_next
    assert house.close(str(FRIDAY), "--platform", "P1")[0] == 0
    assert house.close(str(MONDAY), "--platform", "P1")[0] == 0
    assert house.dates()[1] == TUESDAY
    assert (1, f"{close_id(MONDAY)}:2") in house.closes()


class At(Clock):
    def __init__(self, text: str) -> None:
        self._at = datetime.fromisoformat(text)

    def now(self) -> datetime:
        return self._at


def test_the_jobs_close_what_has_ended_the_oldest_first(house: House, caplog: pytest.LogCaptureFixture) -> None:
    def work(at: str) -> None:
        asyncio.run(_work(house, at))

    work("2026-11-20T15:59:59+00:00")
    assert house.closes() == []
    assert "lane 3 is not closed by the clock: no cut-off is known of USD" in caplog.text
    # Friday's and Monday's midnight of China, Monday's of London, and then the custodian's own
    work("2026-11-24T00:00:00+00:00")
    assert [lane for lane, _ in house.closes()] == [1, 1, 2, 0]
    assert house.dates() == {0: TUESDAY, 1: TUESDAY, 2: TUESDAY, 3: LATER}


async def _work(house: House, at: str, refusing: frozenset[int] = frozenset()) -> None:
    asking = Refusing(house.wiring.planes, refusing)
    async with AsyncConnectionPool(house.url, min_size=1, max_size=1, kwargs={"autocommit": True}) as pool:
        await closing.run(Context(asking, pool, "", house.wiring.home, False, clock=At(at)))
    await asking.close()


class Refusing(Asking):
    """A way to planes of which some lanes are stopped."""

    def __init__(self, places: Any, lanes: frozenset[int]) -> None:
        super().__init__(places)
        self.refusing = lanes

    async def ask(self, lane: int, instruction: Instruction) -> Answer:
        if lane in self.refusing:
            return Answer(instruction.id, Code.lane_stopped)
        return await super().ask(lane, instruction)


def test_a_lane_that_refuses_keeps_no_other_open(house: House) -> None:
    asyncio.run(_work(house, "2026-11-24T00:00:00+00:00", frozenset({1})))
    assert house.dates() == {0: FRIDAY, 1: FRIDAY, 2: TUESDAY, 3: LATER}
    asyncio.run(_work(house, "2026-11-24T00:00:00+00:00"))
    assert house.dates() == {0: TUESDAY, 1: TUESDAY, 2: TUESDAY, 3: LATER}


def test_the_end_that_is_longest_ago_comes_first() -> None:
    own, platforms = Lane(0, "custodian", FRIDAY, False, ()), [
        Lane(1, "P1", FRIDAY, False, ("GBP",)),
        Lane(2, "P2", FRIDAY, False, ("CNY", "GBP")),
        Lane(3, "P3", FRIDAY, False, ("CNY",)),
    ]  # fmt: skip
    first = ended(platforms, datetime(2026, 11, 21, tzinfo=UTC))
    assert first is not None and (first.lane, first.day, first.next_day) == (3, FRIDAY, MONDAY)
    assert ended(platforms, datetime(2026, 11, 20, 15, 59, tzinfo=UTC)) is None
    assert own_close([own, *platforms]) is None
    assert own_close([own]) is None


def test_a_close_says_when_nobody_knows_the_days_after_it() -> None:
    last = Lane(1, "P1", date(2026, 12, 31), False, ("CNY",))
    assert (close_of(last).next_day, close_of(last).is_known) == (date(2027, 1, 1), False)
    assert close_of(msgspec.structs.replace(last, currencies=("EUR",))).is_known
