"""Sender after a restore: what may have left is asked for, never sent; what nobody knew is noted; each leaves once."""

import pytest

from cunguan.channels.base import BankAnswer, Profile
from cunguan.channels.demobank.bank import (
    LATE,
    LATE_REJECT,
    NO_ANSWER,
    REJECT,
    RETURNED,
    SUCCESS,
    Behaviour,
    DemoBank,
)
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.kernel.rows import Message, Withdrawal
from cunguan.operations.withdrawal import CreditTransfer
from cunguan.plane.sender import Sender, StoreOutbox, Tally
from tests.operations.cash import LANE, open_books, withdraw
from tests.operations.restored import NAMES, restore

MONEY = 1_000_000
MUTE = Behaviour(mute_days=10**4)


class World:
    """Books that were restored with W1 waiting or sent, and a bank that may have W1, and knows what the books lost."""

    def __init__(self, *, at_bank: Behaviour | None, sent: bool = False, deduplicates: bool = True) -> None:
        self.books = open_books()
        self.bank = DemoBank(today=self.books.business_date(LANE), profile=Profile("demobank", deduplicates, 2))
        self.bank.open("ref:1", "P1", MONEY)
        assert withdraw(self.books).code is Code.done
        if sent:
            self.books.done(LANE, "send:W1", "withdrawal_sent", withdrawal="W1")
        if at_bank is not None:
            self.hand_over("W1", 60_000, at_bank)
        restore(self.books)
        self.sender = self.new_sender()

    def hand_over(self, name: str, amount_minor: int, behaviour: Behaviour = SUCCESS) -> None:
        self.bank.tell("P1", name, behaviour)
        self.bank.take("P1", CreditTransfer(name, "payee:L1", amount_minor, "CNY", "ref:1"))

    def new_sender(self) -> Sender:
        line = {"demobank": self.bank.line("P1")}
        return Sender(LANE, StoreOutbox(self.books.store), line, self.submit, look_seconds=0.0)

    def submit(self, lane: int, instruction: Instruction) -> Answer:
        return self.books.batch(lane, [instruction])[0]

    def run(self, times: int = 1) -> Tally:
        for _ in range(times):
            tally = self.sender.run()
        return tally

    def state(self, name: str = "W1") -> str:
        return self.books.get(LANE, Withdrawal, name).state

    def paid(self, name: str = "W1") -> int:
        return sum(not line.credit and line.reference == name for line in self.bank.lines)

    def agrees(self) -> bool:
        return self.bank.balance("ref:1") == self.books.balance(LANE, "bank", "1010")


#: what the bank does with W1, that left before the restore -> where it stands after a run, and after a week
FOUND = {
    "settled": (SUCCESS, "settled", "settled"),
    "settled without an answer": (NO_ANSWER, "settled", "settled"),
    "returned": (RETURNED, "settled", "recredited"),
    "pending": (LATE, "sent", "settled"),
    "pending, then rejected": (LATE_REJECT, "sent", "rejected"),
    "rejected": (REJECT, "held", "rejected"),
}


@pytest.mark.parametrize("deduplicates", [True, False])
@pytest.mark.parametrize("name", FOUND)
def test_what_the_bank_has_is_not_sent_again(name: str, deduplicates: bool) -> None:
    behaviour, at_once, in_the_end = FOUND[name]
    world = World(at_bank=behaviour, deduplicates=deduplicates)
    taken = []
    world.bank.take = lambda *given: taken.append(given)  # type: ignore[method-assign,assignment]  # a byte would come here
    world.run(3)
    assert world.state() == at_once
    for _ in range(7):
        world.bank.begin_day(world.bank.today.fromordinal(world.bank.today.toordinal() + 1))
        world.run()
    assert world.state() == in_the_end
    assert not taken and world.paid() == (in_the_end != "rejected")
    assert world.agrees()


