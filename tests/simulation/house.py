"""House: a world whose plane keeps house by itself over a bank of its own, and breaks down as it is told.

Shape   House: the World of the scenarios with the demo bank, the plane's own housekeeping (sender, timers, runs) and one
        virtual clock; all of it in one thread, so that the same sentences give the same house
        Faults: the plane dies after so many steps, the next batch fails after it was decided, the answer of the next
        commit is lost. What a dead plane had in memory is gone; a new one begins from the store
Errors  Broken: an invariant does not hold at a committed instant, or the plane did what it never may
Source  design/lanes.md rules 1, 5, 6, 10, 13; domain-decisions.md 26, 30
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import Any, Literal

import msgspec

from cunguan.channels.base import BankAnswer, Channel, Profile
from cunguan.channels.demobank.bank import DemoBank
from cunguan.kernel.canonical import key16
from cunguan.kernel.codes import TRANSIENT, Code
from cunguan.kernel.ids import step_id
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.kernel.rows import (
    Deposit,
    Exposure,
    Listing,
    Message,
    Pool,
    Reservation,
    Run,
    Withdrawal,
)
from cunguan.operations import run_step
from cunguan.plane.across import Sink
from cunguan.plane.process import Process, Undecided
from cunguan.plane.runner import Item
from cunguan.store.batch import Batch, Fenced, Refused, Stored
from tests.properties.invariants import INVARIANTS, Lane
from tests.scenarios.world import World, Writer
from tests.simulation.due import Reads
from tests.store.twins import Twin

CHANNEL = "demobank"
Fault = Literal["", "fails", "goes silent"]


class Died(BaseException):
    """The plane died between two steps: nothing may catch this but the house."""


class Broken(AssertionError):
    """Something that must hold does not; `what` names it, whatever the figures are."""

    def __init__(self, what: str, how: object) -> None:
        super().__init__(f"{what}: {how}")
        self.what = what


class BatchFailed(Exception):
    """The store did not take a batch."""


class AnswerLost(Exception):
    """The store took a batch, and nobody heard of it."""


class House(World):
    """Some lanes, their plane and their bank."""

    def __init__(self, store: Twin, *, day: date) -> None:
        super().__init__(store, day=day)
        self.bank = DemoBank(today=day)
        self.tick = timedelta(seconds=1)
        self.dies_in: int | None = None
        self.next_batch: Fault = ""
        self.receipts: dict[
            str, tuple[int, str, int]
        ] = {}  # what somebody paid in: lane, who ("" the platform), amount
        self.checked: set[int] = set()
        self.checks_each_batch = True
        self.cap_across_minor: int | None = None
        self.deaths = 0
        self.loose: set[str] = set()  # lines of the bank whose instruction somebody must ask, and may not have
        self.keeper = Keeper(self)

    # ── the plane lives and dies ─────────────────────────────────────────────
    def point(self) -> None:
        """Be between two steps of the plane."""
        if self.dies_in is not None:
            self.dies_in -= 1
            if self.dies_in <= 0:
                self.dies_in = None
                self.deaths += 1
                raise Died

    def open(self, *lanes: int) -> None:
        for lane in lanes:
            if lane not in self.written:
                self.written[lane] = LaneHere(self, lane)
                self.keeper.resume(lane)

    def restart(self) -> None:
        self.keeper = Keeper(self)
        self.next_batch = ""
        super().restart()

    def platform(self, lane: int = 1, **given: Any) -> int:
        self.bank.open(f"ref:{lane}", f"P{lane}")
        return super().platform(lane, **given)

    def batch(self, lane: int, instructions: Sequence[Instruction]) -> list[Answer]:
        """Hand several in together; who asked a plane that died has no answer, and may ask again."""
        answers: dict[int, Answer] = {}
        try:
            for place, instruction in enumerate(instructions):
                self.plane.enqueue(lane, instruction, lambda answer, place=place: answers.__setitem__(place, answer))  # type: ignore[misc]  # one sink a place
            self.go_on(lambda: len(answers) == len(instructions))
        except Died:
            self.restart()
        return [
            answers.get(place) or Answer(instruction.id, Code.in_doubt, why="the plane died")
            for place, instruction in enumerate(instructions)
        ]

    def submit(self, lane: int, instruction_id: str, kind: str, /, **body: Any) -> Answer:
        """Ask until there is an answer: the custodian's own people ask again."""
        asked = self.ask(lane, instruction_id, kind, **body)
        while True:
            [answer] = self.batch(lane, [asked])
            if answer.code is not Code.in_doubt:
                return answer

    def ask_alone(self, lane: int, instruction: Instruction) -> Answer:
        """Ask from inside the plane: when it dies, so does who asked."""
        answers: list[Answer] = []
        self.plane.enqueue(lane, instruction, answers.append)
        self.go_on(lambda: bool(answers))
        return answers[0]

    def go_on(self, is_enough: Callable[[], bool]) -> None:
        """Let the lanes decide until it is enough, or nothing waits any more."""
        while not is_enough() and any([writer.flush() for writer in self.written.values()]):
            pass

    def keep_house(self) -> bool:
        """Do one round of the plane's own work; return whether anything is left to do in the next."""
        try:
            self.go_on(lambda: False)
            self.keeper.round()
            self.go_on(lambda: False)  # a run that the timer began in this very round
            return self.keeper.has_work()
        except Died:
            self.restart()
            return True

    def move_day(self, lane: int, to: date) -> None:
        """Close days until the lane stands at this one; the bank's own day goes on with the first lane's."""
        today = self.business_date(lane)
        if today < to:
            self.done(lane, f"close:{today.isoformat()}", "day_close", date=today, next_date=to)
        if self.bank.today < to:
            self.bank.begin_day(to)

    def lines_of(self, lane: int) -> Mapping[str, Channel]:
        """Return the lines to the banks of a lane."""
        return {CHANNEL: LineHere(self, self.bank.line(f"P{lane}"))} if lane else {}

    # ── what must hold at every committed instant ────────────────────────────
    def committed(self, batch: Batch) -> None:
        """Note that a lane's books have changed; where all was refused, nothing but the sequence may have."""
        self.checked.discard(batch.lane)
        if all(entry.state != "done" for entry in batch.entries) and any(
            (batch.adds, batch.changes, batch.balances, batch.accounts)
        ):
            raise Broken("a refusal moves nothing", batch.entries)
        if self.checks_each_batch:
            self.check_changed()

    def check_changed(self) -> None:
        """Check every lane whose books have changed since the last time."""
        for lane in sorted(set(self.written) - self.checked):
            stored = Lane(self.store, lane)
            for holds in INVARIANTS:
                _hold(holds.__name__, holds, stored)
            if lane:
                _hold("the books follow the bank", self._books_follow_the_bank, stored)
            self.checked.add(lane)
        if self.cap_across_minor is not None and 0 in self.written:
            _hold("the cap across platforms holds", self._cap_holds, self.cap_across_minor)

    def _cap_holds(self, cap_minor: int) -> None:
        for exposure in self.store.all(0, Exposure):
            assert exposure.reserved_minor <= cap_minor, exposure  # type: ignore[attr-defined]  # the kind asked

    def _books_follow_the_bank(self, stored: Lane) -> None:
        """8 and 11 against the world: by reference, 1010 has moved as the bank's first lines did, and never before them."""
        lines, booked = self.by_reference(stored)
        for reference, amount_minor in booked.items():
            heard = list(accumulate(lines.get(reference, ()), initial=0))
            assert amount_minor in heard, f"{reference}: the books have {amount_minor}, the bank one of {heard}"

    def by_reference(self, stored: Lane) -> tuple[dict[str, list[int]], Counter[str]]:
        """Return by reference the lines of the bank's statement, and what the books have moved on 1010."""
        lines: dict[str, list[int]] = {}
        for line in self.bank.statement(f"ref:{stored.lane}"):
            lines.setdefault(line.reference, []).append(line.amount_minor if line.credit else -line.amount_minor)
        booked: Counter[str] = Counter()
        for line in stored.lines:
            for account, sign in ((line.debit, 1), (line.credit, -1)):
                if stored.code(account) == "1010":
                    booked[_reference(stored.instructions[line.seq])] += sign * line.amount_minor
        return lines, booked

    def under_way(self, stored: Lane) -> dict[str, int]:
        """Return by reference what the bank has booked and the books do not know yet."""
        lines, booked = self.by_reference(stored)
        apart = {reference: sum(lines[reference]) - booked[reference] for reference in lines}
        return {reference: amount_minor for reference, amount_minor in apart.items() if amount_minor}

    def paid_though_rejected(self, lane: int) -> set[str]:
        """Return the withdrawals that a bank paid after it had rejected them: a person's case, not the plane's."""
        stored = Lane(self.store, lane)
        rejected = {withdrawal.id for withdrawal in stored.all(Withdrawal) if withdrawal.state == "rejected"}
        return rejected & set(self.under_way(stored))

    # ── what must end once the bank answers ──────────────────────────────────
    def come_to_rest(self, by: date) -> None:
        """Let days pass with nothing new, and assert that everything that may end has ended."""
        self.dies_in = None
        for lane in self.written:
            self.batch(lane, self.statement(lane))
        while True:
            for _ in range(12):
                if not self.keep_house():
                    break
            if all(self.business_date(lane) >= by for lane in self.written):
                break
            for lane in self.written:
                self.move_day(lane, min(self.business_date(lane) + timedelta(days=1), by))
        self.check_changed()
        for lane in self.written:
            _hold("everything comes to rest", self._rests, lane)

    def statement(self, lane: int) -> list[Instruction]:
        """Return what the bank's statement shows of receipts, as instructions; those read before have their first answer."""
        read = []
        for reference, (at, who, amount_minor) in self.receipts.items():
            body: dict[str, Any] = {"bank_account": "bank", "amount_minor": amount_minor, "reference": reference}
            if at == lane and who:
                read.append(self.ask(lane, reference, "deposit_direct", holder=who, payer_matches=True, **body))
            elif at == lane:
                read.append(self.ask(lane, reference, "platform_money_in", pool="main", account="2120", **body))
        return read

    def _rests(self, lane: int) -> None:
        stored = Lane(self.store, lane)
        waits = {row.id for row in stored.all(Withdrawal) if row.state == "held"} if self._is_stopped(stored) else set()
        for withdrawal in stored.all(Withdrawal):
            assert withdrawal.state not in ("held", "sent", "in_doubt") or withdrawal.id in waits, withdrawal
        for run in stored.all(Run):
            assert run.state != "running", run
        for message in stored.all(Message):
            assert message.state in ("answered", "withdrawn") or message.id in waits, message
        if lane == 0:
            self._gave_back(stored)
            return
        today = self.business_date(lane)
        for listing in stored.all(Listing):
            until = {"raising": listing.raise_until, "full": listing.full_by}.get(listing.state)
            assert until is None or until >= today, listing
            assert listing.state not in ("disbursing", "failing"), listing
        for hold in stored.holds:
            assert hold.state != "open" or hold.purpose in ("bid", "marketing_bid") or hold.release_by >= today, hold
        done = {entry.id for entry in stored.instructions.values() if entry.state == "done"}
        persons = self.paid_though_rejected(lane) | self._uncleared(stored) | (self.loose - done)
        apart = {reference: amount for reference, amount in self.under_way(stored).items() if reference not in persons}
        assert not apart, f"the bank and the books differ by {apart}"

    def _is_stopped(self, stored: Lane) -> bool:
        """Test that the pool pays no client, because it is not covered."""
        return any(pool.state == "payouts_stopped" for pool in stored.all(Pool))

    def _gave_back(self, custodians: Lane) -> None:
        """30: nothing is set aside any more for an instruction that was refused."""
        for reservation in custodians.all(Reservation):
            if reservation.state == "reserved":
                key = key16(reservation.instruction_id)
                asked = self.store.seen(reservation.lane, [key]).get(key)
                assert asked is None or asked.state == "done", reservation

    def _uncleared(self, stored: Lane) -> set[str]:
        return {deposit.id for deposit in stored.all(Deposit) if deposit.state == "uncleared"}


