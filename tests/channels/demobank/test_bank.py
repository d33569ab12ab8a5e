"""Demo bank: a bank that holds real money, pays an id once, and misbehaves exactly as it is told."""

from collections import Counter
from datetime import date, timedelta

import pytest

from cunguan.channels.base import BankAnswer, Profile
from cunguan.channels.demobank.bank import (
    LATE,
    LATE_REJECT,
    NO_ANSWER,
    NOT_HEARD,
    REJECT,
    RETURNED,
    SUCCESS,
    Behaviour,
    DemoBank,
    DemoLine,
)
from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.rows import Message
from cunguan.operations.withdrawal import CreditTransfer

DAY = date(2024, 3, 4)
TWICE = Behaviour(callbacks=2, returned_days=1)
TOLD_TWICE = ["settled", "settled", "returned"]
MUTE = Behaviour(answers=False, mute_days=2)


def bank(behaviour: Behaviour = SUCCESS, *, deduplicates: bool = True) -> tuple[DemoBank, DemoLine]:
    made = DemoBank(today=DAY, profile=Profile("demobank", deduplicates, finality_days=2))
    made.open("ref", "P1", 1_000)
    made.tell("P1", "W1", behaviour)
    return made, made.line("P1")


def message(end_to_end_id: str = "W1", amount_minor: int = 600, account: str = "ref") -> Message:
    transfer = CreditTransfer(end_to_end_id, "payee", amount_minor, "CNY", account)
    return Message(end_to_end_id, "demobank", "credit_transfer", canonical_json(transfer), 1, "sending")


def status(answer: BankAnswer | None) -> str:
    return "silence" if answer is None else answer.status


@pytest.mark.parametrize(
    ("behaviour", "answer", "queries", "events", "balance"),
    [
        # told        hand-over    asked on days 0, 1, 2, 3                             on its own      in the end
        (SUCCESS,     "settled",   ["settled", "settled", "settled", "settled"],        [],             400),
        (REJECT,      "rejected",  ["rejected", "rejected", "rejected", "rejected"],    [],             1_000),
        (NO_ANSWER,   "silence",   ["settled", "settled", "settled", "settled"],        [],             400),
        (NOT_HEARD,   "silence",   ["unknown", "unknown", "unknown", "unknown"],        [],             1_000),
        (LATE,        "silence",   ["pending", "settled", "settled", "settled"],        ["settled"],    400),
        (LATE_REJECT, "silence",   ["pending", "rejected", "rejected", "rejected"],     ["rejected"],   1_000),
        (RETURNED,    "settled",   ["settled", "settled", "settled", "returned"],       ["returned"],   1_000),
        (TWICE,       "settled",   ["settled", "returned", "returned", "returned"],     TOLD_TWICE,     1_000),
        (MUTE,        "silence",   ["silence", "silence", "settled", "settled"],        [],             400),
    ],
)  # fmt: skip
def test_behaves_as_it_is_told(
    behaviour: Behaviour, answer: str, queries: list[str], events: list[str], balance: int
) -> None:
    made, line = bank(behaviour)
    assert status(line.send(message())) == answer
    asked = []
    for day in range(4):
        made.begin_day(DAY + timedelta(days=day))
        asked.append(status(line.query("W1")))
    assert asked == queries
    assert [event.status for event in line.events()] == events
    assert made.balance("ref") == balance


@pytest.mark.parametrize("behaviour", [SUCCESS, NO_ANSWER, LATE, RETURNED])
def test_pays_the_same_id_once(behaviour: Behaviour) -> None:
    made, line = bank(behaviour)
    for day in range(6):
        made.begin_day(DAY + timedelta(days=day))
        line.send(message())
    debits = [entry for entry in made.statement("ref") if not entry.credit]
    assert [entry.amount_minor for entry in debits] == [600]


def test_pays_the_same_id_twice_where_it_does_not_look() -> None:
    made, line = bank(deduplicates=False)
    line.send(message(amount_minor=300))
    line.send(message(amount_minor=300))
    assert made.balance("ref") == 400


