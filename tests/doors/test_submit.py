"""`cunguan submit`: from an empty database to a client's bid by the command line alone, and what a wrong line is told."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cunguan.config.wiring import Wiring
from cunguan.doors.cli import main as cli
from cunguan.plane.lane import VirtualClock
from cunguan.plane.process import Process
from cunguan.plane.server import Server
from tests.conftest import migrated

DAY = "2024-03-04"
TWO = {"maker": "m1", "checker": "c1"}
SANDBOX = {"method": "sandbox", "source": "sandbox"}


class Typed:
    """A person at a terminal."""

    def __init__(self, wiring: Wiring, capsys: pytest.CaptureFixture[str]) -> None:
        self.wiring, self._capsys = wiring, capsys

    def __call__(self, *argv: str) -> tuple[int, str, str]:
        code = cli.main(argv, self.wiring)
        return code, *self._capsys.readouterr()

    def submit(self, place: str, instruction_id: str, kind: str, /, **body: Any) -> dict[str, Any]:
        """Type one instruction, confirmed by the client where it needs that, and read the answer."""
        where = ("--lane", place) if place.isdigit() else ("--platform", place)
        code, said, _ = self(
            "submit", kind, "--id", instruction_id, *where, "--confirm", "--json", "--body", json.dumps(body)
        )
        answer: dict[str, Any] = json.loads(said)
        assert (code == 0) is (answer["code"] == "done")
        return answer


@pytest.fixture
def typed(wheel_database: str, home: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Typed]:
    """An installation on an empty database, with its plane."""
    migrated(wheel_database)
    wiring = Wiring({"DATABASE_URL": wheel_database, "CUNGUAN_HOME": str(home)})
    clock = VirtualClock(datetime(2024, 3, 4, 9, tzinfo=UTC))
    with Process(wheel_database, owner="test", channels=lambda lane: {}, clock=clock) as process:
        server = Server(process.plane, wiring.socket)
        yield Typed(wiring, capsys)
        server.stop()


@pytest.fixture
def opened(typed: Typed) -> Typed:
    """The same with a platform and a client."""
    opening = {"pack": "cn_p2p", "sandbox": True, **TWO}
    pools = [{"id": "main", "currency": "CNY", "regime": "lending"}]
    banks = [{"id": "bank", "pool": "main", "channel": "demobank", "reference": "ref"}]
    at = {"business_date": DAY}
    for place, name, kind, body in (
        ("0", "open:0", "lane_opening", {"platform": "custodian", **opening, "pack": "", **at, "pools": [], "bank_accounts": []}),
        ("0", "register:P1", "platform_registration", {"platform": "P1", "lane": 1, **opening}),
        ("1", "open:1", "lane_opening", {"platform": "P1", **opening, **at, "pools": pools, "bank_accounts": banks}),
        ("0", "person:1", "person_registration", {"person": "p1", "kind": "person", **SANDBOX, "reference": "check"}),
        ("P1", "account:L1", "account_opening", {"holder": "L1", "person": "p1", "pool": "main", "role": "lender",
                                                 "kind": "person", **SANDBOX, "evidence_kind": "sandbox_ed25519"}),
    ):  # fmt: skip
        answer = typed.submit(place, name, kind, **body)
        assert answer["code"] == "done", (kind, answer)
    return typed


def test_a_client_comes_pays_in_and_binds_a_card_by_the_command_line(opened: Typed) -> None:
    paid = opened.submit(
        "P1", "D1", "deposit_direct", holder="L1", bank_account="bank", amount_minor=60_000, payer_matches=True,
        reference="line 1",
    )  # fmt: skip
    bound = opened.submit("P1", "C1", "card_binding", holder="L1", card="card1", payee_hash="hash")
    assert (paid["code"], paid["detail"]["account"]) == ("done", "2010")
    assert (bound["code"], bound["detail"]["cooling_until"]) == ("done", "2024-03-05")


def test_the_same_line_again_has_the_same_answer(opened: Typed) -> None:
    first, second = (
        opened.submit("P1", "C1", "card_binding", holder="L1", card="card1", payee_hash="hash") for _ in "12"
    )
    assert first == second


def test_a_refusal_is_told_with_its_code_and_ends_with_one(opened: Typed) -> None:
    code, said, _ = opened("submit", "bid_hold", "--id", "b", "--lane", "1", "--body",
                           '{"lender": "L1", "listing": "X", "amount_minor": 1}')  # fmt: skip
    assert (code, said.split("  ")[0]) == (1, "listing_not_found")


def test_without_a_confirmation_the_client_binds_nothing(opened: Typed) -> None:
    code, said, _ = opened("submit", "card_binding", "--id", "C2", "--lane", "1", "--body",
                           '{"holder": "L1", "card": "card2", "payee_hash": "hash"}')  # fmt: skip
    assert (code, said.split("  ")[0]) == (1, "authority_missing")


def test_a_body_may_stand_in_a_file(opened: Typed, tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_text('{"reason": "a test"}')
    code, said, _ = opened("submit", "bar", "--id", "never", "--lane", "1", "--body", str(body))
    assert (code, said.split("  ")[0]) == (1, "barred")


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["nothing", "--id", "a", "--lane", "1", "--body", "{}"], "there is no instruction 'nothing'"),
        (["bar", "--id", "a b", "--lane", "1", "--body", "{}"], "an id is 1 to 200"),
        (["bar", "--id", "a", "--body", "{}"], "name the lane"),
        (["bar", "--id", "a", "--lane", "1", "--platform", "P1", "--body", "{}"], "not both"),
        (["bar", "--id", "a", "--platform", "P9", "--body", "{}"], "no platform is called P9; known are none"),
        (["bar", "--id", "a", "--lane", "1", "--body", "{}"], "its fields are reason"),
        (["bar", "--id", "a", "--lane", "1", "--body", '{"reason": 1}'], "Expected `str`"),
        (["bar", "--id", "a", "--lane", "1", "--body", '{"reason": '], "its fields are reason"),
        (["bar", "--id", "a", "--lane", "1", "--body", "nowhere.json"], "nowhere.json cannot be read"),
    ],
)
def test_a_wrong_line_is_told_what_to_type(typed: Typed, argv: list[str], told: str) -> None:
    code, _, said = typed("submit", *argv)
    assert code == 2
    assert told in said