@pytest.mark.parametrize("deduplicates", [True, False])
@pytest.mark.parametrize("sent", [False, True], ids=["waiting", "sent before"])
def test_what_the_bank_does_not_know_stays_where_it_is_until_two_people_release_it(
    sent: bool, deduplicates: bool
) -> None:
    world = World(at_bank=None, sent=sent, deduplicates=deduplicates)
    tally = world.run(3)
    assert world.paid() == 0 and world.agrees()
    assert (world.state(), tally.held) == (("in_doubt", {}) if sent else ("held", {"W1": "the bank says unknown"}))
    world.books.done(LANE, "release:W1", "payment_release", payment="W1", **NAMES)
    world.run(3)
    # What had left already, and the bank looks for no doubles, is left to the bank's word, as before any restore.
    left = not sent or deduplicates
    assert (world.paid(), world.state()) == ((1, "settled") if left else (0, "in_doubt"))
    assert world.agrees()


def test_a_bank_that_is_silent_says_nothing() -> None:
    world = World(at_bank=MUTE)
    assert world.run().held == {"W1": "the bank did not say"}
    assert world.state() == "held"


def test_what_the_bank_tells_by_itself_is_found_first() -> None:
    world = World(at_bank=Behaviour(callbacks=2))
    world.sender._look_seconds = 10**9
    world.sender._looked = 10**9
    world.run()
    assert world.state() == "settled" and world.agrees()


def test_what_the_books_lost_is_noted_once_and_meets_its_word_when_it_is_asked_for_again() -> None:
    world = World(at_bank=SUCCESS)
    world.hand_over("W9", 700)
    world.run(3)
    noted = world.books.decision(LANE, "bank:demobank:W9:settled_unmatched")
    assert noted.answer == {"end_to_end_id": "W9", "amount_minor": 700, "status": "settled"}
    assert not world.agrees(), "what is not known is not posted"
    assert withdraw(world.books, "W9", amount_minor=700).code is Code.done
    world.run(2)
    assert (world.state("W9"), world.paid("W9")) == ("settled", 1)
    assert world.agrees()
    assert world.books.get(LANE, Message, "W9").state == "answered"


def test_another_amount_under_a_lost_id_is_for_a_person() -> None:
    world = World(at_bank=SUCCESS)
    world.hand_over("W9", 700)
    world.run()
    assert withdraw(world.books, "W9", amount_minor=800).code is Code.done
    assert "withdrawal_differs" in world.run(2).blocked["W9"]
    assert world.paid("W9") == 1 and world.state("W9") in ("sent", "in_doubt")


def test_a_new_payment_waits_for_a_bank_that_does_not_say_whether_it_has_it() -> None:
    world = World(at_bank=SUCCESS)
    world.run()
    withdraw(world.books, "W2", amount_minor=5)
    world.bank.status = lambda *given: None  # type: ignore[method-assign,assignment]  # silent
    assert "W2" in world.run().blocked and world.paid("W2") == 0
    del world.bank.status
    world.run()
    assert (world.state("W2"), world.paid("W2")) == ("settled", 1)


def test_a_sender_that_dies_while_it_looks_goes_on() -> None:
    world = World(at_bank=SUCCESS)
    asked: list[str] = []

    def dying(lane: int, instruction: Instruction) -> Answer:
        asked.append(instruction.kind)
        answer = world.submit(lane, instruction)
        if instruction.kind == "payment_found":
            raise ConnectionError
        return answer

    world.sender._submit = dying
    with pytest.raises(ConnectionError):
        world.run()
    assert world.state() == "sent"
    world.sender = world.new_sender()
    world.run()
    assert world.state() == "settled" and world.paid() == 1 and world.agrees()


def test_a_bank_that_gives_no_list_is_asked_again() -> None:
    world = World(at_bank=SUCCESS)
    world.hand_over("W9", 700)
    lists: list[list[BankAnswer] | None] = [None]
    payments = world.bank.payments
    world.bank.payments = lambda *given: lists.pop() if lists else payments(*given)  # type: ignore[method-assign,assignment]
    world.sender._look_seconds = 10**9
    world.run(2)
    assert world.books.decision(LANE, "bank:demobank:W9:settled_unmatched").code is Code.done
