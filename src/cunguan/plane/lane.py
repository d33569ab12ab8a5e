"""Lane (通道): one platform's line of instructions, one fenced writer, total order, no gaps.

When    callers submit; the lane coalesces them into batches, decides in order, writes each batch once
Shape   three threads: the decider owns book and queue; the writer owns two connections; the keeper renews
        the lease. While batch n commits, n+1 is copied and n+2 is decided; nothing else overlaps
Returns an Answer for each instruction, only after PostgreSQL's COMMIT; in_doubt when nobody can know yet
Errors  a stale fence, a clock that went wrong, a store that contradicts the book: the lane stops; a store that is
        not there: the lane waits for it
Source  design/lanes.md rules 1-12
"""

import logging
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import TypeVar

import msgspec
import psycopg

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.ledger.book import Book
from cunguan.plane import groups
from cunguan.plane.metrics import Counts, Reading
from cunguan.plane.runner import BATCH_ITEMS, Item, Refusal, Runner, admit, replay, seen
from cunguan.store import postgres
from cunguan.store.batch import Batch, Fenced, Refused, Stored
from cunguan.store.sqlfiles import statement
from cunguan.store.wire import ALIVE, Lost

log = logging.getLogger(__name__)

QUEUE_ITEMS = 20_000
QUEUE_BYTES = 32 * 2**20
LEASE_SECONDS = 3.0
RENEW_SECONDS = 1.0
DOUBT_SECONDS = 5.0
CLOCK_BACK_SECONDS = 2.0
CLOCK_AHEAD_SECONDS = 60.0
FEED_ITEMS = 250

#: what a group hears that PostgreSQL refuses: our own mistake
POISONED = Refusal(None, Code.in_doubt, "nothing of the group was done; the custodian looks at it; ask again later")

Sink = Callable[[Answer], None]
T = TypeVar("T")


class LaneTaken(RuntimeError):
    """Another writer holds the lane's lease."""


class LaneStopped(RuntimeError):
    """The lane does not take instructions any more."""


class Clock:
    """The wall clock; a virtual one (sandbox, demo, simulation) overrides `now` and is_virtual."""

    is_virtual = False

    def now(self) -> datetime:
        """Return the instant."""
        return datetime.now(UTC)


