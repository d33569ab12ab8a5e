"""A line to a bank of files, on a real database and the bank's real socket: what leaves is what was signed, and always the same."""

import io
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import psycopg
import pytest
from msgspec.structs import replace

from cunguan.channels.base import BankAnswer, Payee
from cunguan.channels.demobank.bank import LATE, NOT_HEARD, REJECT, SUCCESS, Behaviour, DemoBank
from cunguan.channels.iso20022.line import Line
from cunguan.channels.iso20022.profile import Bank, FolderWay, sandbox
from cunguan.doors.inbox.outgoing import DatabaseDesk, lines
from cunguan.doors.payees.details import remember
from cunguan.formats import pain001
from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.ids import order_id
from cunguan.kernel.rows import Message
from cunguan.keys.installation import Keys
from cunguan.keys.sealed import Sealer
from cunguan.operations.withdrawal import CreditTransfer
from cunguan.store import roles
from tests.channels.demobank.serving import serving
from tests.conftest import fresh_database, migrated
from tests.plane.harness import as_role

DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LI = Payee("李雷", "6222021001010001", "102100099996")
ACCOUNT, LANE = "bank-ref:1:main", 1


@pytest.fixture(scope="module")
def url(wheel_server_url: str) -> Iterator[str]:
    for made in fresh_database(wheel_server_url):
        migrated(made)
        roles.create(made)
        yield made


class World:
    """A bank with one account, a line to it, and the desk beside the line."""

    def __init__(self, url: str, bank: DemoBank, profile: Bank, *, is_sandbox: bool = False) -> None:
        self.url, self.bank, self.now = url, bank, NOON
        self.sealer = Sealer(b"k" * 32)
        self.desk = DatabaseDesk(
            lambda: as_role(url, roles.DOOR),
            lambda _: self.sealer,
            profile.name,
            LANE,
            lambda: self.now,
            UTC,
            is_sandbox,
        )
        self.line = Line(LANE, replace(profile, look_seconds=0.0), self.desk)

    def bring(self) -> str:
        """Let somebody bring the payee."""
        with psycopg.connect(as_role(self.url, roles.DOOR), autocommit=True) as door:
            return remember(door, self.sealer, LI, NOON)

    def tell(self, name: str, behaviour: Behaviour) -> None:
        self.bank.tell("P1", f"{LANE}-{name}", behaviour)

    def said(self, name: str) -> str:
        answer = self.line.query(name)
        return "silence" if answer is None else answer.status

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url) as owner:
            return owner.execute(query.encode()).fetchall()


@pytest.fixture
def world(url: str, tmp_path: Path) -> Iterator[World]:
    with psycopg.connect(url, autocommit=True) as owner:
        for table in ("bank_file", "bank_file_part", "bank_file_again", "payee_detail"):  # never emptied otherwise
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
        owner.execute("TRUNCATE bank_file, bank_file_part, bank_file_again, bank_order, payee_detail")
    with serving(tmp_path, DAY) as (bank, address):
        bank.open(ACCOUNT, "P1", 100_000)
        made = World(url, bank, sandbox(address)["demobank"])
        made.address = address  # type: ignore[attr-defined]  # for a second line
        yield made


def message(name: str, payee_hash: str, amount_minor: int = 600) -> Message:
    transfer = CreditTransfer(name, payee_hash, amount_minor, "CNY", ACCOUNT)
    return Message(name, "demobank", "credit_transfer", canonical_json(transfer), 1, "waiting")


def test_a_payment_whose_payee_nobody_brought_waits(world: World) -> None:
    wanted = message("W1", "payee:L7")
    assert "never brought" in world.line.objection(wanted)
    assert world.line.send(wanted) is None
    assert (world.bank.lines, world.rows("SELECT FROM bank_order")) == ([], [])


