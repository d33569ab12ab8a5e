"""Process (存管平面): the lanes of one process, with what must go on by itself after a commit.

When    `cunguan plane`, the demo, tests: the same class
Does    goes on with runs, carries messages, fails raises and ends sales whose time is over, releases holds and ends
        legal orders past their date, gives back reservations whose instruction never came, keeps the high-water mark
        gives lanes to another plane of the same database and takes what is given, and asks that plane for its lanes
Shape   a commit only leaves a note; one housekeeper thread does the rest, and does it again after a restart
Source  design/lanes.md rules 1, 13, 20; domain-decisions.md 13, 30
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from cunguan.channels.base import Channel
from cunguan.kernel.codes import TRANSIENT, Code
from cunguan.kernel.ids import expiry_id, order_expiry_id, step_id
from cunguan.kernel.instruction import Answer, Instruction, Restored
from cunguan.kernel.rows import Day, Message, Payout, Run
from cunguan.operations import (
    bar,
    claim_sale_expiry,
    hold_expiry,
    legal_expiry,
    limit_release,
    raise_failure,
    run_step,
)
from cunguan.operations.catalogue import operations
from cunguan.operations.lending import release_id
from cunguan.plane import highwater
from cunguan.plane.across import Plane
from cunguan.plane.client import Client
from cunguan.plane.lane import Clock, Lane
from cunguan.plane.metrics import Reading
from cunguan.plane.remote import NobodyHasIt, RemoteLane, address_of
from cunguan.plane.sender import Gate, Sender
from cunguan.plane.sharing import Place, Share, Sharing
from cunguan.store.batch import Batch
from cunguan.store.postgres import PostgresReader, check_schema
from cunguan.store.sqlfiles import statement

log = logging.getLogger(__name__)

ROUND_SECONDS = 0.5
HIGH_WATER_SECONDS = 1.0

#: the channels of a lane, as wiring knows them
Channels = Callable[[int], Mapping[str, Channel]]


class Undecided(RuntimeError):
    """A lane could not decide now what housekeeping asked: it is asked again."""


class Process:
    """Lane 0 and the lanes of all registered platforms, or some of them.

    address  where other planes reach this one; a plane without one is never given a lane
    lanes    those it takes by itself, None for all; whatever else it is asked for it hands on to the plane that has it
    share    its place among planes that share the lanes: it takes those that begin here, and those whose owner died
    dial     how it reaches another plane
    gate     what of a lane's payments may not leave yet (doors/log/before_pay.py)
    """

    def __init__(
        self,
        conninfo: str,
        *,
        owner: str,
        channels: Channels,
        clock: Clock | None = None,
        book_bytes: int | None = 512 * 2**20,
        high_water: Path | None = None,
        wait_seconds: float = 5.0,
        address: str = "",
        lanes: frozenset[int] | None = None,
        share: Share | None = None,
        dial: Callable[[str], Client] = lambda address: Client(Path(address)),
        gate: Callable[[int], Gate] = lambda lane: lambda messages: {},
    ) -> None:
        self.conninfo, self._owner, self._channels = conninfo, f"{owner} {address}".strip(), channels
        self._address, self._only, self._dial, self._gate = address, lanes, dial, gate
        self._given: set[int] = set()
        self._taken: set[int] = set()
        self._clients: dict[str, Client] = {}
        self._clock, self._book_bytes, self._high_water, self._wait_seconds = (
            clock,
            book_bytes,
            high_water,
            wait_seconds,
        )
        self._lanes = _Lanes(self._open)
        self._places: PostgresReader | None = None
        self._sharing = Sharing(share, self._look, self._here, self._acquire) if share is not None else None
        self.plane = Plane(self._lanes)
        self._noted = threading.Condition()
        self._mail: set[int] = set()
        self._days: dict[int, date] = {}
        self._due: dict[int, date] = {}
        self._stopping = False

    def start(self) -> "Process":
        """Take the lanes and begin; refuse a database that is behind or unknown."""
        check_schema(self.conninfo)
        if self._high_water is not None:
            highwater.check(self.conninfo, self._high_water)
        self._reader = PostgresReader(self.conninfo)
        self._senders: dict[int, Sender] = {}
        try:
            if self._sharing is not None:
                self._sharing.start()
            else:
                for lane in [0, *(row[0] for row in self._reader.due("directory"))]:
                    if self._may_take(lane):
                        self._lanes[lane]
        except BaseException:
            self._stop_lanes()
            raise
        self._keeper = threading.Thread(target=self._keep, name="plane-housekeeper", daemon=True)
        self._keeper.start()
        return self

    def stop(self) -> None:
        """Finish what waits in the lanes, keep the mark, give the leases back."""
        with self._noted:
            self._stopping = True
            self._noted.notify_all()
        self._keeper.join()
        if self._sharing is not None:
            self._sharing.stop()
        self._stop_lanes()
        if self._places is not None:
            self._places.close()
        self._goes_well(self._keep_mark)
        self._reader.close()
        for client in self._clients.values():
            client.close()

    def _stop_lanes(self) -> None:
        for lane in self._lanes.opened():
            lane.stop()

    def __enter__(self) -> "Process":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stopped(self) -> dict[int, str]:
        """Return the lanes that ended by themselves, and why; one that another plane has by now goes on there."""
        return {
            lane.lane: lane.stopped_because
            for lane in self._lanes.opened()
            if lane.is_stopped and not (self._sharing is not None and lane.is_taken_over)
        }

    def readings(self) -> list[Reading]:
        """Return what each lane of this process did, and how it stands."""
        return [lane.reading() for lane in self._lanes.opened()]

    # ── lanes ────────────────────────────────────────────────────────────────
    def _open(self, number: int) -> Lane | RemoteLane | None:
        """Return a lane that is asked for: opened here, or at the plane that has it; None when there is no such lane."""
        if self._sharing is not None:
            return self._found(number, self._sharing.addresses)
        if number and not self._is_registered(number):
            return None
        if not self._may_take(number):
            return self._elsewhere(number)
        lane = self._begun(number, self._wait_seconds)
        self._resumed(lane)
        return lane

    def _begun(self, number: int, wait_seconds: float) -> Lane:
        return Lane(
            number,
            self.conninfo,
            owner=self._owner,
            clock=self._clock,
            book_bytes=self._book_bytes,
            on_commit=self._note,
            address=self._address,
        ).start(wait_seconds)

    def _resumed(self, lane: Lane) -> None:
        reader = PostgresReader(self.conninfo)
        self._resume(lane, reader)
        reader.close()

    def _is_registered(self, number: int) -> bool:
        return (number,) in {tuple(row) for row in self._directory()}

    def _may_take(self, number: int) -> bool:
        return number in self._taken or (number not in self._given and (self._only is None or number in self._only))

    def _elsewhere(self, number: int) -> RemoteLane:
        with psycopg.connect(self.conninfo, autocommit=True) as connection:
            row = connection.execute(statement("lane_owner"), (number,)).fetchone()
        return self._at(number, address_of(row[0]) if row else "")

    def _found(self, number: int, addresses: Mapping[int, str]) -> RemoteLane | None:
        """Return where a shared lane is; who asks for it never waits for its being opened here."""
        if number not in addresses and number and not self._is_registered(number):
            return None
        return self._at(number, addresses.get(number, ""))

    def _at(self, number: int, address: str) -> RemoteLane:
        if not address or address == self._address:
            raise NobodyHasIt(f"no plane that could be asked writes lane {number} now")
        if address not in self._clients:
            self._clients[address] = self._dial(address)
        return RemoteLane(number, address, self._clients[address], lambda: self._lanes.forget(number))

    def _look(self) -> list[Place]:
        """Return where all lanes are; let go of those that another plane has by now."""
        for lane in self._lanes.opened():
            if lane.is_taken_over:
                self._drop(lane)
        if self._places is None:
            self._places = PostgresReader(self.conninfo)
        try:
            places = [Place(*row) for row in self._places.due("lane_places")]
        except psycopg.OperationalError:
            self._places.close()
            self._places = None
            raise
        self._lanes.keep({one.lane: address_of(one.owner) for one in places})
        return places

    def _here(self) -> set[int]:
        return {lane.lane for lane in self._lanes.opened()}

    def _acquire(self, number: int) -> None:
        """Open a lane here, if nobody has it."""
        lane = self._begun(number, 0.0)
        self._given.discard(number)
        self._taken.add(number)
        self._lanes.put(number, lane)
        self._resumed(lane)

    def _hand_over(self) -> None:
        """Let go of the lanes that were drained for others, and take those that were drained for us."""
        for lane in self._lanes.opened():
            if lane.has_left:
                self._let_go(lane)
        for (number,) in self._reader.due("lanes_offered", self._address) if self._address else ():
            if number not in self._here():
                self._acquire(number)

    def _let_go(self, lane: Lane) -> None:
        self._given.add(lane.lane)
        self._drop(lane)

    def _drop(self, lane: Lane) -> None:
        self._taken.discard(lane.lane)
        self._lanes.pop(lane.lane, None)
        lane.stop()
        self._senders.pop(lane.lane, None)
        self._days.pop(lane.lane, None)

    def _directory(self) -> list[Any]:
        with psycopg.connect(self.conninfo, autocommit=True) as connection:
            return connection.execute(statement("directory")).fetchall()

    def _resume(self, lane: Lane, reader: PostgresReader) -> None:
        for run, step in reader.due("runs_running", lane.lane):
            self._step(lane, run, step)
        for day in reader.all(lane.lane, Day):
            assert isinstance(day, Day)
            self._leave(lane.lane, day.business_date)
        self._leave(lane.lane, None)

    # ── notes left by commits (in the lanes' threads) ────────────────────────
    def _note(self, number: int, batch: Batch) -> None:
        for (kind, _), row in (*batch.adds.items(), *batch.changes.items()):
            if kind is Run and isinstance(row, Run) and row.state == "running":
                lane = self._lanes[number]
                assert not isinstance(lane, RemoteLane), "it has just committed"
                self._step(lane, row.id, row.next_step)
            elif kind is Message:
                self._leave(number, None)
            elif kind is Day and isinstance(row, Day):
                self._leave(number, row.business_date)

    def _step(self, lane: Lane, run: str, step: int) -> None:
        body = run_step.Body(run, step)
        lane.enqueue(Instruction(step_id(run, step), run_step.KIND, body), _noticed, own=True)

    def _leave(self, number: int, day: date | None) -> None:
        with self._noted:
            if day is None:
                self._mail.add(number)
                self._noted.notify_all()
            elif self._days.get(number) != day:
                self._days[number] = self._due[number] = day
                self._noted.notify_all()

    # ── the housekeeper ──────────────────────────────────────────────────────
    def _keep(self) -> None:
        mail: set[int] = set()
        due: dict[int, date] = {}
        marked = 0.0
        while self._wait_for_notes(mail, due):
            self._goes_well(self._hand_over)
            here = {lane.lane for lane in self._lanes.opened()}
            mail = (mail | {lane for lane in self._senders if self._channels(lane)}) & here
            due = {lane: day for lane, day in due.items() if lane in here}
            mail = {lane for lane in mail if not self._goes_well(self.carry, lane)}
            due = {lane: day for lane, day in due.items() if not self._goes_well(self.tidy, lane, day)}
            if time.monotonic() - marked > HIGH_WATER_SECONDS and self._goes_well(self._keep_mark):
                marked = time.monotonic()

    def _wait_for_notes(self, mail: set[int], due: dict[int, date]) -> bool:
        """Add what was noted to what an earlier round left undone; return False at the end."""
        with self._noted:
            self._noted.wait_for(lambda: self._stopping or self._mail or self._due, ROUND_SECONDS)
            mail |= self._mail
            due |= self._due
            self._mail.clear()
            self._due.clear()
            return not self._stopping

    def _goes_well(self, act: Callable[..., None], *given: Any) -> bool:
        """Do one piece of housekeeping; what fails harms no other piece, and is done again in the next round."""
        try:
            act(*given)
        except Undecided as error:
            log.info("housekeeping waits: %s", error)
        except psycopg.OperationalError as error:
            log.warning("housekeeping waits for PostgreSQL: %s", error)
            self._read_anew()
        except Exception:
            log.exception("housekeeping goes on in the next round")
        else:
            return True
        return False

    def _read_anew(self) -> None:
        self._reader.close()
        try:
            self._reader = PostgresReader(self.conninfo)
        except psycopg.OperationalError:
            pass  # the next round finds it closed and comes here again

    def carry(self, lane: int) -> None:
        """Carry the messages of a lane once; Undecided when some could not be."""
        sender = self._senders.get(lane)
        if sender is None:
            outbox = PostgresOutbox(lambda: self._reader)
            sender = Sender(lane, outbox, self._channels(lane), self.plane.ask, gate=self._gate(lane))
            self._senders[lane] = sender
        blocked = sender.run().blocked
        if blocked:
            raise Undecided(f"lane {lane}: {len(blocked)} messages")

    def tidy(self, lane: int, day: date) -> None:
        """Do what the custodian's timer owes on a business date; its ids make it happen once, Undecided is for again."""
        for (listing,) in self._reader.due("due_listings", lane, day, day, lane, day):
            body = raise_failure.Body(listing, timer=True)
            self._say(lane, Instruction(f"timer:{listing}:{day.isoformat()}", raise_failure.KIND, body))
        for (hold,) in self._reader.due("due_holds", lane, day):
            self._say(lane, Instruction(expiry_id(hold), hold_expiry.KIND, hold_expiry.Body(hold)))
        for (sale,) in self._reader.due("due_sales", lane, day):
            self._say(lane, Instruction(expiry_id(sale), claim_sale_expiry.KIND, claim_sale_expiry.Body(sale)))
        if lane == 0:
            for (order,) in self._reader.due("due_orders", day):
                name = order_expiry_id(order, day)
                self._say(lane, Instruction(name, legal_expiry.KIND, legal_expiry.Body(order)))
            self._orphans(day)

    def _orphans(self, day: date) -> None:
        """Give back what was reserved for an instruction that was refused, or never came: then its id is barred first."""
        reserving = [kind for kind, found in operations().items() if found.epilogue is not None]
        for reservation, lane, instruction_id, is_free in self._reader.due("orphans", reserving, day):
            barring = Instruction(instruction_id, bar.KIND, bar.Body("its reservation was reviewed"))
            if not is_free or self._say(lane, barring).code is Code.barred:
                given_back = limit_release.Body(reservation)
                self._say(0, Instruction(release_id(reservation), limit_release.KIND, given_back))

    def _say(self, lane: int, instruction: Instruction) -> Answer:
        answer = self.plane.ask(lane, instruction)
        if answer.seq is None and answer.code in TRANSIENT:
            raise Undecided(f"lane {lane}: {instruction.kind} {instruction.id}: {answer.code.name}")
        if answer.code is not Code.done:
            log.info("lane %s: %s %s", lane, instruction.kind, answer.code.name)
        return answer

    def _keep_mark(self) -> None:
        if self._high_water is not None:
            highwater.keep(self.conninfo, self._high_water)