class VirtualClock(Clock):
    """A clock that stands still until it is moved."""

    is_virtual = True

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return the instant it was set to."""
        return self.at


class Waiting(msgspec.Struct, gc=False, eq=False):
    """What is decided together, one instruction or a group, and who waits for each answer.

    after  the same ids, sent again meanwhile
    """

    items: list[Item]
    sinks: list[Sink]
    after: list["Waiting"]
    is_group: bool = False


class Writer:
    """The writer's thread: copies n+1 while n commits, and sends n+1's end only after n's answer."""

    def __init__(
        self,
        conninfo: str,
        lane: int,
        changed: threading.Condition,
        committed: Callable[[Batch], None],
        counts: Counts,
    ) -> None:
        self._changed, self._committed, self._counts = changed, committed, counts
        self._sent_at = 0.0
        self._wires: list[postgres.PostgresWriter] = []
        try:
            for _ in range(2):
                self._wires.append(postgres.PostgresWriter(conninfo, postgres.writer_name(lane)))
        except BaseException:
            self._close()
            raise
        self._handed: deque[Batch] = deque()
        self._unfinished: deque[Batch] = deque()
        self._wake, self._waker = socket.socketpair()
        self._stopping = False
        self.is_free = True  # the end of the last batch was sent: the decider may hand the next
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="lane-writer", daemon=True)
        self._thread.start()

    def hand(self, batch: Batch) -> None:
        """Give the next batch."""
        with self._changed:
            self.is_free = False
        self._unfinished.append(batch)
        self._handed.append(batch)
        self._waker.send(b"!")

    def stop(self) -> list[Batch]:
        """Stop after what was handed is committed; return the batches that did not get there."""
        if not self._stopping:
            self._stopping = True
            self._waker.send(b"!")
            self._thread.join()
            self._close()
            self._wake.close()
            self._waker.close()
        return list(self._unfinished)

    def _close(self) -> None:
        for wire in self._wires:
            wire.close()

    def _run(self) -> None:
        try:
            self._loop()
        except BaseException as error:  # the decider owns recovery
            self._free(error)

    def _free(self, error: BaseException | None = None) -> None:
        with self._changed:
            self.error = error
            self.is_free = True
            self._changed.notify_all()

    def _loop(self) -> None:
        flying: tuple[postgres.PostgresWriter, Batch] | None = None
        turn = 0
        while True:
            batch = self._next(flying)
            if batch is None and flying is None:
                return
            if batch is None:
                self._land(flying)
                flying = None
                continue
            wire, turn = self._wires[turn], 1 - turn
            self._copy(wire, batch, flying)
            self._land(flying)
            self._sent_at = time.perf_counter()
            wire.end(batch)
            flying = (wire, batch)
            self._free()

    def _copy(
        self, wire: postgres.PostgresWriter, batch: Batch, flying: tuple[postgres.PostgresWriter, Batch] | None
    ) -> None:
        try:
            wire.copy(batch)
        except Refused:
            self._land(flying)  # the batch before is sound: its callers are answered
            raise

    def _land(self, flying: tuple[postgres.PostgresWriter, Batch] | None) -> None:
        if flying is not None:
            flying[0].wait()
            self._counts.commit_seconds += time.perf_counter() - self._sent_at
            self._unfinished.popleft()
            self._committed(flying[1])

    def _next(self, flying: tuple[postgres.PostgresWriter, Batch] | None) -> Batch | None:
        """Return the next batch; None when the one in flight is answered first, or at the end."""
        while not self._handed:
            if flying is None and self._stopping:
                return None
            poll = select.poll()
            poll.register(self._wake, select.POLLIN)
            if flying is not None:
                poll.register(flying[0].wire.fileno(), select.POLLIN)
            ready = {fd for fd, _ in poll.poll()}
            if self._wake.fileno() in ready:
                self._wake.recv(4096)
            if flying is not None and flying[0].wire.fileno() in ready and flying[0].wire.is_answered():
                return None
        return self._handed.popleft()