def test_what_leaves_is_what_was_signed_and_it_is_kept_first(world: World) -> None:
    wanted = message("W1", world.bring())
    assert world.line.objection(wanted) == ""
    assert world.rows("SELECT direction, state FROM bank_file") == [("out", "waiting")]
    assert world.line.send(wanted) == BankAnswer("W1", "pending", 600)
    assert world.rows("SELECT direction, state FROM bank_file") == [("out", "sent")]
    assert world.rows("SELECT lane, payment, end_to_end_id FROM bank_order") == [(1, "W1", "1-W1")]
    (line,) = world.bank.lines
    assert (line.amount_minor, line.payee, line.payee_account, line.reference) == (600, LI.name, LI.account, "1-W1")
    assert world.line.query("W1") == BankAnswer("W1", "settled", 0)
    assert world.rows("SELECT direction, name FROM bank_file WHERE direction = 'in'") == [("in", "status-1-W1.xml")]
    stored = world.rows("SELECT content FROM bank_file_part")
    assert not any(LI.account.encode() in bytes(part) for (part,) in stored)  # type: ignore[call-overload]  # of bytes


def test_the_same_bytes_leave_each_time_and_the_bank_pays_once(world: World) -> None:
    wanted = message("W1", world.bring())
    world.tell("W1", NOT_HEARD)
    assert world.line.objection(wanted) == ""
    assert (world.line.send(wanted), world.said("W1")) == (None, "unknown")
    before = world.desk.outgoing("W1")
    world.now += timedelta(days=1)
    assert world.line.objection(wanted) == ""
    assert (world.line.send(wanted), world.said("W1")) == (None, "settled")
    assert world.desk.outgoing("W1") == before and before is not None
    assert [paid.end_to_end_id for paid in pain001.read(io.BytesIO(before.content)).transfers()] == ["1-W1"]
    assert len(world.bank.lines) == 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"amount_minor": 601}, "its amount differs"),
        ({"payee_hash": "another"}, "its payee is not the one"),
        ({"bank_account": "other"}, "another account"),
        ({"currency": "USD"}, "its amount differs"),
    ],
)
def test_what_was_kept_and_is_not_what_was_signed_never_leaves(
    world: World, change: dict[str, object], why: str, caplog: pytest.LogCaptureFixture
) -> None:
    wanted = message("W1", world.bring())
    assert world.line.objection(wanted) == ""
    transfer = replace(CreditTransfer("W1", self_hash(wanted), 600, "CNY", ACCOUNT), **change)  # type: ignore[arg-type]
    signed = replace(wanted, payload=canonical_json(transfer))
    assert why in world.line.objection(signed)
    assert world.line.send(signed) is None and why in caplog.text
    assert world.bank.lines == []


def self_hash(wanted: Message) -> str:
    return msgspec.json.decode(wanted.payload, type=CreditTransfer).payee_hash


def test_another_payments_file_never_leaves_for_it(world: World) -> None:
    hash = world.bring()
    one, other = message("W1", hash), message("W2", hash)
    assert world.line.objection(one) == world.line.objection(other) == ""
    with psycopg.connect(world.url, autocommit=True) as owner:
        owner.execute("UPDATE bank_order SET file = (SELECT file FROM bank_order WHERE payment = 'W2')")
    assert "its id differs" in world.line.objection(one)
    assert world.line.send(one) is None and world.bank.lines == []


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (SUCCESS, ["settled", "settled"]), (REJECT, ["rejected", "rejected"]), (LATE, ["pending", "settled"]),
        (Behaviour(answers=False, mute_days=1), ["silence", "settled"]),
    ],
    ids=["pays", "rejects", "late", "mute"],
)  # fmt: skip
def test_a_bank_that_can_be_asked_is_asked(world: World, behaviour: Behaviour, words: list[str]) -> None:
    wanted = message("W1", world.bring())
    world.tell("W1", behaviour)
    assert world.line.objection(wanted) == ""
    world.line.send(wanted)
    said = [world.said("W1")]
    world.bank.begin_day(DAY + timedelta(days=1))
    assert [*said, world.said("W1")] == words
    finals = [bool(answer and answer.is_final) for answer in (world.line.query("W1"),)]
    world.bank.begin_day(DAY + timedelta(days=3))
    last = world.line.query("W1")
    assert last is not None and [*finals, last.is_final] == [False, behaviour is REJECT]