def _reference(stored: Stored) -> str:
    """Return what an instruction that moves 1010 speaks of: what it names, else itself."""
    told = msgspec.json.decode(stored.body)
    return next((str(told[name]) for name in ("withdrawal", "payout", "deposit") if told.get(name)), stored.id)


def _hold(what: str, holds: Callable[..., None], *given: Any) -> None:
    try:
        holds(*given)
    except (AssertionError, KeyError) as broken:
        raise Broken(what, broken) from broken


class LaneHere(Writer):
    """One lane: what waits, what is decided, and what may go wrong with a batch."""

    world: House

    def enqueue(self, instruction: Instruction, sink: Sink, *, own: bool = False) -> None:
        """Take an instruction; it is decided at the next flush."""
        super().enqueue(instruction, sink)

    def _write(self, items: list[tuple[Item, Sink]]) -> None:
        while items:
            self.world.point()
            self.world.now += self.world.tick
            batch, taken = self.runner.decide([item for item, _ in items], self.world.now)
            for entry in batch.entries:
                if entry.state == "quarantined":
                    raise Broken("no instruction is quarantined", f"{entry.kind} {entry.id}; the log says why")
            try:
                self.commit(batch)
                answers = [entry.answer() for entry in batch.entries]
            except BatchFailed:
                self.runner.load()  # what was decided never was: it is decided again, in the same order
                continue
            except AnswerLost:
                self.runner.load()
                stored = self.store.seen(self.lane, [item.key16 for item, _ in items[:taken]])
                answers = [stored[item.key16].answer() for item, _ in items[:taken]]
            self.world.point()
            for answer, (_, sink) in zip(answers, items, strict=False):
                sink(answer)
            items = items[taken:]

    def commit(self, batch: Batch) -> None:
        fault, self.world.next_batch = self.world.next_batch, ""
        self.world.point()
        if fault == "fails":
            self.store.begin(batch)
            self.store.give_up()
            raise BatchFailed
        try:
            super().commit(batch)
        except (Fenced, Refused) as refused:
            raise Broken("the store takes every batch", refused) from refused
        self.world.keeper.note(self.lane, batch)
        self.world.committed(batch)
        if fault == "goes silent":
            raise AnswerLost


