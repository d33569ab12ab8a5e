"""Runner: load once, decide in order, and hand the store one batch to write.

When    a lane has instructions waiting; the same functions serve API, batch, replay, simulator and test
Reads   what the book misses, in one read a kind, before the first decision
Returns a Batch; it is not committed yet. An item whose decision raised is quarantined alone (rule 6)
Source  design/lanes.md rules 6, 8, 9, 10, 12
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

import msgspec
import psycopg
from msgspec.structs import replace

from cunguan import __version__
from cunguan.kernel.canonical import canonical_json, key16
from cunguan.kernel.codes import Code
from cunguan.kernel.ids import again_id, is_id, resolution_id
from cunguan.kernel.instruction import Answer, Confirmation, Decision, Given, Instruction
from cunguan.kernel.rows import Day, Earlier, Holder
from cunguan.keys import evidence
from cunguan.ledger.book import Book, Miss
from cunguan.operations.catalogue import Operation, operations, reserved_prefixes
from cunguan.operations.seizing import gains, opened, seized
from cunguan.policy.evaluate import PACKS, rule_set_hash
from cunguan.store.batch import Batch, Entry, Reader, Stored

log = logging.getLogger(__name__)

BATCH_ITEMS = 1_000
BATCH_POSTINGS = 5_000
NO_DATE = date.min
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ALARMS = frozenset({Code.pool_named_by_order})  # somebody is to be told at once
NUL = rb"\u0000"  # as JSON writes it; PostgreSQL has no text with it, not even to look for


class Item(msgspec.Struct, gc=False):
    """An admitted instruction: its canonical body and its verified confirmation."""

    instruction: Instruction
    operation: Operation
    body: bytes
    key16: bytes
    confirmation: Confirmation | None
    poisoned: bool = False  # PostgreSQL refused it: it is stored as quarantined, without a posting


class Refusal(msgspec.Struct, frozen=True):
    """Why a group was refused: by what became of one member, or as it is (`place` None)."""

    place: int | None
    code: Code
    why: str = ""
    detail: dict[str, object] = {}


# ── admission: outside the writer's order, no facts needed ───────────────────
def admit(instruction: Instruction, lane: int) -> Item | Answer:
    """Return the item a lane may take, or why not; what is not admitted leaves the id free."""
    if not is_id(instruction.id):
        return Answer(instruction.id, Code.id_malformed, why="an id is 1 to 200 of letters, digits and _.:/@+#=-")
    operation = operations().get(instruction.kind)
    if operation is None:
        return Answer(instruction.id, Code.unknown_kind, why=f"there is no instruction {instruction.kind!r}")
    if not isinstance(instruction.body, operation.body):
        return Answer(instruction.id, Code.malformed, why=f"the body is not that of {instruction.kind}")
    if (operation.lane == "custodian") != (lane == 0) and operation.lane != "both":
        return Answer(instruction.id, Code.unknown_lane, why=f"{instruction.kind} belongs to a {operation.lane}'s lane")
    for prefix, kinds in reserved_prefixes().items():
        if instruction.id.startswith(prefix) and instruction.kind not in kinds:
            why = f"ids that begin with {prefix} belong to {', '.join(sorted(kinds))}"
            return Answer(instruction.id, Code.id_malformed, why=why)
    body = canonical_json(instruction.body)
    if NUL in body:
        return Answer(instruction.id, Code.malformed, why="a text with a NUL in it cannot be stored")
    return Item(instruction, operation, body, key16(instruction.id), _confirmation(instruction, operation, lane, body))


def _confirmation(instruction: Instruction, operation: Operation, lane: int, body: bytes) -> Confirmation | None:
    given = instruction.evidence
    if given is None or operation.authority_text is None:
        return None
    text = operation.authority_text(instruction, lane)
    if text is None:
        return None
    holds = evidence.verify(given.kind, given.public_key, text.challenge(), given.signature, body)
    return Confirmation(text, given, holds)


# ── sameness: the first answer for ever ──────────────────────────────────────
def replay(item: Item, stored: Stored) -> Answer:
    """Return the first answer if the message is the same; else say what differs."""
    if stored.id != item.instruction.id or stored.kind != item.instruction.kind:
        return Answer(item.instruction.id, Code.exists_with_different_kind, why=f"the id was used for {stored.kind}")
    if stored.version == item.operation.version and stored.body == item.body:
        return stored.answer()
    first = msgspec.json.decode(stored.body)
    fields = [name for name, value in msgspec.json.decode(item.body).items() if first.get(name) != value]
    return Answer(item.instruction.id, _DIFFERENT.get(fields[0], Code.exists_with_different_field) if fields else
                  Code.exists_with_different_body, why=f"the id was used with another {', '.join(fields)}")  # fmt: skip


def seen(store: Reader, lane: int, keys: Sequence[bytes]) -> dict[bytes, Stored]:
    """Return what is to be told under ids; of a quarantined one that two people resolved, the outcome."""
    found = store.seen(lane, list(keys)) if keys else {}
    return {key: _outcome(store, lane, stored) for key, stored in found.items()}


def _outcome(store: Reader, lane: int, first: Stored) -> Stored:
    """Follow a quarantined instruction to where it was driven again, as often as it was; it keeps its id and body."""
    last = first
    while last.state == "quarantined":
        resolution, again = key16(resolution_id(last.id)), key16(again_id(last.id))
        found = store.seen(lane, [resolution, again])
        resolved = found.get(resolution)
        if resolved is None or resolved.state != "done":
            return first
        asked = msgspec.json.decode(resolved.body)
        if asked["outcome"] == "refused":
            return replace(first, state="refused", code=Code.refused_by_two_names, why=asked["reason"])
        if again not in found:
            return first  # allowed, and not handed in yet
        last = found[again]
    return (
        first if last is first else replace(last, id=first.id, kind=first.kind, version=first.version, body=first.body)
    )


_DIFFERENT = {
    "amount_minor": Code.exists_with_different_amount,
    "holder": Code.exists_with_different_holder,
    "lender": Code.exists_with_different_holder,
    "listing": Code.exists_with_different_listing,
}


# ── loading ──────────────────────────────────────────────────────────────────
def prefetch(items: Sequence[Item], book: Book, store: Reader, lane: int, given: Given) -> None:
    """Load what the items will read: one read a kind, again for what the first read pointed to."""
    waiting = list(items)
    while waiting:
        waiting = [item for item in waiting if not _is_loaded(item, book, given)]
        if waiting:
            fill(book, store, lane)


def _is_loaded(item: Item, book: Book, given: Given) -> bool:
    try:
        item.operation.load(item.instruction, book, given)
    except Miss:
        return False
    except Exception:
        return True  # it raises again when its turn comes, and is quarantined there
    return True


def fill(book: Book, store: Reader, lane: int) -> None:
    """Load everything the book missed since the last fill."""
    misses = book.take_misses()
    assert misses, "an operation missed a fact without saying which"
    for kind, ids in misses.rows.items():
        rows = store.rows(lane, kind, list(ids))
        book.fill_rows(kind, ids, rows, _balances(store, lane, rows))
    for (kind, field), values in misses.indexes.items():
        found = store.index(lane, kind, field, list(values))
        balances = _balances(store, lane, found)
        for value in values:
            book.fill_index(kind, field, value, [row for row in found if getattr(row, field) == value], balances)
    for kind, ids in misses.foreign.items():
        book.fill_foreign(kind, ids, store.rows(0, kind, list(ids)))
    if misses.earlier:
        book.fill_earlier(misses.earlier, _earlier(store, lane, misses.earlier))
    if misses.posted:
        book.fill_posted(misses.posted, store.posted(lane, sorted(misses.posted)))


def _earlier(store: Reader, lane: int, ids: Iterable[str]) -> dict[str, Earlier]:
    found = store.seen(lane, [key16(name) for name in ids])
    return {stored.id: Earlier(stored.kind, stored.version, stored.state, stored.body) for stored in found.values()}


def _balances(store: Reader, lane: int, rows: Sequence[msgspec.Struct]) -> dict[int, int]:
    accounts = [account for row in rows for account in row.accounts()]  # type: ignore[attr-defined]  # rows all
    return store.balances(lane, accounts) if accounts else {}


# ── deciding ─────────────────────────────────────────────────────────────────
class Runner:
    """Decides for one lane; holds its book and its next sequence, not the database."""

    def __init__(self, lane: int, store: Reader, book: Book) -> None:
        self.lane, self.store, self.book = lane, store, book
        self.token = self.number = self.next_seq = 0
        self.at = EPOCH
        self.load()

    def load(self) -> None:
        """Begin again from what the store has: after a start, a takeover or a failed batch."""
        head = self.store.head(self.lane)
        self.book.clear()
        self.token, self.next_seq, self.restored = head.token, head.head + 1, head.restored
        self.at = max(self.at, head.at or EPOCH)
        #: 2010 of each holder under a legal order that waits for more
        self._under = {base: holder for holder, base in self.store.under_order(self.lane)}

    def open(self, now: datetime) -> None:
        """Open a batch at an instant."""
        self.number += 1
        self.at = max(self.at, now)
        self.book.begin_batch(self.number)
        self._today = self._day()
        self.batch = self._new_batch(self._today)
        self.posted = 0
        self.closed = False

    def feed(self, items: Sequence[Item]) -> int:
        """Decide items in order into the open batch until a bound closes it; return how many it took."""
        day = self._today
        self._ahead = items
        for taken, item in enumerate(items):
            if self.closed or len(self.batch.entries) >= BATCH_ITEMS:
                self.closed = True
                return taken
            decision, state = self._decide_one(item, day, taken)
            if self.batch.entries and self.posted + len(decision.postings) > BATCH_POSTINGS:
                self.closed = True
                return taken
            self.posted += self._take(item, decision, state)
            self.closed = self._is_other_day(day)
        return len(items)

    def _is_other_day(self, day: Day) -> bool:
        """A batch never spans two business dates or two packs."""
        now = self._day()
        return now is not day and (now.business_date, now.pack) != (day.business_date, day.pack)

    def finish(self) -> Batch:
        """Close the open batch and return it."""
        self.batch.last_seq = self.next_seq - 1
        return self.batch

    def decide(self, items: Sequence[Item], now: datetime) -> tuple[Batch, int]:
        """Decide items in order into one batch; return it and how many items it took."""
        self.open(now)
        taken = self.feed(items)
        return self.finish(), taken

    def _day(self) -> Day:
        try:
            day = self.book.day()
        except Miss:
            fill(self.book, self.store, self.lane)
            day = self.book.day()
        return day if day is not None else NO_DAY

    def _new_batch(self, day: Day) -> Batch:
        pack = PACKS.get(day.pack)
        return Batch(
            self.lane, self.token, self.number, self.next_seq, self.next_seq, self.at, day.business_date, day.pack,
            pack.version if pack else 0, rule_set_hash(pack, day.business_date) if pack else "",
            __version__, 0, [], {}, {}, [], {},
        )  # fmt: skip

    def _decide_one(self, item: Item, day: Day, place: int) -> tuple[Decision, str]:
        given = Given(
            self.lane, self.next_seq, day.business_date, self.at, day.pack, day.sandbox, item.confirmation, self.restored,
        )  # fmt: skip
        if item.poisoned:
            return QUARANTINED, "quarantined"
        try:
            facts = self._facts(item, given, place)
            decision = self._seized(item.operation.decide(item.instruction, facts, given), given)
        except (psycopg.Error, OSError):
            raise  # the store is not there: nobody's instruction is to blame
        except Exception:
            log.exception(
                "instruction quarantined: lane %s, sequence %s, kind %s", self.lane, self.next_seq, item.operation.kind
            )
            return QUARANTINED, "quarantined"
        if decision.code in ALARMS:
            log.warning("alarm: lane %s: %s %s: %s", self.lane, item.operation.kind, item.instruction.id, decision.why)
        return decision, "done" if decision.code is Code.done else "refused"

    def _seized(self, decision: Decision, given: Given) -> Decision:
        """Let what comes to a holder under a waiting legal order go on to it, whatever the instruction was."""
        under = self._under
        if decision.accounts and decision.postings:  # who comes with money may come under an order
            under = under | opened(decision)
        gain = gains(decision.postings, under) if under else None
        while gain:
            try:
                return seized(decision, gain, self.book, given)
            except Miss:
                fill(self.book, self.store, self.lane)
        return decision

    def _watch(self, decision: Decision) -> None:
        """Keep in mind which holders are under a waiting legal order."""
        for row in (*decision.adds, *decision.changes):
            if type(row) is Holder:
                if row.waiting_orders:
                    self._under[row.available] = row.id
                else:
                    self._under.pop(row.available, None)

    def _facts(self, item: Item, given: Given, place: int) -> object:
        """Return an item's facts; what is missed is loaded for it and for all that wait behind it at once."""
        try:
            return item.operation.load(item.instruction, self.book, given)
        except Miss:
            room = BATCH_ITEMS - len(self.batch.entries)
            prefetch(self._ahead[place : place + room], self.book, self.store, self.lane, given)
        return item.operation.load(item.instruction, self.book, given)

    def _take(self, item: Item, decision: Decision, state: str) -> int:
        entry = self._entry(item, decision, state)
        self._keep(entry)
        return len(entry.after)

    def _entry(self, item: Item, decision: Decision, state: str) -> Entry:
        """Let a decision happen in the book, and give it the next sequence; one that cannot happen is quarantined."""
        after: list[tuple[int, int]] = []
        if state == "done":
            try:
                after = self.book.apply(decision)
            except Exception:
                log.exception(
                    "instruction quarantined: lane %s, sequence %s, kind %s",
                    self.lane,
                    self.next_seq,
                    item.operation.kind,
                )
                decision, state = QUARANTINED, "quarantined"
            else:
                self._watch(decision)
        seq = self.next_seq
        self.next_seq = seq + 1
        return Entry(seq, item.instruction.id, item.key16, item.operation.kind, item.operation.version, item.body, state,
                     decision, after, canonical_json(decision.answer) if decision.answer else b"{}")  # fmt: skip

    def _keep(self, entry: Entry) -> None:
        self.batch.entries.append(entry)
        if entry.state == "done":
            _collect(entry.decision, entry.after, entry.seq, self.batch)

    # ── a group ──────────────────────────────────────────────────────────────
    def feed_group(self, items: Sequence[Item]) -> tuple[bool, Refusal | None]:
        """Decide a group in order into the open batch, all of it or nothing.

        Return whether it was decided, and why it was refused if it was. When the open batch has no room for it, it was not
        decided, and the batch is closed. What was not taken has not happened: book and sequence are as before.
        """
        if self.batch.entries and len(self.batch.entries) + len(items) > BATCH_ITEMS:
            self.closed = True
            return False, None
        under, first_seq = dict(self._under), self.next_seq
        self.book.begin_group()
        entries, refusal = self._decide_group(items)
        posted = self.posted + sum(len(entry.after) for entry in entries)
        has_room = not self.batch.entries or posted <= BATCH_POSTINGS
        is_taken = refusal is None and has_room
        self.book.end_group(keep=is_taken)
        if is_taken:
            for entry in entries:
                self._keep(entry)
            self.posted, self.closed = posted, self._is_other_day(self._today)
        else:
            self.next_seq, self._under, self.closed = first_seq, under, refusal is None
        return is_taken or refusal is not None, refusal

    def _decide_group(self, items: Sequence[Item]) -> tuple[list[Entry], Refusal | None]:
        """Decide until a member is refused; return what has happened in the book, and the refusal if there was one."""
        self._ahead = items
        entries: list[Entry] = []
        posted = 0
        for place, item in enumerate(items):
            if entries and self._is_other_day(self._today):
                return entries, Refusal(place, Code.kind_not_in_group, "the member before it ends the business day")
            decision, state = self._decide_one(item, self._today, place)
            if state == "done":
                entries.append(self._entry(item, decision, state))
                state, posted = entries[-1].state, posted + len(entries[-1].after)
            if state != "done":
                return entries, _refusal(place, decision, state)
            if posted > BATCH_POSTINGS:
                return entries, Refusal(None, Code.batch_too_large, f"at most {BATCH_POSTINGS} postings")
        return entries, None


def _refusal(place: int, decision: Decision, state: str) -> Refusal:
    """Return why a member was refused; one that our own mistake stopped is in doubt and not stored: it may be asked again."""
    if state == "refused":
        return Refusal(place, decision.code, decision.why, decision.answer)
    return Refusal(place, Code.in_doubt, "nothing of the group was done; the custodian looks at it; ask again later")


def _collect(decision: Decision, after: list[tuple[int, int]], seq: int, batch: Batch) -> None:
    balances = batch.balances
    for posting, (debit_after, credit_after) in zip(decision.postings, after, strict=True):
        balances[posting.debit] = (debit_after, seq)
        balances[posting.credit] = (credit_after, seq)
    adds, changes = batch.adds, batch.changes
    for row in decision.adds:
        adds[(type(row), row.id)] = row
    for row in decision.changes:
        key = (type(row), row.id)
        if key in adds:
            adds[key] = row
        else:
            changes[key] = row
    batch.accounts.extend(decision.accounts)


QUARANTINED = Decision(Code.in_doubt, "the custodian looks at it; ask again with the same id")
NO_DAY = Day("day", NO_DATE, 1, "unopened", "", "", False)