def test_a_bank_is_asked_less_and_less_often(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.line = Line(LANE, replace(sandbox(world.address)["demobank"], look_seconds=10.0), world.desk)  # type: ignore[attr-defined]
    wanted, at, asked = message("W1", world.bring()), [0.0], []
    world.tell("W1", LATE)
    assert world.line.objection(wanted) == ""
    world.line.send(wanted)
    monkeypatch.setattr(time, "monotonic", lambda: at[0])
    tried = world.line._tried
    monkeypatch.setattr(world.line, "_tried", lambda act: (asked.append(at[0]), tried(act))[1])
    for second in range(100):
        at[0] = float(second)
        assert world.said("W1") == "pending"
    assert asked == [0.0, 10.0, 30.0, 70.0]
    assert world.rows("SELECT count(*) FROM bank_file WHERE direction = 'in'") == [(1,)], "its word is kept once"


def test_a_bank_that_cannot_be_asked_tells_by_files_in_its_time(url: str, world: World, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    bank = Bank("house", FolderWay(tmp_path / "out", tmp_path, 0.0), "us", "DEMOCNBJ", True, 2, 24.0)
    slow = World(url, world.bank, bank)
    wanted = replace(message("W1", slow.bring()), channel="house")
    assert slow.said("W1") == "silence", "of a payment that has no file nothing can be said"
    assert (slow.line.objection(wanted), slow.said("W1")) == ("", "unknown")
    assert slow.line.send(wanted) == BankAnswer("W1", "pending", 600)
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["pain.001-1-W1.xml"]
    slow.now += timedelta(hours=23)
    assert slow.said("W1") == "pending"
    slow.now += timedelta(hours=2)
    assert slow.said("W1") == "silence"
    careless = World(url, world.bank, replace(bank, deduplicates=False))
    assert careless.line.objection(replace(wanted, id="W2", payload=message("W2", slow.bring()).payload)) == ""
    assert careless.said("W2") == "silence", "it may have left, and this bank would pay it twice"


def test_after_a_restore_the_banks_files_say_what_was_paid(world: World) -> None:
    hash = world.bring()
    for name in ("W1", "w_2", "w_3"):
        assert world.line.objection(message(name, hash)) == ""
        assert world.line.send(message(name, hash)) is not None
    world.bank.open("stranger", "P2", 10)
    world.bank.charge("stranger", 10, "not ours")
    with psycopg.connect(world.url, autocommit=True) as owner:
        owner.execute("DELETE FROM bank_order WHERE payment IN ('W1', 'w_3')")  # they left after the backup
        owner.execute(
            "INSERT INTO bank_account (lane, id, pool, account, channel, reference, state)"
            " VALUES (1, 'bank', 'main', -1, 'demobank', %s, 'open') ON CONFLICT DO NOTHING",
            (ACCOUNT,),
        )
    assert {(one.end_to_end_id, one.status, one.amount_minor) for one in world.line.payments(DAY) or ()} == {
        ("W1", "settled", 600), ("w_2", "settled", 600), (order_id(LANE, "w_3"), "settled", 600),
    }  # fmt: skip
    assert world.line.payments(DAY + timedelta(days=1)) == []


def test_in_a_sandbox_a_payee_that_nobody_brought_is_a_test_payee(url: str, world: World, tmp_path: Path) -> None:
    made = lines(LANE, Keys(tmp_path), world.address, UTC, lambda: as_role(url, roles.DOOR))  # type: ignore[attr-defined]
    line, wanted = made["demobank"], message("W1", "payee:L7")
    assert line.objection(wanted) == ""
    assert line.send(wanted) == BankAnswer("W1", "pending", 600)
    assert [paid.payee for paid in world.bank.lines] == ["Sandbox payee"]
    assert "payee is not the one" in line.objection(replace(wanted, payload=message("W1", "payee:L8").payload))
