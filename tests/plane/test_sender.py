"""Sender: whatever dies between two steps, in the end books and bank agree, and nothing was paid twice."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import pytest
from msgspec.structs import replace

from cunguan.channels.base import BankAnswer, Channel, Profile
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
)
from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.kernel.rows import Card, Message, Payout, Withdrawal
from cunguan.plane.sender import Sender, StoreOutbox, Tally
from tests.operations.cash import LANE, open_books, put, with_fees, withdraw
from tests.operations.driver import Books
from tests.operations.pool_case import pay_fees
from tests.operations.test_withdrawal import FEES

MONEY = 1_000_000


class Killed(Exception):
    """The process died."""


class Fuse:
    """Dies before or after the n-th step that goes through it, once; 0: never."""

    def __init__(self, step: int = 0, *, after: bool = False) -> None:
        self.step, self.after, self.steps = step, after, 0

    def blows(self, after: bool) -> bool:
        if not after:
            self.steps += 1
        return self.steps == self.step and after == self.after


class World:
    """Books, a bank, and a sender that may die at any step and is started anew."""

    def __init__(self, behaviour: Behaviour = SUCCESS, *, deduplicates: bool = True, fuse: Fuse | None = None) -> None:
        self.books = with_fees(open_books())
        self.bank = DemoBank(
            today=self.books.business_date(LANE), profile=Profile("demobank", deduplicates, finality_days=2)
        )
        self.bank.open("ref:1", "P1", MONEY)
        self.bank.tell("P1", "W1", behaviour)
        self.fuse = fuse or Fuse()
        self.handed_over, self.objection = 0, ""

    def sender(self) -> Sender:
        return Sender(LANE, StoreOutbox(self.books.store), {"demobank": Line(self)}, self.submit)

    def step(self, after: bool) -> None:
        if self.fuse.blows(after):
            raise Killed

    def submit(self, lane: int, instruction: Instruction) -> Answer:
        self.step(False)
        answer = self.books.batch(lane, [instruction])[0]
        self.step(True)
        return answer

    def run(self) -> Tally | None:
        try:
            return self.sender().run()
        except Killed:
            return None

    def days(self, count: int) -> None:
        for _ in range(count):
            self.bank.begin_day(self.bank.today + timedelta(days=1))
            self.run()

    @property
    def state(self) -> str:
        return self.books.get(LANE, Withdrawal, "W1").state

    @property
    def paid(self) -> list[int]:
        return [line.amount_minor for line in self.bank.lines if not line.credit]

    def agrees(self) -> bool:
        return self.bank.balance("ref:1") == self.books.balance(LANE, "bank", "1010")


class Line:
    """The bank's line, with the fuse in it."""

    def __init__(self, world: World) -> None:
        self.world, self.line = world, world.bank.line("P1")

    @property
    def profile(self) -> Profile:
        return self.line.profile

    def objection(self, message: Message) -> str:
        return self.world.objection

    def send(self, message: Message) -> BankAnswer | None:
        self.world.step(False)
        self.world.handed_over += 1
        answer = self.line.send(message)
        self.world.step(True)
        return answer

    def query(self, end_to_end_id: str) -> BankAnswer | None:
        self.world.step(False)
        answer = self.line.query(end_to_end_id)
        self.world.step(True)
        return answer

    def events(self) -> Sequence[BankAnswer]:
        self.world.step(False)
        events = self.line.events()
        self.world.step(True)
        return events


def test_a_line_with_a_fuse_is_a_channel() -> None:
    channel: Channel = Line(World())
    assert channel.profile.name == "demobank"


def test_what_the_bank_cannot_be_told_waits_and_can_be_taken_back() -> None:
    world = World()
    world.objection = "nobody was brought"
    assert withdraw(world.books, **FEES).code is Code.done
    tally = world.run()
    assert tally is not None and tally.blocked == {"W1": "not sent: nobody was brought"}
    assert (world.state, world.handed_over, world.books.get(LANE, Message, "W1").state) == ("held", 0, "waiting")
    world.objection = ""
    world.run()
    assert world.state == "settled"