def test_looks_for_doubles_unless_told_otherwise() -> None:
    made = DemoBank(today=DAY)
    made.open("ref", "P1", 1_000)
    line = made.line("P1")
    answers = [line.send(message(amount_minor=300)) for _ in range(2)]
    assert (answers[0], line.profile.deduplicates, made.balance("ref")) == (answers[1], True, 700)


def test_hears_what_was_lost_when_it_is_handed_over_again() -> None:
    made, line = bank(NOT_HEARD)
    assert line.send(message()) is None
    assert made.balance("ref") == 1_000
    assert line.send(message()) is None
    assert (made.balance("ref"), status(line.query("W1"))) == (400, "settled")


@pytest.mark.parametrize(
    ("amount_minor", "account", "reason"),
    [
        (1_000, "ref", ""),
        (1_001, "ref", "insufficient funds"),
        (1, "nowhere", "no such account"),
        (1, "others", "no such account"),
    ],
)
def test_rejects_what_it_cannot_pay(amount_minor: int, account: str, reason: str) -> None:
    made, line = bank()
    made.open("others", "P2", 1_000)
    answer = line.send(message("W1", amount_minor, account))
    assert answer == BankAnswer("W1", "rejected" if reason else "settled", amount_minor, reason)
    assert made.balance("others") == 1_000


@pytest.mark.parametrize(("days", "is_final"), [(0, False), (1, False), (2, True), (3, True)])
def test_calls_a_rejection_final_after_its_finality_time(days: int, is_final: bool) -> None:
    made, line = bank(REJECT)
    line.send(message())
    made.begin_day(DAY + timedelta(days=days))
    answer = line.query("W1")
    assert answer is not None and answer.is_final is is_final


def test_never_calls_a_payment_final() -> None:
    made, line = bank()
    line.send(message())
    made.begin_day(DAY + timedelta(days=9))
    answer = line.query("W1")
    assert answer is not None and not answer.is_final


def test_keeps_the_ids_of_its_customers_apart() -> None:
    made, line = bank()
    made.open("others", "P2", 1_000)
    line.send(message())
    assert status(made.line("P2").query("W1")) == "unknown"
    assert status(made.line("P2").send(message("W1", 100, "others"))) == "settled"
    assert (made.balance("ref"), made.balance("others")) == (400, 900)


def test_balances_with_its_own_statement() -> None:
    made, line = bank(RETURNED)
    made.receive("ref", 50, "somebody pays in")
    line.send(message())
    made.begin_day(DAY + timedelta(days=3))
    lines = made.statement("ref")
    signed = [(entry.day, entry.amount_minor if entry.credit else -entry.amount_minor) for entry in lines]
    assert signed == [(DAY, 50), (DAY, -600), (DAY + timedelta(days=3), 600)]
    assert [entry.number for entry in made.lines] == [1, 2, 3]
    assert made.balance("ref") == 1_000 + sum(amount for _, amount in signed)


def drawn(seed: int, ids: list[str]) -> dict[str, str]:
    made = DemoBank(today=DAY, seed=seed, rule=((SUCCESS, 8), (REJECT, 1), (NO_ANSWER, 1)))
    made.open("ref", "P1", 10**9)
    line = made.line("P1")
    return {name: status(line.send(message(name, 1))) for name in ids}


def test_draws_the_same_for_the_same_seed_whatever_the_order() -> None:
    ids = [f"W{n}" for n in range(500)]
    first = drawn(7, ids)
    assert drawn(7, ids[::-1]) == first
    assert drawn(8, ids) != first
    counts = Counter(first.values())
    assert set(counts) == {"settled", "rejected", "silence"}
    assert 350 < counts["settled"] < 450


def test_does_not_go_back_in_time() -> None:
    made, _ = bank()
    with pytest.raises(AssertionError, match="does not go back"):
        made.begin_day(DAY - timedelta(days=1))