class PostgresOutbox:
    """The outbox of a lane, by its partial index."""

    def __init__(self, reader: Callable[[], PostgresReader]) -> None:
        self._reader = reader

    def waiting(self, lane: int) -> list[Message]:
        """Return the messages nobody took yet, oldest first."""
        return self._in(lane, ["waiting"])

    def unanswered(self, lane: int) -> list[Message]:
        """Return the messages that left, or may have left, and have no answer, oldest first."""
        return self._in(lane, ["sending", "sent", "in_doubt"])

    def is_payout(self, lane: int, payment: str) -> bool:
        """Return whether a payment is a payout; any other is a client's withdrawal."""
        return bool(self._reader().rows(lane, Payout, [payment]))

    def stopped(self, lane: int, payments: Sequence[str]) -> set[str]:
        """Return the payments among these that wait: clients' until their pool is covered, all while nothing may leave."""
        return {payment for (payment,) in self._reader().due("payments_stopped", lane, list(payments))}

    def restored(self, lane: int) -> Restored | None:
        """Return the last restore of a lane that was declared."""
        return self._reader().head(lane).restored

    def released(self, lane: int, epoch: int) -> set[str]:
        """Return the payments that two people released since a restore."""
        return {message for (message,) in self._reader().due("payments_released", lane, epoch)}

    def known(self, lane: int, messages: Sequence[str]) -> set[str]:
        """Return which messages the lane has."""
        return {message for (message,) in self._reader().due("outbox_known", lane, list(messages))}

    def _in(self, lane: int, states: list[str]) -> list[Message]:
        return [Message(*row) for row in self._reader().due("outbox_waiting", lane, states)]


