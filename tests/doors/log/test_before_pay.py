"""Log before pay, on a real database, a real log and real witnesses: what leaves, what waits, and who sees it."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from msgspec.structs import replace

from cunguan.config.wiring import Wiring
from cunguan.doors.cli import status
from cunguan.doors.cli.main import main
from cunguan.doors.log import before_pay
from cunguan.doors.log.process import Ground, once
from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.rows import Message
from cunguan.keys.log_key import log_signers
from cunguan.keys.note_keys import Cosigner
from cunguan.operations.withdrawal import CreditTransfer
from cunguan.store import roles
from cunguan.store.log import origins
from cunguan.store.sqlfiles import statement
from tests.doors.log.books import AT, SOME, Payment, commit
from tests.doors.witness.house import Witnesses, closed_port
from tests.plane.harness import as_role

LANE = 1
AMOUNT = 60_000
LATER = AT + timedelta(hours=1)


class House:
    """Books, their log, three witnesses, and the gate of a lane."""

    def __init__(self, books: str, ground: Ground, stack: ExitStack) -> None:
        self.books, self.ground, self.now = books, ground, LATER
        once(ground)
        with psycopg.connect(books) as owner:
            origin = origins.opened(owner)
        assert origin is not None
        self.witnesses = Witnesses(ground.home, log_signers(ground.home, origin.origin, {})[0].key, stack)
        self.gate = self.new_gate()

    def new_gate(self) -> Any:
        url = as_role(self.books, roles.DOOR)
        return before_pay._Gate(LANE, self.ground.home, {}, UTC, lambda: url, lambda: self.now)

    def away(self) -> None:
        """Let two of three be unreachable."""
        nowhere = f"http://127.0.0.1:{closed_port()}"
        self.witnesses.write(regulator=nowhere, auditor=nowhere)

    def pay(self, name: str, amount_minor: int = AMOUNT, authority: int = 0) -> Message:
        """Let a payment of the lane wait; return its message."""
        commit(self.books, LANE, *SOME)
        seq = commit(self.books, LANE, Payment(name, amount_minor, "payee", authority))
        transfer = CreditTransfer(name, "payee", amount_minor, "CNY", "ref:1")
        message = Message(name, "demobank", "credit_transfer", canonical_json(transfer), seq, "waiting")
        row = (LANE, name, message.channel, message.kind, message.payload, seq, "waiting")
        self.sql("INSERT INTO outbox VALUES (%s, %s, %s, %s, %s, %s, %s)", *row)
        return message

    def rule(
        self,
        amount_minor: int | None = AMOUNT,
        away: str = "hold",
        patience: int = 0,
        cap: int = 0,
        checker: str = "bob",
    ) -> None:
        with psycopg.connect(as_role(self.books, roles.DOOR)) as door:
            door.execute(statement("log_pay_rule_add"), {
                "currency": "CNY", "amount_minor": amount_minor, "away": away, "patience_seconds": patience, "cap_minor": cap,
                "reason": "test", "maker": "ann", "checker": checker, "at": self.now,
            })  # fmt: skip

    def codes(self, *messages: Message) -> dict[str, str]:
        """Return what waits, by code; what is shown to others is the same."""
        found = {name: why.partition(":")[0] for name, why in self.gate.waits(messages).items()}
        assert sorted(found) == [
            name for (name,) in self.sql("SELECT payment FROM log_wait WHERE lane = %s ORDER BY payment", LANE)
        ]
        return found

    def sql(self, query: str, *given: object) -> list[Any]:
        with psycopg.connect(self.books, autocommit=True) as owner:
            cursor = owner.execute(query.encode(), given)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def house(books: str, ground: Ground) -> Iterator[House]:
    with ExitStack() as stack:
        yield House(books, ground, stack)


def test_from_the_amount_on_a_payment_waits_until_the_quorum_has_cosigned(house: House) -> None:
    house.rule()
    large, small = house.pay("W1"), house.pay("W2", AMOUNT - 1)
    assert house.codes(large, small) == {"W1": "leaf_not_logged"}
    house.away()
    once(house.ground)
    assert house.codes(large, small) == {"W1": "leaf_not_cosigned"}
    house.witnesses.write()
    once(house.ground)
    assert house.codes(large, small) == {}


def test_a_payment_needs_the_leaf_of_the_word_it_was_allowed_by_too(house: House) -> None:
    house.rule()
    once(house.ground)
    message = house.pay("W1")
    once(house.ground)
    assert house.codes(message) == {}
    newer = commit(house.books, LANE, *SOME) - 3
    house.sql(
        "INSERT INTO withdrawal VALUES (%s, 'W1', 'h', 'c', 'p', 'b', 1, 0, 'W1', %s, 0, %s, 'held')",
        LANE,
        newer,
        message.seq,
    )
    assert house.codes(message) == {"W1": "leaf_not_logged"}


def test_what_a_row_says_is_not_enough(house: House) -> None:
    house.rule()
    house.away()
    message = house.pay("W1")
    once(house.ground)
    house.sql("UPDATE log_checkpoint SET cosigned_at = at WHERE note IS NOT NULL")
    assert house.codes(message) == {"W1": "leaf_not_proven"}


def test_books_that_were_changed_after_they_were_logged_let_nothing_go(house: House) -> None:
    house.rule()
    changes = ("authority SET amount_minor = 6", "posting SET amount_minor = 101", "instruction SET body = '{}'")
    messages = [house.pay(f"W{number}") for number in range(len(changes))]
    once(house.ground)
    assert house.codes(*messages) == {}
    for message, changed in zip(messages, changes, strict=True):
        house.sql(f"ALTER TABLE {changed.partition(' ')[0]} DISABLE TRIGGER USER")
        house.sql(f"UPDATE {changed} WHERE lane = 1 AND seq = {message.seq}")
        assert house.codes(message) == {message.id: "leaf_not_proven"}


OTHERS = {
    "payee": {"payload": {"payee_hash": "mine"}},
    "amount": {"payload": {"amount_minor": AMOUNT + 1}},
    "end-to-end id": {"payload": {"end_to_end_id": "W0"}},
    "id": {"id": "W9"},
}


@pytest.mark.parametrize("other", OTHERS)
def test_a_leaf_lets_its_own_payment_go_and_no_other(house: House, other: str) -> None:
    """A row of the outbox that is written or changed by hand finds no leaf, however many are cosigned."""
    house.rule()
    message = house.pay("W1")
    once(house.ground)
    assert house.codes(message) == {}
    change = OTHERS[other]
    payload = canonical_json({**json.loads(message.payload), **change.get("payload", {})})
    forged = replace(message, id=str(change.get("id", message.id)), payload=payload)
    house.sql("UPDATE outbox SET id = %s WHERE lane = %s", forged.id, LANE)
    assert house.codes(forged) == {forged.id: "leaf_not_proven"}


def test_a_journal_that_stands_on_an_older_word_waits_for_the_row_that_names_it(house: House) -> None:
    house.rule()
    message = house.pay("W1", authority=1)
    once(house.ground)
    assert house.codes(message) == {"W1": "leaf_not_proven"}  # whoever takes the row away hides no word
    house.sql(
        "INSERT INTO withdrawal VALUES (%s, 'W1', 'h', 'c', 'p', 'b', 1, 0, 'W1', 1, 0, %s, 'held')", LANE, message.seq
    )
    assert house.codes(message) == {}


def test_without_a_policy_that_asks_somebody_nobodys_word_counts(house: House) -> None:
    house.rule()
    message = house.pay("W1")
    once(house.ground)
    house.witnesses.policy.unlink()
    assert house.codes(message) == {"W1": "leaf_not_proven"}
    for text in ("quorum none\n", "log and so on\n"):
        house.witnesses.policy.write_text(text)
        assert house.codes(message) == {"W1": "leaf_not_proven"}
    house.witnesses.write()
    assert house.codes(message) == {}


def test_where_the_salt_key_is_not_to_be_had_large_payments_wait_and_small_ones_go_on(house: House) -> None:
    house.rule()
    messages = [house.pay("W1"), house.pay("W2", AMOUNT - 1)]
    once(house.ground)
    (house.ground.home / "log-salt-key-0").rename(house.ground.home / "elsewhere")
    assert house.codes(*messages) == {"W1": "leaf_not_proven"}
    (house.ground.home / "elsewhere").rename(house.ground.home / "log-salt-key-0")
    assert house.codes(*messages) == {}


def test_after_a_change_of_policy_the_next_checkpoint_lets_it_go(house: House) -> None:
    house.rule()
    message = house.pay("W1")
    once(house.ground)
    named = house.witnesses.policy.read_text()
    stranger = Cosigner("stranger.example/1", bytes(32)).key.text()
    house.witnesses.policy.write_text(f"{named.partition('witness')[0]}witness new {stranger}\nquorum new\n")
    assert house.codes(message) == {"W1": "leaf_not_proven"}
    house.witnesses.write()
    commit(house.books, LANE, *SOME)
    once(house.ground)
    assert house.codes(message) == {}


def test_while_nobody_cosigns_a_rule_may_let_go_after_its_patience_and_below_its_cap(house: House) -> None:
    house.rule(away="release", patience=600, cap=2 * AMOUNT)
    house.away()
    house.now = datetime(2026, 3, 2, 1, 10, tzinfo=UTC)
    messages = [house.pay(f"W{number}") for number in range(1, 4)]
    once(house.ground)
    assert set(house.codes(*messages).values()) == {"leaf_not_cosigned"}
    house.now += timedelta(seconds=600)
    assert house.codes(*messages) == {"W3": "release_cap_reached"}
    assert house.codes(*messages) == {"W3": "release_cap_reached"}  # each is let go once
    released = house.sql("SELECT payment, amount_minor, version, day::text FROM log_release ORDER BY payment")
    assert released == [("W1", AMOUNT, 1, "2026-03-02"), ("W2", AMOUNT, 1, "2026-03-02")]
    acts = [subject for (subject,) in house.sql("SELECT subject FROM log_act WHERE type = 5 ORDER BY seq")]
    assert acts == ["log_before_pay:CNY", "log_release:W1", "log_release:W2"]
    house.now += timedelta(days=1)
    assert house.codes(*messages) == {}


def test_what_is_not_proven_is_never_let_go(house: House) -> None:
    house.rule(away="release", cap=10 * AMOUNT)
    message = house.pay("W1")
    once(house.ground)
    house.sql("UPDATE log_checkpoint SET cosigned_at = at WHERE note IS NOT NULL")
    house.witnesses.policy.write_text("quorum none\n")
    assert house.codes(message) == {"W1": "leaf_not_proven"}


def test_the_last_version_of_a_rule_holds(house: House) -> None:
    message = house.pay("W1")
    assert house.codes(message) == {}  # there is none
    house.rule()
    assert house.codes(message) == {"W1": "leaf_not_logged"}
    house.rule(AMOUNT + 1)
    assert house.codes(message) == {}
    house.rule(0)
    assert house.codes(message) == {"W1": "leaf_not_logged"}
    house.rule(None)
    assert house.codes(message) == {}


def test_a_rule_is_made_by_two_people_and_never_changed(house: House) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        house.rule(checker="ann")
    house.rule()
    with pytest.raises(psycopg.DatabaseError, match="append-only"):
        house.sql("UPDATE log_before_pay SET amount_minor = NULL")


def test_a_new_plane_finds_what_the_last_one_showed(house: House) -> None:
    house.rule()
    message = house.pay("W1")
    assert house.codes(message) == {"W1": "leaf_not_logged"}
    house.gate = house.new_gate()
    assert house.codes() == {}


def test_status_and_metrics_tell_of_what_waits(house: House) -> None:
    house.rule()
    assert status._of_payments(house.books) == []
    house.codes(house.pay("W1"))
    assert status._of_payments(house.books) == ["1 payments wait for the log: `cunguan log policy show`"]
    figures = {name: figure for name, _, figure in house.sql(statement("metrics")) if "waiting_for_log" in name}
    assert figures["cunguan_payments_waiting_for_log"] == 1
    assert figures["cunguan_payments_waiting_for_log_seconds"] > 30


def verb(house: House, *argv: str) -> int:
    return main(["log", "policy", *argv], Wiring({"CUNGUAN_HOME": str(house.ground.home), "DATABASE_URL": house.books}))


SET = ("set", "--currency", "CNY", "--reason", "large ones first", "--maker", "ann")


def test_two_people_set_a_rule_and_anybody_sees_what_waits(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert verb(house, "show", "--lang", "en") == 0
    assert "no rule: payments leave without waiting for the log" in capsys.readouterr().out
    assert verb(house, *SET, "--checker", "bob", "--amount", "600") == 0
    assert (
        verb(
            house,
            *SET,
            "--checker",
            "bob",
            "--amount",
            "600",
            "--away",
            "release",
            "--after",
            "900",
            "--cap",
            "5,000.00",
        )
        == 0
    )
    house.now = datetime.now(UTC)
    house.codes(house.pay("W1"))  # its batch is old: it is let go
    house.codes(house.pay("W2", 5 * AMOUNT), house.pay("W3", 10 * AMOUNT))
    assert verb(house, "show", "--lang", "en") == 1
    shown = capsys.readouterr().out
    assert (
        "payments from 600.00 CNY on wait for the log; while nobody cosigns they leave after 900 s, at most 5,000.00 CNY a day"
        in shown
    )
    assert "W3  6,000.00 CNY  waits since" in shown
    assert "let go unseen today: 2 payments, 3,600.00 CNY" in shown
    assert verb(house, "show", "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert [(one["payment"], one["code"]) for one in told["waiting"]] == [("W3", "release_cap_reached")]
    assert verb(house, *SET, "--checker", "bob", "--off") == 0
    assert verb(house, "show", "--lang", "zh") == 1
    assert "付款不等待留痕" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (("--checker", "ann", "--amount", "1"), "same_person_twice"),
        (("--checker", "bob", "--amount", "-1"), "below zero"),
        (("--checker", "bob", "--amount", "0.001"), "takes at most 2"),
        (("--checker", "bob", "--amount", "1", "--away", "release"), "needs --after and --cap"),
        (("--checker", "bob", "--amount", "1", "--cap", "1"), "needs --after and --cap"),
        (("--checker", "bob", "--amount", "1", "--away", "release", "--cap", "0", "--after", "1"), "a cap is above zero"),
        (("--checker", "bob", "--off", "--away", "release", "--cap", "1", "--after", "1"), "--away has no use with it"),
    ],
)  # fmt: skip
def test_a_rule_that_says_nothing_clear_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], argv: tuple[str, ...], says: str
) -> None:
    assert main(["log", "policy", *SET, *argv], Wiring({"CUNGUAN_HOME": str(tmp_path)})) == 2
    assert says in capsys.readouterr().err
