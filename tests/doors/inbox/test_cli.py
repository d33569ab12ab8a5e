"""`cunguan inbox` and `cunguan suspense`: files and what waits are shown without names; two people book, give and send back."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cunguan.config.wiring import Wiring
from cunguan.doors.cli import main as cli
from cunguan.doors.inbox.keep import keep
from cunguan.keys.sealed import Sealer
from cunguan.plane.across import Plane
from cunguan.plane.server import Server
from tests.conftest import fresh_database
from tests.doors.inbox.house import ANNA, Inbox, credit, debit, notification, pay, running, state_of, statement
from tests.doors.inbox.test_files import MT940
from tests.plane.harness import LANE, books_hold

NAMES = ("--reason", "seen", "--maker", "m1", "--checker", "c1")
Clerk = Callable[..., tuple[int, Any]]


@pytest.fixture(scope="module")
def inbox(wheel_server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inbox]:
    home = tmp_path_factory.mktemp("h")
    for url in fresh_database(wheel_server_url):
        with running(url, home) as made:
            made.bind(ANNA, "Anna Muster", "DE89 3704 0044 0532 0130 00")
            made.do(
                "close:2026-03-02", "day_close", date="2026-03-02", next_date="2026-03-03"
            )  # a card cools for a day
            server = Server(Plane({LANE: made.lane}), home / "plane.sock")
            try:
                yield made
            finally:
                server.stop()
            books_hold(url)


@pytest.fixture
def clerk(inbox: Inbox, capsys: pytest.CaptureFixture[str]) -> Clerk:
    wiring = Wiring({"DATABASE_URL": inbox.url, "CUNGUAN_HOME": str(inbox.home)})

    def run(*argv: str) -> tuple[int, Any]:
        code = cli.main([*argv, "--json"], wiring)
        return code, json.loads(capsys.readouterr().out or "null")

    return run


def test_a_file_is_imported_shown_and_named_where_it_is_wrong(inbox: Inbox, clerk: Clerk, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.sta", tmp_path / "bad.sta"
    good.write_text(MT940.format(number=1, amount="5,", reference="I1", text="?32Anna Muster"))
    bad.write_text(
        MT940.format(number=2, amount="5,", reference="I2", text="x").replace("62F:C260302USD5", "62F:C260302USD4")
    )
    code, files = clerk("inbox", "import", str(good), str(bad), "--channel", "demobank")
    assert (code, [one["state"] for one in files]) == (1, ["unreadable", "read"])
    assert clerk("inbox", "import", str(good), "--channel", "demobank")[1][0]["again"] == 1
    inbox.book()
    shown = clerk("inbox", "show", str(files[1]["id"]))[1]
    assert shown["statements"][0]["verdict"] == "balanced"
    assert [(one["outcome"], one["cause"]) for one in shown["entries"]] == [("booked", "unidentified")]
    assert "muster" not in str(shown).casefold()
    assert shown["file"]["sha256"] == sha256(good.read_bytes()).hexdigest()
    flawed = clerk("inbox", "show", str(files[0]["id"]))[1]
    assert flawed["statements"][0]["difference"].startswith("closing by")
    code, listed = clerk("inbox", "list")
    assert code == 1 and files[0]["id"] in [one["id"] for one in listed]
    assert clerk("inbox", "again", str(files[0]["id"]))[0] == 1, "it still does not add up"
    assert clerk("inbox", "again", str(files[1]["id"]))[0] == 1, "it was used whole"
    assert clerk("inbox", "import", str(tmp_path / "none"), "--channel", "demobank")[0] == 2


def test_the_bytes_of_a_file_are_taken_out_as_they_came(inbox: Inbox, clerk: Clerk, tmp_path: Path) -> None:
    came, out = tmp_path / "came.txt", tmp_path / "out.txt"
    came.write_bytes(b"no statement" * 200_000)
    number = clerk("inbox", "import", str(came), "--channel", "demobank")[1][0]["id"]
    code, told = clerk("inbox", "take", str(number), "--out", str(out))
    assert (code, told["sha256"], told["bytes"]) == (0, sha256(came.read_bytes()).hexdigest(), 2_400_000)
    assert out.read_bytes() == came.read_bytes() and out.stat().st_mode & 0o777 == 0o600
    out.write_bytes(b"mine")
    assert clerk("inbox", "take", str(number), "--out", str(out))[0] == 2
    assert out.read_bytes() == b"mine", "it is never written over"
    assert clerk("inbox", "take", "999999", "--out", str(tmp_path / "x"))[0] == 1
    with psycopg.connect(inbox.url, autocommit=True) as connection:
        wrong = keep(connection, Sealer(b"j" * 32), [b"x"], channel="other", name="x", at=datetime.now(UTC)).id
        connection.execute("UPDATE bank_file SET state = 'read' WHERE id = %s", (wrong,))
    assert clerk("inbox", "take", str(wrong), "--out", str(tmp_path / "x"))[0] == 1
    assert not (tmp_path / "x").exists(), "what is not what was kept is not left"


def test_a_client_is_told_how_he_pays_in(inbox: Inbox, clerk: Clerk) -> None:
    code, told = clerk("inbox", "reference", ANNA, "--lane", str(LANE))
    assert code == 0 and told[0]["virtual_account"].startswith("r1".upper())
    inbox.told(*notification(credit("4.00", "told", payee_account=told[0]["virtual_account"]), identity="told"))
    assert inbox.rows("SELECT holder FROM bank_entry WHERE bank_reference = 'told'") == [(ANNA,)]
    assert clerk("inbox", "reference", "nobody")[0] == 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_people_read_it_in_their_language(inbox: Inbox, capsys: pytest.CaptureFixture[str], language: str) -> None:
    inbox.told(*notification(debit("0.10", f"odd {language}"), identity=f"odd {language}"))
    wiring = Wiring({"DATABASE_URL": inbox.url, "CUNGUAN_HOME": str(inbox.home)})
    assert cli.main(["inbox", "open", "--lang", language], wiring) == 1
    said = capsys.readouterr().out
    assert ("未经指令的扣款" if language == "zh" else "a debit that nobody here ordered") in said
    assert cli.main(["suspense", "list", "--lang", language, "--all"], wiring) in (0, 1)


def test_two_people_book_a_charge_once(inbox: Inbox, clerk: Clerk) -> None:
    inbox.told(*notification(debit("0.25", "fee", code="ACMT/MDOP/CHRG"), identity="fee"))
    entry = next(one for one in clerk("inbox", "open")[1] if one["bank_reference"] == "fee")
    name = f"{entry['statement']}/{entry['number']}/{entry['part']}"
    before = inbox.balance("1010"), inbox.balance("1030")
    book = ("inbox", "book", name, "--as")
    assert clerk(*book, "bank_charge", "--reason", "r", "--maker", "m1", "--checker", "m1")[0] == 2
    assert clerk(*book, "parked", *NAMES)[0] == 2, "a debit is no money to park"
    assert clerk(*book, "charge_back", *NAMES)[0] == 2, "the deposit must be named"
    assert clerk(*book, "bank_charge", *NAMES)[1]["code"] == "done"
    assert (inbox.balance("1010"), inbox.balance("1030")) == (before[0] - 25, before[1] + 25)
    assert clerk(*book, "bank_charge", *NAMES)[0] == 1, "it waits no more"
    shortfall = inbox.rows("SELECT id FROM shortfall ORDER BY seq DESC LIMIT 1")[0][0]
    inbox.do("bind:firm", "payee_binding", owner="custodian", payee_hash=inbox.sealer.payee_hash("The Firm", "F1"),
             reason="letter", maker="m1", checker="c1")  # fmt: skip
    inbox.told(*notification(credit("0.25", "top up", payer="The Firm", payer_account="F1"), identity="top up"))
    entry = next(
        one for one in clerk("inbox", "open")[1] if one["bank_reference"] == "topup" or one["cause"] == "own_money"
    )
    name = f"{entry['statement']}/{entry['number']}/{entry['part']}"
    top_up = ("inbox", "book", name, "--as", "top_up", "--of")
    assert [clerk(*top_up, wrong, *NAMES)[1]["code"] for wrong in ("none", "none")] == ["shortfall_not_found"] * 2
    assert clerk(*top_up, shortfall, *NAMES)[1]["code"] == "done", "a refusal does not stand in the way"
    assert clerk(*top_up, shortfall, *NAMES)[0] == 1, "it waits no more"
    assert inbox.balance("1030") == before[1]


def test_suspended_money_ages_and_goes_to_its_owner_or_back(inbox: Inbox, clerk: Clerk) -> None:
    source = {"payer": "Zoe Zimmer", "payer_account": "AT61 1904 3002 3457 3201"}
    inbox.told(*notification(credit("9.00", "s1", **source), credit("8.00", "s2", **source), identity="s"))
    items = {one["left_minor"]: one for one in clerk("suspense", "list")[1] if one["reference"] in ("s1", "s2")}
    assert {(one["days"], one["age"], one["is_payer_known"]) for one in items.values()} == {(0, "0", True)}
    inbox.do("close:2026-03-03", "day_close", date="2026-03-03", next_date="2026-03-06")
    aged = [one for one in clerk("suspense", "list")[1] if one["reference"] == "s1"]
    assert [(one["days"], one["age"]) for one in aged] == [(3, "2-5")]
    before = inbox.balance("2010", ANNA)
    give = ("suspense", "allocate", items[900]["id"], "--to", ANNA)
    assert clerk(*give, "--amount", "400", *NAMES)[1]["code"] == "done"
    assert clerk(*give, "--amount", "400", *NAMES)[1]["code"] == "done", "the same line twice is one act"
    assert clerk(*give, "--reason", "r", "--maker", "m1", "--checker", "m1")[1]["code"] == "same_person_twice"
    assert inbox.balance("2010", ANNA) == before + 400
    assert clerk("suspense", "return", items[800]["id"], *NAMES)[1]["code"] == "done"
    assert clerk("suspense", "return", items[800]["id"], *NAMES)[1]["code"] == "state_forbids", "it is on its way"
    assert clerk("suspense", "return", "nothing", *NAMES)[0] == 1
    payout, left = inbox.rows("SELECT id, amount_minor FROM payout ORDER BY seq DESC LIMIT 1")[0]
    inbox.do(f"send:{payout}", "payout_sent", payout=payout)
    out = inbox.told(*statement(debit("8.00", "s2 back", end_to_end_id=payout), identity="back", opening="100"))
    assert (left, out) == (800, [("booked", "payment")])
    assert inbox.rows("SELECT state FROM suspense_item WHERE id = %s", items[800]["id"]) == [("returned_to_source",)]


def test_a_payment_the_bank_took_too_much_for_is_booked_once_and_the_rest_as_a_loss(inbox: Inbox, clerk: Clerk) -> None:
    def book(payment: str, way: str) -> tuple[int, Any]:
        entry = next(one for one in clerk("inbox", "open")[1] if one["end_to_end_id"] == payment)
        return clerk("inbox", "book", f"{entry['statement']}/{entry['number']}/{entry['part']}", "--as", way, *NAMES)

    before = inbox.balance("1010"), inbox.balance("1030")
    for name, taken in (("W-doubt", "5.07"), ("W-paid", "5.07"), ("W-less", "4.99")):
        pay(inbox, name, 500, state="in_doubt" if name == "W-doubt" else "sent")
        inbox.told(*notification(debit(taken, name, end_to_end_id=name), identity=name))
    inbox.do(
        "bank:demobank:W-paid:settled", "withdrawal_result", withdrawal="W-paid", status="settled", amount_minor=500
    )
    assert [book("W-less", way)[0] for way in ("overpaid", "loss")] == [2, 2], "nothing is lost"
    for name in ("W-doubt", "W-paid"):
        assert book(name, "loss")[0] == 2, "most of it was ordered"
        assert book(name, "overpaid")[1]["code"] == "done"
    assert (inbox.balance("1010"), inbox.balance("1030")) == (before[0] - 1_014, before[1] + 14)
    assert [state_of(inbox, name) for name in ("W-doubt", "W-paid", "W-less")] == ["settled", "settled", "sent"]
    second = notification(debit("5.00", "second", end_to_end_id="W-paid"), identity="second")
    assert inbox.told(*second) == [("person", "paid_twice")]
    assert book("W-paid", "overpaid")[0] == 2, "nothing of it was ordered"
    assert book("W-paid", "loss")[1]["code"] == "done"
    assert inbox.balance("1030") == before[1] + 514
    # own money that was booked by hand meanwhile is not booked again
    for shortfall, minor in inbox.rows(
        "SELECT id, amount_minor - made_good_minor FROM shortfall WHERE state <> 'made_good'"
    ):
        inbox.do(f"by-hand:{shortfall}", "pool_top_up", shortfall=shortfall, source="own_money", amount_minor=minor,
                 bank_account="bank", reference="own", maker="m1", checker="c1")  # fmt: skip
    done = [name for (name,) in inbox.rows("SELECT id FROM instruction WHERE id LIKE 'by-hand:%%' ORDER BY id")]
    own = credit("5.14", "own", payer="The Firm", payer_account="F1")
    assert inbox.told(*notification(own, identity="own")) == [("person", "own_money")]
    entry = next(one for one in clerk("inbox", "open")[1] if one["cause"] == "own_money")
    known = ("inbox", "known", f"{entry['statement']}/{entry['number']}/{entry['part']}", "--of")
    after = inbox.balance("1010")
    assert clerk(*known, done[0])[0] == 1, "that is a part of it"
    assert clerk(*known, *done, "nothing")[0] == 1
    assert clerk(*known, *done) == (0, {"amount_minor": 514, "instructions": done})
    assert clerk(*known, *done)[0] == 1, "it waits no more"
    assert inbox.balance("1010") == after