class _Lanes(dict[int, Lane | RemoteLane]):
    """Lanes by number, opened, or looked for at another plane, when they are first asked for."""

    def __init__(self, open_lane: Callable[[int], Lane | RemoteLane | None]) -> None:
        super().__init__()
        self._open, self._lock = open_lane, threading.Lock()

    def forget(self, number: int) -> None:
        """Look for a lane of another plane anew when it is asked for again."""
        with self._lock:
            if isinstance(self.get(number), RemoteLane):
                self.pop(number)

    def put(self, number: int, lane: Lane) -> None:
        """Have a lane here from now on."""
        with self._lock:
            self[number] = lane

    def keep(self, addresses: Mapping[int, str]) -> None:
        """Forget the lanes of other planes that are not where they were."""
        for number, lane in dict(self).items():
            if isinstance(lane, RemoteLane) and lane.address != addresses.get(number):
                self.forget(number)

    def __missing__(self, number: int) -> Lane | RemoteLane:
        with self._lock:
            if number not in self.keys():
                lane = self._open(number)
                if lane is None:
                    raise KeyError(number)
                self[number] = lane
            return self[number]

    def __contains__(self, number: object) -> bool:
        try:
            return isinstance(number, int) and self[number] is not None
        except KeyError:
            return False

    def opened(self) -> list[Lane]:
        """Return the lanes that run here, lane 0 last: others still answer to it."""
        here = dict(self)
        return [lane for _, lane in sorted(here.items(), reverse=True) if isinstance(lane, Lane)]


def _noticed(answer: Answer) -> None:
    """A step's answer is in the books; a step that was refused is a mistake of ours and is told."""
    if answer.code not in (Code.done, *TRANSIENT):  # what was not decided is asked again at the next start
        log.error("a step of a run was refused: %s %s", answer.id, answer.code.name)