class LineHere:
    """A line to the bank on which the plane may die."""

    def __init__(self, house: House, line: Channel) -> None:
        self._house, self._line = house, line

    @property
    def profile(self) -> Profile:
        """Return what we know of the bank."""
        return self._line.profile

    def objection(self, message: Message) -> str:
        """Return why the bank cannot be told of a payment."""
        return self._line.objection(message)

    def send(self, message: Message) -> BankAnswer | None:
        """Hand a payment over."""
        self._house.point()
        answer = self._line.send(message)
        self._house.point()
        return answer

    def query(self, end_to_end_id: str) -> BankAnswer | None:
        """Ask for the status of a payment."""
        self._house.point()
        return self._line.query(end_to_end_id)

    def events(self) -> Sequence[BankAnswer]:
        """Return what the bank said on its own."""
        return self._line.events()


class Keeper(Process):
    """The plane's own housekeeping without its threads: what a commit leaves is done when the house says so."""

    def __init__(self, house: House) -> None:
        super().__init__("", owner="simulation", channels=house.lines_of)
        self._house = house
        self._lanes: Any = house.written
        self._reader: Any = Reads(house.store)
        self._senders = {}
        self.plane: Any = self

    def ask(self, lane: int, instruction: Instruction) -> Answer:
        """Ask a lane, as the plane of a process does."""
        return self._house.ask_alone(lane, instruction)

    def resume(self, lane: int) -> None:
        """Take up what an earlier plane left undone."""
        self._resume(self._lanes[lane], self._reader)

    def note(self, lane: int, batch: Batch) -> None:
        """Note what a commit leaves to be done."""
        self._note(lane, batch)

    def _step(self, lane: Any, run: str, step: int) -> None:
        lane.enqueue(Instruction(step_id(run, step), run_step.KIND, run_step.Body(run, step)), _stepped, own=True)

    def has_work(self) -> bool:
        """Return whether something is left to do in the next round."""
        return bool(self._mail or self._due)

    def round(self) -> None:
        """Carry messages and do what the day asks for, once."""
        mail = sorted(self._mail | {lane for lane in self._senders if self._channels(lane)})
        due = sorted(self._due.items())
        self._mail.clear()
        self._due.clear()
        self._mail |= {lane for lane in mail if not self._goes_well(self.carry, lane)}
        for lane, day in due:
            if not self._goes_well(self.tidy, lane, day):
                self._due.setdefault(lane, day)

    def _goes_well(self, act: Callable[..., None], *given: Any) -> bool:
        try:
            act(*given)
        except Undecided:
            return False
        return True


def _stepped(answer: Answer) -> None:
    if answer.code not in (Code.done, *TRANSIENT):
        raise Broken("every step of a run is done", answer)