class Lane:
    """One lane's writer in this process."""

    def __init__(
        self,
        lane: int,
        conninfo: str,
        *,
        owner: str,
        clock: Clock | None = None,
        book_bytes: int | None = 512 * 2**20,
        lease_seconds: float = LEASE_SECONDS,
        on_commit: Callable[[int, Batch], None] | None = None,
        address: str = "",
    ) -> None:
        self.lane, self.conninfo, self.owner, self.address = lane, conninfo, owner, address
        self.left_to = ""  # the plane that shall have the lane: it drains, and is given back
        self.clock = clock or Clock()
        self.stopped_because = ""
        self.is_taken_over = False  # it ended because another writer has the lane
        self.counts = Counts()
        self._on_commit = on_commit
        self._book_bytes, self._lease_seconds = book_bytes, lease_seconds
        self._changed = threading.Condition()
        self._queue: deque[Waiting] = deque()
        self._queue_items = self._queue_bytes = 0
        self._flying: dict[bytes, Waiting] = {}
        self._poison: set[tuple[bytes, ...]] = set()  # groups that PostgreSQL refuses, until the next start
        self._singles = 0
        self._stopping = False
        self._doubting = False
        self._is_lost = False  # the lease was not ours when it was to be renewed: the fence tells whether it still is
        self._renewed = 0.0
        self._finished = threading.Event()

    # ── life ─────────────────────────────────────────────────────────────────
    def start(self, wait_seconds: float = 0.0) -> "Lane":
        """Take the lane and begin; LaneTaken when another writer's lease still runs after the wait."""
        postgres.check_schema(self.conninfo)
        deadline = time.monotonic() + wait_seconds
        while (head := postgres.take(self.conninfo, self.lane, self.owner, self._lease_seconds, self.address)) is None:
            if time.monotonic() > deadline:
                raise LaneTaken(
                    f"lane {self.lane} is written by another process; its lease runs {self._lease_seconds:g} s"
                )
            time.sleep(0.05)
        self._token, self._head = head.token, head.head
        with psycopg.connect(self.conninfo, autocommit=True, **ALIVE) as connection:
            self._renew(connection)  # ClockWrong, before a batch is written under a wrong instant
        self._connect()
        self._decider = threading.Thread(target=self._run, name=f"lane-{self.lane}", daemon=True)
        self._keeper = threading.Thread(target=self._keep, name=f"lease-{self.lane}", daemon=True)
        self._decider.start()
        self._keeper.start()
        return self

    def stop(self) -> None:
        """Take nothing more, finish what waits, give the lease back."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._decider.join()
        self._finished.set()
        self._keeper.join()

    @property
    def is_stopped(self) -> bool:
        """Whether the lane has ended by itself; `stopped_because` says why."""
        return bool(self.stopped_because)

    @property
    def has_left(self) -> bool:
        """Whether the lane was drained for another plane and its lease given back."""
        return bool(self.left_to) and not self._keeper.is_alive()

    def has_lease(self) -> bool:
        """Return whether the last successful renewal was sent within two thirds of a lease: two seconds."""
        return time.monotonic() - self._renewed < self._lease_seconds * 2 / 3

    def reading(self) -> Reading:
        """Return what the lane did here, and how it stands."""
        counts = self.counts
        return Reading(
            self.lane, {code.name: count for code, count in list(counts.codes.items())}, counts.batches,
            counts.commit_seconds, counts.recoveries, self._queue_items, self._head, self.has_lease(),
        )  # fmt: skip

    def _connect(self) -> None:
        reader = postgres.PostgresReader(self.conninfo)
        try:
            runner = Runner(self.lane, reader, Book(self._book_bytes))
            runner.token = self._token
            self._writer = Writer(self.conninfo, self.lane, self._changed, self._commit, self.counts)
        except BaseException:
            reader.close()
            raise
        self._reader, self._runner = reader, runner

    # ── callers ──────────────────────────────────────────────────────────────
    def submit(self, instruction: Instruction) -> "Future[Answer]":
        """Hand in one instruction; the future holds the answer after COMMIT."""
        future: Future[Answer] = Future()
        future.set_running_or_notify_cancel()  # what was handed in cannot be taken back
        self.enqueue(instruction, future.set_result)
        return future

    def enqueue(self, instruction: Instruction, sink: Sink, *, own: bool = False) -> None:
        """Hand in one instruction; `sink` is called once with the answer, from a thread of the lane or at once.

        own   the plane's own, as the next step of a run: it is not turned away when the queue is full
        """
        admitted = admit(instruction, self.lane)
        if isinstance(admitted, Answer):
            _tell_all([sink], [admitted])
        else:
            self._push(Waiting([admitted], [sink], []), own)

    def enqueue_group(self, instructions: Sequence[Instruction], sinks: Sequence[Sink]) -> None:
        """Hand in a group, of which all are done or none; each sink hears the answer of its instruction."""
        items, refused = groups.admit_group(instructions, self.lane)
        if refused:
            _tell_all(sinks, refused)
        else:
            self._push(Waiting(items, list(sinks), [], True), False)

    def _push(self, waiting: Waiting, own: bool) -> None:
        refusal = self._taken(waiting, own)
        if refusal is not None:
            _turn_away(waiting, refusal, self._why_not())

    def _why_not(self) -> str:
        moving = f"the lane moves to {self.left_to}: " if self.left_to else ""
        return self.stopped_because or f"{moving}try again later with the same id"

    def _taken(self, waiting: Waiting, own: bool) -> Code | None:
        size = _bytes(waiting)
        with self._changed:
            if self._stopping or self.stopped_because or self._doubting:
                return Code.lane_stopped
            is_full = self._queue_items + len(waiting.items) > QUEUE_ITEMS or self._queue_bytes + size > QUEUE_BYTES
            if is_full and not own:
                return Code.lane_busy
            self._queue.append(waiting)
            self._queue_items += len(waiting.items)
            self._queue_bytes += size
            if len(self._queue) == 1:
                self._changed.notify_all()
        return None

    # ── the decider ──────────────────────────────────────────────────────────
    def _run(self) -> None:
        try:
            while self._wait_for_work():
                try:
                    self._one_batch()
                except (Fenced, Refused, ConnectionError, psycopg.OperationalError, psycopg.InterfaceError) as error:
                    self._recover(error)
            self._doubt(self._writer.stop())
            self._empty()
            if self.left_to:
                self._finished.set()
        except BaseException as error:
            log.exception("lane %s stops", self.lane)
            self.is_taken_over = isinstance(error, Fenced)
            self._halt(f"{type(error).__name__}: {error}")
            self._writer.stop()
        finally:
            self._reader.close()

    def _wait_for_work(self) -> bool:
        """Return True when something waits or failed, False when the lane is to end."""
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._stopping or self._has_failed() or self.stopped_because)
            return bool(self._queue or self._has_failed()) and not self.stopped_because

    def _has_failed(self) -> bool:
        return self._is_lost or self._writer.error is not None

    def _one_batch(self) -> None:
        """Decide what waits until the writer has sent the batch before, then hand this one over."""
        open_: list[Waiting] = []
        fresh: list[Waiting] = []
        try:
            self._check_writer()
            runner = self._runner
            runner.open(self._now())
            while not self._is_full(len(runner.batch.entries)):
                fresh = self._pull(1 if self._singles else FEED_ITEMS)
                fresh = self._without_stored(fresh)
                while fresh and not runner.closed:
                    taken, fresh = self._feed(fresh)
                    open_ += taken
                self._put_back(fresh)
                fresh = []
                if self._wait_for_more_or_writer(bool(open_)):
                    break
            if open_:
                self._wait_for_writer()
                self._singles = max(0, self._singles - len(runner.batch.entries))
                self._writer.hand(runner.finish())
        except BaseException:
            self._put_back(open_ + fresh)
            raise

    def _is_full(self, count: int) -> bool:
        return bool(count) and (self._runner.closed or bool(self._singles) or count >= BATCH_ITEMS)

    def _wait_for_more_or_writer(self, has_open: bool) -> bool:
        """Return True when the batch is to be closed: the writer is free, or nothing is open and nothing waits."""
        with self._changed:
            if has_open:
                self._changed.wait_for(lambda: self._queue or self._writer.is_free or self._stopping)
                return self._writer.is_free or not self._queue
            return not self._queue

    def _wait_for_writer(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._writer.is_free)
        self._check_writer()

    def _check_writer(self) -> None:
        if self._writer.error is not None:
            raise self._writer.error
        if self._is_lost:
            raise Fenced("the lease was not renewed")

    def _feed(self, fresh: list[Waiting]) -> tuple[list[Waiting], list[Waiting]]:
        """Decide a group, or what comes before the next group; return what is in the batch now, and what is left."""
        if fresh[0].is_group:
            return self._feed_group(fresh)
        before = next((place for place, one in enumerate(fresh) if one.is_group), len(fresh))
        taken = self._runner.feed([one.items[0] for one in fresh[:before]])
        return fresh[:taken], fresh[taken:]

    def _feed_group(self, fresh: list[Waiting]) -> tuple[list[Waiting], list[Waiting]]:
        group, *rest = fresh
        is_decided, refusal = (True, POISONED) if _keys(group) in self._poison else self._runner.feed_group(group.items)
        if refusal is not None:
            self._refuse(group, refusal)
            return [], rest
        return ([group], rest) if is_decided else ([], fresh)

    def _refuse(self, group: Waiting, refusal: Refusal) -> None:
        """Tell a group that nothing of it was done. That is stored nowhere: it is said while the lease surely is ours."""
        self._release(group)
        self._singles = max(0, self._singles - len(group.items))
        if self.has_lease():
            heard = groups.answers([item.instruction.id for item in group.items], refusal)
            self.counts.codes.update(answer.code for answer in heard)
            _tell_all(group.sinks, heard)
        else:
            _turn_away(group, Code.lane_stopped, "another plane may have the lane; ask again with the same ids")
        self._return(group.after)

    def _pull(self, most: int) -> list[Waiting]:
        """Take the next instructions; one whose id is in flight already waits for that batch."""
        fresh, pulled = [], 0
        with self._changed:
            while self._queue and pulled < most:
                one = self._queue.popleft()
                pulled += len(one.items)
                self._queue_items -= len(one.items)
                self._queue_bytes -= _bytes(one)
                first = self._in_flight(one)
                if first is None:
                    fresh.append(one)
                else:
                    first.after.append(one)
        return fresh

    def _in_flight(self, one: Waiting) -> Waiting | None:
        """Return who has one of these ids in flight; when nobody has, this one has them now."""
        flying = self._flying
        for item in one.items:
            if item.key16 in flying:
                return flying[item.key16]
        for item in one.items:
            flying[item.key16] = one
        return None

    def _release(self, one: Waiting) -> None:
        with self._changed:
            for item in one.items:
                self._flying.pop(item.key16, None)

    def _put_back(self, waiting: Sequence[Waiting]) -> None:
        """Return to the front of the queue, in their order and unanswered, what was in flight."""
        for one in waiting:
            self._release(one)
        self._return(waiting)

    def _return(self, waiting: Sequence[Waiting]) -> None:
        with self._changed:
            for one in reversed(waiting):
                self._queue.appendleft(one)
                self._queue_items += len(one.items)
                self._queue_bytes += _bytes(one)
            self._changed.notify_all()

    def _without_stored(self, fresh: list[Waiting]) -> list[Waiting]:
        """Answer what is stored already from its first answer; return what is new."""
        stored = seen(self._reader, self.lane, [item.key16 for one in fresh for item in one.items])
        if not stored:
            return fresh
        new = []
        for one in fresh:
            if any(item.key16 in stored for item in one.items):
                self._release(one)
                self._tell(one, stored)
            else:
                new.append(one)
        return new

    def _tell(self, one: Waiting, stored: dict[bytes, Stored]) -> None:
        """Answer from what is stored."""
        if one.is_group:
            _tell_all(one.sinks, groups.earlier(one.items, stored))
        else:
            _tell_all(one.sinks, [replay(one.items[0], stored[one.items[0].key16])])
        if one.after:
            self._follow(one.after, stored)

    def _follow(self, after: list[Waiting], stored: dict[bytes, Stored]) -> None:
        """Answer who asked for the same meanwhile; a group, and who is not answered by that, is looked at anew."""
        anew = []
        for again in after:
            if again.is_group or again.items[0].key16 not in stored:
                anew.append(again)
            else:
                self._tell(again, stored)
        if anew:
            self._return(anew)

    def _now(self) -> datetime:
        now = self.clock.now()
        if not self.clock.is_virtual and (self._runner.at - now).total_seconds() > CLOCK_BACK_SECONDS:
            raise ClockWrong(f"the clock says {now}, the last batch was decided at {self._runner.at}")
        return now

    # ── after COMMIT (in the writer's thread) ────────────────────────────────
    def _commit(self, batch: Batch) -> None:
        self.counts.landed(batch)
        self._head = batch.last_seq
        with self._changed:
            landed = [self._flying.pop(entry.key16, None) for entry in batch.entries]
        self._runner.book.committed(batch.number)
        place = 0
        while place < len(landed):
            one = landed[place]
            entries = batch.entries[place : place + (len(one.items) if one is not None else 1)]
            place += len(entries)
            if one is None:
                continue  # the lane was halted meanwhile, and he was told `in_doubt`
            _tell_all(one.sinks, [entry.answer() for entry in entries])
            if one.after:
                self._follow(one.after, {entry.key16: entry.stored() for entry in entries})
        if self._on_commit is not None:
            self._on_commit(self.lane, batch)

    # ── when something fails ─────────────────────────────────────────────────
    def _recover(self, error: BaseException) -> None:
        """Roll back what is not committed, learn what is, and begin again from the store (rule 5)."""
        log.warning("lane %s: %s: %s", self.lane, type(error).__name__, error)
        self.counts.recoveries += 1
        unfinished = self._writer.stop()
        self._reader.close()
        if isinstance(error, Refused) and unfinished:
            self._suspect(unfinished[0], error)
        head = self._insist(self._fence, unfinished)
        for batch in unfinished:
            if batch.last_seq <= head:  # ours: nobody else wrote since our token, or the fence would have said so
                self._commit(batch)
        self._put_back(self._waiting_for(batch for batch in unfinished if batch.last_seq > head))
        self._insist(self._connect, [])

    def _suspect(self, batch: Batch, error: Refused) -> None:
        """Re-decide one a batch until the culprit is found; it alone is quarantined."""
        if "instruction_id_is_used_once" in str(error):
            raise error  # the look-up before decide missed it: a bug that stops the lane
        one, *others = self._waiting_for([batch])
        if others:
            self._singles = len(batch.entries)
        elif one.is_group:
            log.error("a group cannot be done: lane %s, %s: %s", self.lane, one.items[0].instruction.id, error)
            self._poison.add(_keys(one))
            self._refuse(one, POISONED)
        elif one.items[0].poisoned:
            raise error
        else:
            log.error("instruction quarantined: lane %s, kind %s: %s", self.lane, one.items[0].operation.kind, error)
            one.items[0].poisoned = True
            self._singles = 1

    def _waiting_for(self, batches: Iterable[Batch]) -> list[Waiting]:
        """Return what waits for these batches, in their order."""
        found = (self._flying.get(entry.key16) for batch in batches for entry in batch.entries)
        return [one for one in dict.fromkeys(found) if one is not None]

    def _fence(self) -> int:
        """Raise the fence against what may still arrive, and return the head."""
        head = postgres.fence_again(self.conninfo, self.lane, self.owner, self._token, self._lease_seconds)
        if head is None:
            raise Fenced(f"lane {self.lane} was taken over by another writer")
        self._token, self._is_lost = head.token, False
        return head.head

    def _insist(self, attempt: Callable[[], T], unfinished: list[Batch]) -> T:
        """Return what an attempt returns once PostgreSQL is there; after five seconds say `in_doubt`."""
        deadline = time.monotonic() + DOUBT_SECONDS
        while True:
            try:
                result = attempt()
                break
            except (psycopg.OperationalError, Lost) as error:
                log.warning("lane %s: %s", self.lane, error)
                if time.monotonic() > deadline and not self._doubting:
                    self._tell_doubt(unfinished)
                if self.stopped_because or (self._stopping and self._doubting):
                    raise
                time.sleep(0.1)
        with self._changed:
            self._doubting = False
        return result

    def _tell_doubt(self, unfinished: list[Batch]) -> None:
        """Tell everybody who waits that the outcome is unknown; the instructions stay where they are."""
        with self._changed:
            self._doubting = True
            waiting = [*self._waiting_for(unfinished), *self._queue]
        for one in waiting:
            _doubt_all(one)

    def _doubt(self, unfinished: list[Batch]) -> None:
        for one in self._waiting_for(unfinished):
            self._release(one)
            _doubt_all(one)

    def _empty(self) -> None:
        """Turn away what came back to the queue when the last batch had landed: nothing of it is stored."""
        with self._changed:
            waiting = list(self._queue)
            self._queue.clear()
        for one in waiting:
            _turn_away(one, Code.lane_stopped, self._why_not())

    def _halt(self, why: str) -> None:
        with self._changed:
            self.stopped_because = self.stopped_because or why
            waiting = dict.fromkeys([*self._flying.values(), *self._queue])
            self._flying.clear()
            self._queue.clear()
            self._changed.notify_all()
        for one in waiting:
            _doubt_all(one)
        self._finished.set()

    # ── the lease ────────────────────────────────────────────────────────────
    def _keep(self) -> None:
        connection: psycopg.Connection | None = None
        while not self._finished.wait(min(RENEW_SECONDS, self._lease_seconds / 3)):
            try:
                connection = connection or psycopg.connect(self.conninfo, autocommit=True, **ALIVE)
                self._renew(connection)
            except psycopg.OperationalError:
                if connection is not None:
                    connection.close()
                connection = None
            except ClockWrong as error:
                self._halt(str(error))
        if connection is not None:
            connection.close()
        if not self.stopped_because:
            self._give_back()

    def _give_back(self) -> None:
        try:
            with psycopg.connect(self.conninfo, autocommit=True, **ALIVE) as last:
                last.execute(statement("lease_give_back"), self._lease())
        except psycopg.OperationalError as error:
            log.warning("lane %s: the lease runs out by itself: %s", self.lane, error)

    def _renew(self, connection: psycopg.Connection) -> None:
        sent = time.monotonic()
        row = connection.execute(statement("lease_renew"), {**self._lease(), "seconds": self._lease_seconds}).fetchone()
        if row is None:  # run out, taken, or under a newer token of ours: the decider asks the fence
            with self._changed:
                self._is_lost = True
                self._changed.notify_all()
            return
        self._renewed = sent
        if row[1] not in ("", self.address) and not self.left_to:
            self._leave(row[1])
        ahead = self.clock.now().timestamp() - row[0]
        if not self.clock.is_virtual and ahead > CLOCK_AHEAD_SECONDS:
            raise ClockWrong(f"the clock is {ahead:.0f} s ahead of PostgreSQL's")

    def _leave(self, successor: str) -> None:
        """Take nothing more and finish what waits: another plane shall have the lane."""
        log.info("lane %s is drained for %s", self.lane, successor)
        with self._changed:
            self.left_to, self._stopping = successor, True
            self._changed.notify_all()

    def _lease(self) -> dict[str, object]:
        return {"lane": self.lane, "owner": self.owner, "token": self._token}


class ClockWrong(RuntimeError):
    """The machine's clock went back, or ran ahead."""


def _keys(one: Waiting) -> tuple[bytes, ...]:
    return tuple(item.key16 for item in one.items)


def _bytes(one: Waiting) -> int:
    return sum(len(item.body) for item in one.items) if one.is_group else len(one.items[0].body)


def _tell_all(sinks: Sequence[Sink], answers: Sequence[Answer]) -> None:
    """Tell callers; one who cannot hear harms neither the others nor the lane. Who was told `in_doubt` has no sink more."""
    for sink, answer in zip(sinks, answers, strict=False):
        try:
            sink(answer)
        except Exception:
            log.exception("the caller of %s could not be told", answer.id)


def _turn_away(one: Waiting, code: Code, why: str) -> None:
    _tell_all(one.sinks, [Answer(item.instruction.id, code, why=why) for item in one.items])


def _doubt_all(one: Waiting) -> None:
    _turn_away(one, Code.in_doubt, "ask again with the same id")
    one.sinks.clear()
    for again in one.after:
        _doubt_all(again)
    one.after.clear()