def test_a_bank_that_names_no_amount_means_the_one_that_was_ordered(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(NO_ANSWER)
    silent = world.bank.status
    monkeypatch.setattr(world.bank, "status", lambda *of: replace(silent(*of), amount_minor=0))
    ends_well(a_week(world), "settled")


# behaviour of the bank, and where the withdrawal stands after a week
ENDS = {
    "success": (SUCCESS, "settled"),
    "reject": (REJECT, "rejected"),
    "no_answer": (NO_ANSWER, "settled"),
    "not_heard": (NOT_HEARD, "settled"),
    "late": (LATE, "settled"),
    "late_reject": (LATE_REJECT, "rejected"),
    "returned": (RETURNED, "recredited"),
    "silent_for_days": (Behaviour(answers=False, mute_days=3), "settled"),
    "s_04": (Behaviour(answers=False, callbacks=2, returned_days=3, mute_days=1), "recredited"),
    "s_05": (Behaviour(answers=False, after_days=1, callbacks=1), "settled"),
    "returned_before_it_was_known_as_paid": (Behaviour(answers=False, mute_days=5, returned_days=2), "recredited"),
}


def a_week(world: World) -> World:
    assert withdraw(world.books, **FEES).code is Code.done
    world.run()
    world.days(7)
    return world


def ends_well(world: World, state: str) -> None:
    assert world.state == state
    assert world.agrees()
    assert world.paid == ([] if state == "rejected" else [60_000])
    fee = 0 if state == "rejected" else 60
    principal = 60_000 if state == "settled" else 0
    assert world.books.five(LANE, "L1") == (MONEY - principal - fee, 0, 0, 0, 0)
    assert world.books.balance(LANE, "main", "2110") == fee
    assert world.books.get(LANE, Message, "W1").state == "answered"


@pytest.mark.parametrize("name", ENDS)
def test_brings_every_payment_to_its_end(name: str) -> None:
    behaviour, state = ENDS[name]
    ends_well(a_week(World(behaviour)), state)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", ENDS)
def test_may_die_between_any_two_steps(name: str, after: bool) -> None:
    behaviour, state = ENDS[name]
    counting = Fuse()
    a_week(World(behaviour, fuse=counting))
    assert counting.steps > 5
    for step in range(1, counting.steps + 1):
        ends_well(a_week(World(behaviour, fuse=Fuse(step, after=after))), state)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", [name for name in ENDS if name != "not_heard"])
def test_hands_over_once_to_a_bank_that_does_not_look_for_doubles(name: str, after: bool) -> None:
    behaviour, state = ENDS[name]
    counting = Fuse()
    a_week(World(behaviour, deduplicates=False, fuse=counting))
    for step in range(1, counting.steps + 1):
        world = a_week(World(behaviour, deduplicates=False, fuse=Fuse(step, after=after)))
        assert world.handed_over <= 1 and len(world.paid) <= 1
        if world.handed_over:
            ends_well(world, state)
        else:  # it died with the trace written and no byte out: a person asks the bank for its written word
            assert (world.state, world.agrees()) == ("in_doubt", True)
            assert world.books.five(LANE, "L1") == (MONEY - 60_060, 0, 60, 60_000, 0)


def test_takes_unknown_for_no_answer() -> None:
    world = a_week(World(NOT_HEARD, deduplicates=False))
    assert (world.state, world.handed_over) == ("in_doubt", 1)
    assert world.books.five(LANE, "L1") == (MONEY - 60_060, 0, 60, 60_000, 0)


def test_ends_a_doubt_as_rejected_only_when_the_rejection_is_final() -> None:
    world = World(LATE_REJECT)
    withdraw(world.books)
    states = []
    for _ in range(5):
        world.run()
        states.append(world.state)
        world.bank.begin_day(world.bank.today + timedelta(days=1))
    assert states == ["in_doubt", "in_doubt", "in_doubt", "rejected", "rejected"]
    assert world.books.five(LANE, "L1") == (MONEY, 0, 0, 0, 0)


def test_gives_no_second_credit_for_a_callback_after_the_query_settled_it() -> None:
    """S-05."""
    world = World(Behaviour(answers=False, callbacks=3))
    withdraw(world.books)
    sender = world.sender()
    tallies = [sender.run() for _ in range(3)]
    assert world.state == "settled"
    assert not any(tally.blocked for tally in tallies)
    settled = [entry.id for entry in world.books.store.entries[LANE] if entry.kind == "withdrawal_result"]
    assert settled == ["bank:demobank:W1:timed_out", "bank:demobank:W1:settled"]
    assert world.agrees()


def test_does_nothing_when_there_is_nothing_to_do() -> None:
    world = a_week(World())
    head = world.books.store.head(LANE).head
    assert world.run() == Tally()
    assert world.books.store.head(LANE).head == head


def test_waits_without_a_doubt_while_the_bank_says_that_it_has_it() -> None:
    world = World(Behaviour(after_days=2))
    withdraw(world.books)
    states = []
    for _ in range(4):
        world.run()
        states.append(world.state)
        world.bank.begin_day(world.bank.today + timedelta(days=1))
    assert states == ["sent", "sent", "settled", "settled"]


def test_counts_what_it_did() -> None:
    world = World()
    withdraw(world.books)
    assert world.run() == Tally(sent=1, answered=1)
    world = World(NO_ANSWER)
    withdraw(world.books)
    assert world.run() == Tally(sent=1, in_doubt=1)
    assert world.run() == Tally(answered=1)


def test_lets_nothing_leave_when_the_binding_is_another_now() -> None:
    world = World()
    withdraw(world.books)
    put(world.books, replace(world.books.get(LANE, Card, "L1:card"), payee_hash="payee:thief"))
    tally = world.run()
    assert tally is not None and "card_not_own" in tally.blocked["W1"]
    assert (world.state, world.handed_over, world.paid) == ("held", 0, [])


@pytest.mark.parametrize("kind", ["withdrawal_intercept", "payout_cancel"])
def test_nobody_has_to_look_at_a_payment_that_is_stopped_just_before_it_leaves(kind: str) -> None:
    world, subject = (World(), "withdrawal") if kind == "withdrawal_intercept" else (PayoutWorld(), "payout")
    name = "W1" if subject == "withdrawal" else "F1"
    assert (withdraw(world.books) if name == "W1" else pay_fees(world.books)).code is Code.done
    hand_in = world.submit

    def stopped_before(lane: int, instruction: Instruction) -> Answer:
        stop = {subject: name, "reason": "doubt", "maker": "m1", "checker": "c1"}
        world.books.done(LANE, f"stop:{instruction.id}", kind, **stop)
        return hand_in(lane, instruction)

    sender = Sender(LANE, StoreOutbox(world.books.store), {"demobank": Line(world)}, stopped_before)
    assert sender.run() == Tally()
    assert (world.run(), world.handed_over) == (Tally(), 0)


def test_sends_the_others_when_one_is_blocked() -> None:
    world = World()
    withdraw(world.books, "W0")
    withdraw(world.books, "W1", amount_minor=1)
    put(world.books, replace(world.books.get(LANE, Message, "W0"), channel="nobody"))
    tally = world.run()
    assert tally is not None and list(tally.blocked) == ["W0"]
    assert world.state == "settled"


def test_names_a_payment_the_bank_made_after_it_had_rejected_it() -> None:
    world = a_week(World(REJECT))
    late = BankAnswer("W1", "settled", 60_000)
    world.bank._events["P1"] = [late]
    tally = world.run()
    assert tally is not None and "withdrawal_final" in tally.blocked["W1"]
    assert world.books.five(LANE, "L1") == (MONEY, 0, 0, 0, 0)


def test_hears_again_what_a_busy_lane_did_not_take() -> None:
    world = World(Behaviour(answers=False, after_days=1, mute_days=9, callbacks=1))
    withdraw(world.books)
    busy = True

    def submit(lane: int, instruction: Instruction) -> Answer:
        if busy and instruction.id.endswith(":settled"):
            return Answer(instruction.id, Code.lane_busy)
        return world.submit(lane, instruction)

    sender = Sender(LANE, StoreOutbox(world.books.store), {"demobank": Line(world)}, submit)
    sender.run()
    world.bank.begin_day(world.bank.today + timedelta(days=1))
    sender.run()
    assert world.state == "in_doubt"
    busy = False
    sender.run()
    assert world.state == "settled"


# ── to another lane ──────────────────────────────────────────────────────────
def ask_lane(books: Books, *, channel: str = "lane:0", payload: bytes | None = None) -> None:
    """Leave a message in lane 1 that asks lane 0 to register a person."""
    body = {"person": "person:new", "kind": "person", "method": "four_elements", "source": "sandbox", "reference": "r"}
    asked = {"id": "ask:1", "kind": "person_registration", "body": body}
    message = Message("m1", channel, "person_registration", payload or canonical_json(asked), 1, "waiting")
    put(books, message)


def registered(books: Books) -> list[str]:
    return [entry.id for entry in books.store.entries[0] if entry.id == "ask:1"]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", [0, 1, 2, 3])
def test_carries_a_message_to_another_lane_exactly_once(step: int, after: bool) -> None:
    world = World(fuse=Fuse(step, after=after))
    ask_lane(world.books)
    world.run()
    world.run()
    assert registered(world.books) == ["ask:1"]
    assert world.books.get(LANE, Message, "m1").state == "answered"
    noted = msgspec.json.decode(world.books.store.entries[LANE][-1].body)
    assert noted == {"message": "m1", "code": "done"}


def test_takes_a_refusal_of_the_other_lane_for_its_answer() -> None:
    world = World()
    body = {"person": "", "kind": "person", "method": "", "source": "sandbox", "reference": ""}
    ask_lane(world.books, payload=canonical_json({"id": "ask:1", "kind": "person_registration", "body": body}))
    assert world.run() == Tally(answered=1)
    noted = msgspec.json.decode(world.books.store.entries[LANE][-1].body)
    assert noted["code"] not in ("done", "in_doubt")


@pytest.mark.parametrize(
    ("channel", "payload"),
    [
        ("lane:x", None),
        ("lane:0", b"not json"),
        ("lane:0", b'{"id":"ask:1","kind":"no_such_kind","body":{}}'),
        ("lane:0", b'{"id":"ask:1","kind":"person_registration","body":{"unheard":1}}'),
        ("lane:0", b'{"id":"","kind":"bar","body":{"id":"x"}}'),
    ],
)
def test_leaves_a_message_it_cannot_read_and_carries_the_others(channel: str, payload: bytes | None) -> None:
    world = World()
    ask_lane(world.books, channel=channel, payload=payload)
    withdraw(world.books)
    tally = world.run()
    assert tally is not None and list(tally.blocked) == ["m1"]
    assert world.books.get(LANE, Message, "m1").state == "waiting"
    assert world.state == "settled"


@pytest.mark.parametrize("code", [Code.lane_busy, Code.lane_stopped, Code.in_doubt])
def test_asks_a_busy_lane_again(code: Code) -> None:
    world = World()
    ask_lane(world.books)
    answers = iter([Answer("ask:1", code)])

    def submit(lane: int, instruction: Instruction) -> Answer:
        return next(answers, None) or world.submit(lane, instruction)

    sender = Sender(LANE, StoreOutbox(world.books.store), {}, submit)
    assert list(sender.run().blocked) == ["m1"]
    assert world.books.get(LANE, Message, "m1").state == "waiting"
    sender.run()
    assert world.books.get(LANE, Message, "m1").state == "answered"


def test_reads_the_outbox_in_the_order_of_the_lane() -> None:
    books = open_books()
    for number, (name, state) in enumerate([("c", "waiting"), ("a", "waiting"), ("b", "answered"), ("d", "in_doubt")]):
        put(books, Message(name, "lane:0", "x", b"", number, state))
    outbox = StoreOutbox(books.store)
    assert [message.id for message in outbox.waiting(LANE)] == ["c", "a"]
    assert [message.id for message in outbox.unanswered(LANE)] == ["d"]


# ── payouts ──────────────────────────────────────────────────────────────────
class PayoutWorld(World):
    """A world whose payment is 600.00 of the platform's fees."""

    def __init__(self, behaviour: Behaviour = SUCCESS, *, deduplicates: bool = True, fuse: Fuse | None = None) -> None:
        super().__init__(behaviour, deduplicates=deduplicates, fuse=fuse)
        self.books.give(LANE, "main", 100_000, code="2110")
        self.books.payee(LANE)
        self.bank.tell("P1", "F1", behaviour)
        self.bank.receive("ref:1", 100_000, "fees")

    @property
    def state(self) -> str:
        return self.books.get(LANE, Payout, "F1").state


PAYOUT_ENDS = {
    name: (behaviour, "returned" if state == "recredited" else state) for name, (behaviour, state) in ENDS.items()
}


def a_week_of_a_payout(world: PayoutWorld) -> PayoutWorld:
    assert pay_fees(world.books).code is Code.done
    world.run()
    world.days(7)
    return world


def payout_ends_well(world: PayoutWorld, state: str) -> None:
    assert world.state == state
    assert world.agrees()
    assert world.paid == ([] if state == "rejected" else [60_000])
    assert world.books.balance(LANE, "main", "2110") == (40_000 if state == "settled" else 100_000)
    assert world.books.balance(LANE, "main", "2155") == 0
    assert world.books.get(LANE, Message, "F1").state == "answered"


@pytest.mark.parametrize("name", PAYOUT_ENDS)
def test_brings_every_payout_to_its_end(name: str) -> None:
    behaviour, state = PAYOUT_ENDS[name]
    payout_ends_well(a_week_of_a_payout(PayoutWorld(behaviour)), state)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", ["success", "no_answer", "late_reject", "s_04"])
def test_may_die_between_any_two_steps_of_a_payout(name: str, after: bool) -> None:
    behaviour, state = PAYOUT_ENDS[name]
    counting = Fuse()
    a_week_of_a_payout(PayoutWorld(behaviour, fuse=counting))
    assert counting.steps > 5
    for step in range(1, counting.steps + 1):
        payout_ends_well(a_week_of_a_payout(PayoutWorld(behaviour, fuse=Fuse(step, after=after))), state)


def test_carries_withdrawals_and_payouts_beside_each_other() -> None:
    world = PayoutWorld()
    withdraw(world.books)
    pay_fees(world.books)
    assert world.run() == Tally(sent=2, answered=2)
    assert (world.state, world.books.get(LANE, Withdrawal, "W1").state) == ("settled", "settled")
    assert world.agrees()


def test_lets_no_payout_leave_to_an_account_that_is_not_bound_any_more() -> None:
    world = PayoutWorld()
    pay_fees(world.books)
    world.books.payee(LANE, payee_hash="payee:new")
    tally = world.run()
    assert tally is not None and "payee_not_allowed" in tally.blocked["F1"]
    assert (world.state, world.handed_over, world.paid) == ("held", 0, [])


def test_holds_clients_payments_while_their_pool_is_not_covered() -> None:
    world = World()
    assert withdraw(world.books, "W1").code is Code.done
    two = {"maker": "m1", "checker": "c1"}
    world.books.done(
        LANE, "X1", "pool_loss", pool="main", bank_account="bank", amount_minor=1, cause="unexplained", reason="r",
        reference="r", **two,
    )  # fmt: skip
    for _ in range(2):
        assert world.sender().run().sent == 0
    assert world.books.get(LANE, Withdrawal, "W1").state == "held"  # nothing was asked: it is not blocked for ever
    world.books.done(
        LANE, "T1", "pool_top_up", shortfall="X1", source="own_money", amount_minor=1, bank_account="bank", reference="r",
        **two,
    )  # fmt: skip
    assert world.sender().run().sent == 1


def test_waits_until_others_have_seen_what_allows_it() -> None:
    world = World()
    assert withdraw(world.books).code is Code.done
    waits = {"W1": "leaf_not_cosigned: not yet"}
    asked: list[str] = []

    def gate(messages: Sequence[Message]) -> dict[str, str]:
        asked.extend(message.id for message in messages)
        return dict(waits)

    sender = Sender(LANE, StoreOutbox(world.books.store), {"demobank": Line(world)}, world.submit, gate=gate)
    assert sender.run() == Tally(unseen=waits)
    assert (asked, world.handed_over, world.state) == (["W1"], 0, "held")
    waits.clear()
    assert sender.run().sent == 1
    assert world.handed_over == 1


@pytest.mark.parametrize("state", ["sending", "sent", "in_doubt"])
def test_what_may_have_left_is_not_handed_over_again_before_others_have_seen_it(state: str) -> None:
    """A row of the outbox that was written by hand as if it had left goes through the gate like any other."""
    world = World()
    withdraw(world.books)
    store = world.books.store
    waiting = StoreOutbox(store).waiting(LANE)[0]

    class Written(StoreOutbox):
        def waiting(self, lane: int) -> list[Message]:
            return []

        def unanswered(self, lane: int) -> list[Message]:
            return [replace(waiting, state=state)]

    waits = {"W1": "leaf_not_logged: not yet"}
    sender = Sender(LANE, Written(store), {"demobank": Line(world)}, world.submit, gate=lambda messages: dict(waits))
    assert sender.run() == Tally(unseen=waits)
    assert world.handed_over == 0
    waits.clear()
    sender.run()
    assert world.handed_over == 1
