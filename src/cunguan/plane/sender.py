"""Sender (报文发送): carries committed messages out, to a bank or to another lane, and brings the answers back.

When    after each commit, at intervals, and after a restart; one sender a lane
Reads   the outbox as committed; nothing of its own survives it, so a death between any two steps is repaired by `run`
Shape   a bank's message: withdrawal_sent or payout_sent (the trace), then the bytes, then its result
        a lane's message: the instruction in it, submitted to that lane, then message_answered
        after a restore: a payment of before it is asked for at the bank and never sent by itself; one of after it is
        asked for first, for it may be one that was lost; and what the bank has and the books do not is noted
Errors  what a channel or `submit` raises goes up; the next run begins where this one ended
Source  domain-decisions.md 26; design/lanes.md rules 1, 11, 20
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from types import ModuleType
from typing import Literal, NamedTuple, Protocol

import msgspec
from msgspec.structs import replace

from cunguan.channels.base import BankAnswer, Channel, credit_transfer
from cunguan.kernel.codes import Code, may_retry
from cunguan.kernel.instruction import Answer, Instruction, Restored
from cunguan.kernel.rows import BankAccount, Message, OutgoingStop, PaymentRelease, Payout, Pool, Row, Withdrawal
from cunguan.operations import (
    message_answered,
    payment_found,
    payment_unmatched,
    payout_result,
    payout_returned,
    payout_sent,
    withdrawal_result,
    withdrawal_return,
    withdrawal_sent,
)
from cunguan.operations.catalogue import UnknownKind, operation
from cunguan.operations.cover import stops_clients
from cunguan.operations.held import is_held
from cunguan.operations.outgoing_stop import is_stopped
from cunguan.store.batch import Head

log = logging.getLogger(__name__)

#: how often a payment that a restore holds is asked for, and the bank's list of payments read
LOOK_SECONDS = 30.0
#: a bank may book a payment under a date before the books' own
SINCE_MARGIN = timedelta(days=1)

Submit = Callable[[int, Instruction], Answer]
#: says which of some payments may not leave yet, though nothing stops them here, and why
Gate = Callable[[Sequence[Message]], Mapping[str, str]]


class Way(NamedTuple):
    """The three operations that carry a payment; their bodies begin alike, and their ids are made alike."""

    sent: ModuleType
    result: ModuleType
    returned: ModuleType


OF_CLIENT = Way(withdrawal_sent, withdrawal_result, withdrawal_return)
OF_POOL = Way(payout_sent, payout_result, payout_returned)


class Outbox(Protocol):
    """What the sender reads."""

    def waiting(self, lane: int) -> list[Message]:
        """Return the messages nobody took yet, oldest first."""

    def unanswered(self, lane: int) -> list[Message]:
        """Return the messages that left, or may have left, and have no answer, oldest first."""

    def is_payout(self, lane: int, payment: str) -> bool:
        """Return whether a payment is a payout; any other is a client's withdrawal."""

    def stopped(self, lane: int, payments: Sequence[str]) -> set[str]:
        """Return the payments among these that wait: clients' until their pool is covered, all while nothing may leave."""

    def restored(self, lane: int) -> Restored | None:
        """Return the last restore of a lane that was declared."""

    def released(self, lane: int, epoch: int) -> set[str]:
        """Return the payments that two people released since a restore."""

    def known(self, lane: int, messages: Sequence[str]) -> set[str]:
        """Return which messages the lane has, whatever became of them."""


class HasRows(Protocol):
    """A store that can list a table."""

    def rows(self, lane: int, kind: type[Row], ids: list[str]) -> Sequence[Row]:
        """Return the rows that exist."""

    def head(self, lane: int) -> Head:
        """Return where a lane stands."""

    def all(self, lane: int, kind: type[Row]) -> Sequence[Row]:
        """Return every row of a kind."""


class StoreOutbox:
    """The outbox of a store that can list a table."""

    def __init__(self, store: HasRows) -> None:
        self._store = store

    def waiting(self, lane: int) -> list[Message]:
        """Return the messages nobody took yet, oldest first."""
        return self._in_state(lane, ("waiting",))

    def unanswered(self, lane: int) -> list[Message]:
        """Return the messages that left, or may have left, and have no answer, oldest first."""
        return self._in_state(lane, ("sending", "sent", "in_doubt"))

    def is_payout(self, lane: int, payment: str) -> bool:
        """Return whether a payment is a payout; any other is a client's withdrawal."""
        return bool(self._store.rows(lane, Payout, [payment]))

    def restored(self, lane: int) -> Restored | None:
        """Return the last restore of a lane that was declared."""
        return self._store.head(lane).restored

    def released(self, lane: int, epoch: int) -> set[str]:
        """Return the payments that two people released since a restore."""
        rows = self._store.all(lane, PaymentRelease)
        return {row.message for row in rows if isinstance(row, PaymentRelease) and row.epoch == epoch}

    def known(self, lane: int, messages: Sequence[str]) -> set[str]:
        """Return which messages the lane has, whatever became of them."""
        return {row.id for row in self._store.all(lane, Message)} & set(messages)

    def stopped(self, lane: int, payments: Sequence[str]) -> set[str]:
        """Return the payments among these that wait: their pool is not covered, or nothing may leave the lane at all."""
        if any(isinstance(row, OutgoingStop) and is_stopped(row) for row in self._store.all(lane, OutgoingStop)):
            sent = [row for row in self._store.all(lane, Message) if isinstance(row, Message)]
            return {row.id for row in sent if row.kind == "credit_transfer"} & set(payments)
        stopped = {pool.id for pool in self._store.all(lane, Pool) if isinstance(pool, Pool) and stops_clients(pool)}
        banks = {bank.id for bank in self._store.all(lane, BankAccount) if getattr(bank, "pool", "") in stopped}
        rows = self._store.rows(lane, Withdrawal, list(payments)) if banks else ()
        return {row.id for row in rows if isinstance(row, Withdrawal) and row.bank_account in banks}

    def _in_state(self, lane: int, states: tuple[str, ...]) -> list[Message]:
        rows = self._store.all(lane, Message)
        found = [row for row in rows if isinstance(row, Message) and row.state in states]
        return sorted(found, key=lambda message: (message.seq, message.id))


class Tally(msgspec.Struct):
    """What one run did; `blocked` names the messages a person must look at, with the reason.

    held  payments of before a restore that the bank has not spoken of yet
    unseen  payments that wait until others have seen what allows them
    """

    sent: int = 0
    answered: int = 0
    in_doubt: int = 0
    blocked: dict[str, str] = msgspec.field(default_factory=dict)
    held: dict[str, str] = msgspec.field(default_factory=dict)
    unseen: dict[str, str] = msgspec.field(default_factory=dict)


class _Asked(msgspec.Struct, frozen=True):
    """The instruction in a message for another lane."""

    id: str
    kind: str
    body: msgspec.Raw


class Sender:
    """Carries the messages of one lane."""

    def __init__(
        self,
        lane: int,
        outbox: Outbox,
        channels: Mapping[str, Channel],
        submit: Submit,
        look_seconds: float = LOOK_SECONDS,
        gate: Gate = lambda messages: {},
    ) -> None:
        self._lane, self._outbox, self._channels, self._submit = lane, outbox, channels, submit
        self._gate = gate
        self._look_seconds, self._looked = look_seconds, -float("inf")
        self._restored: Restored | None = None
        self._noted: set[str] = set()
        self._held: dict[str, Message] = {}  # of before the last restore, and nothing is known of them yet
        self._heard: dict[str, int] = {}  # how many events of a channel were taken up; 0 again after a restart
        self._unheard: list[tuple[str, BankAnswer]] = []  # taken up, and the lane could not decide them yet

    def run(self) -> Tally:
        """Repair what an earlier run left, hear what banks say, send what waits."""
        tally = Tally()
        unanswered, waiting = self._outbox.unanswered(self._lane), self._outbox.waiting(self._lane)
        self._hold([*unanswered, *waiting])
        again = [message for message in unanswered if self._repair(message, tally)]
        self._hear(tally)
        if self._restored is not None and time.monotonic() - self._looked >= self._look_seconds:
            self._look_back(self._restored, tally)
        stopped = self._outbox.stopped(self._lane, [message.id for message in waiting]) if waiting else set()
        # never by itself; not before its pool is covered again; not before others have seen what allows it
        waiting = [message for message in waiting if message.id not in self._held and message.id not in stopped]
        tally.unseen |= self._gate([message for message in (*again, *waiting) if message.kind == "credit_transfer"])
        for message in again:
            if message.id not in tally.unseen:
                self._send_again(message, tally)
        for message in waiting:
            if message.id in tally.unseen:
                continue
            if message.channel.startswith(message_answered.LANE_CHANNEL):
                self._deliver(message, tally)
            else:
                self._send(message, tally)
        return tally

    # ── to a bank ────────────────────────────────────────────────────────────
    def _send(self, message: Message, tally: Tally) -> None:
        channel = self._channels.get(message.channel)
        if channel is None or message.kind != "credit_transfer":
            self._block(message.id, f"no channel {message.channel} for {message.kind}", tally)
            return
        objection = channel.objection(message)
        if objection:
            self._block(message.id, f"not sent: {objection}", tally)  # it waits, and two people may take it back
            return
        known = self._asked_first(channel, message)
        if known is None:
            self._block(message.id, "the bank does not say whether it has this payment already", tally)
            return
        taken = self._say(self._way(message.id).sent, withdrawal_sent.send_id(message.id), message.id)
        if taken.code is not Code.done:
            if self._waits(message):  # else it was taken back in that very moment, and there is nothing to look at
                self._block(message.id, f"not sent: {taken.code.name} {taken.why}", tally)
            return
        if known.status != "unknown":
            log.warning("lane %s: payment %s left before the restore: it is not sent again", self._lane, message.id)
            self._tell(message, known, tally)
            return
        tally.sent += 1
        self._tell(message, channel.send(message), tally)

    def _waits(self, message: Message) -> bool:
        return any(message.id == one.id for one in self._outbox.waiting(self._lane))

    def _asked_first(self, channel: Channel, message: Message) -> BankAnswer | None:
        """Return what a bank knows of a payment that is to leave; before any restore nobody but us can have sent it."""
        end_to_end_id = credit_transfer(message).end_to_end_id
        return channel.query(end_to_end_id) if self._restored is not None else BankAnswer(end_to_end_id, "unknown", 0)

    def _repair(self, message: Message, tally: Tally) -> bool:
        """Ask what became of a payment that may have left; return whether it is to be handed over again."""
        channel = self._channels.get(message.channel)
        if channel is None:
            self._block(message.id, f"no channel {message.channel}", tally)
            return False
        answer = channel.query(credit_transfer(message).end_to_end_id)
        is_unknown = answer is not None and answer.status == "unknown"
        if is_unknown and channel.profile.deduplicates and message.id not in self._held:
            return True
        self._tell(message, answer, tally)
        return False

    def _send_again(self, message: Message, tally: Tally) -> None:
        """Hand a payment over again by the same id, never another, unless its answer came meanwhile."""
        if any(message.id == one.id for one in self._outbox.unanswered(self._lane)):
            self._tell(message, self._channels[message.channel].send(message), tally)

    def _tell(self, message: Message, answer: BankAnswer | None, tally: Tally) -> None:
        if answer is not None and answer.status in ("settled", "rejected", "returned"):
            # A rejection that is not final yet does not end a doubt: it is asked for again in a later run.
            if answer.status != "rejected" or answer.is_final or message.state != "in_doubt":
                self._evidence(message.channel, _with_amount(answer, message), tally)
        elif (answer is None or answer.status == "unknown") and message.state != "in_doubt":
            # "Unknown" is no answer either: a payment may be under way that the bank cannot see yet.
            self._timed_out(message, tally)

    def _timed_out(self, message: Message, tally: Tally) -> None:
        end_to_end_id = credit_transfer(message).end_to_end_id
        timed_out = withdrawal_result.result_id(message.channel, end_to_end_id, "timed_out")
        told = self._say(self._way(message.id).result, timed_out, message.id, "timed_out")
        tally.in_doubt += told.code is Code.done

    # ── from a bank ──────────────────────────────────────────────────────────
    def _hear(self, tally: Tally) -> None:
        for name, channel in self._channels.items():
            events = channel.events()
            self._unheard += [(name, event) for event in events[self._heard.get(name, 0) :]]
            self._heard[name] = len(events)
        waiting, self._unheard = self._unheard, []
        for place, (name, event) in enumerate(waiting):
            try:
                is_told = self._evidence(name, event, tally)
            except Exception:
                self._unheard += waiting[place:]
                raise
            if not is_told:
                self._unheard.append((name, event))

    def _evidence(self, channel: str, answer: BankAnswer, tally: Tally) -> bool:
        """Submit what a bank said; return whether the lane has decided it."""
        payment, amount_minor = answer.end_to_end_id, answer.amount_minor
        if answer.status not in ("settled", "rejected", "returned"):
            return True
        if self._restored is not None and not self._outbox.known(self._lane, [payment]):
            return self._unmatched(channel, answer, tally)
        held = self._held.get(payment)
        if held is not None and held.state == "waiting" and answer.status == "rejected" and not answer.is_final:
            return True  # it is asked for again: only a final word lets money back that the books hold since a restore
        if held is not None and not self._found(held, self._restored, tally):
            return False
        way = self._way(payment)
        # What comes back was paid before: a bank that says "returned" has told both.
        status: Literal["rejected", "settled"] = "rejected" if answer.status == "rejected" else "settled"
        reason = "" if answer.status == "returned" else answer.reason
        heard = withdrawal_result.result_id(channel, payment, status, answer.is_final)
        told = self._say(way.result, heard, payment, status, amount_minor, reason, answer.is_final)
        tally.answered += told.code is Code.done
        if told.code is Code.done and answer.status == "returned":
            came_back = withdrawal_return.return_id(channel, payment)
            told = self._say(way.returned, came_back, payment, amount_minor, answer.reason)
        if told.code is not Code.done:
            self._block(payment, f"the bank says {answer.status}: {told.code.name} {told.why}", tally)
        return not may_retry(told.code)

    # ── after a restore ──────────────────────────────────────────────────────
    def _hold(self, messages: Sequence[Message]) -> None:
        """Learn what the last restore holds."""
        restored = self._restored = self._outbox.restored(self._lane)
        released = set() if restored is None else self._outbox.released(self._lane, restored.epoch)
        self._held = {one.id: one for one in messages if one.id not in released and is_held(restored, one, None)}

    def _look_back(self, restored: Restored, tally: Tally) -> None:
        """Ask the banks for every payment that is held, and for all they have since what was restored."""
        self._looked = time.monotonic()
        for message in [one for one in self._held.values() if one.state == "waiting"]:
            self._look_for(message, restored, tally)
        since = restored.since if restored.since == date.min else restored.since - SINCE_MARGIN
        for name, channel in self._channels.items():
            listed = channel.payments(since)
            if listed is None:
                self._looked = -float("inf")  # again in the next run
                continue
            known = self._outbox.known(self._lane, [answer.end_to_end_id for answer in listed])
            for answer in listed:
                if answer.end_to_end_id not in known:
                    self._unmatched(name, answer, tally)

    def _look_for(self, message: Message, restored: Restored, tally: Tally) -> None:
        channel = self._channels.get(message.channel)
        answer = None if channel is None else channel.query(credit_transfer(message).end_to_end_id)
        if answer is None or answer.status == "unknown" or (answer.status == "rejected" and not answer.is_final):
            said = "the bank did not say" if answer is None else f"the bank says {answer.status}"
            log.warning("lane %s: payment %s is held since the restore: %s", self._lane, message.id, said)
            tally.held[message.id] = said
        elif answer.status == "pending":
            self._found(message, restored, tally)
        else:
            self._evidence(message.channel, _with_amount(answer, message), tally)

    def _found(self, message: Message, restored: Restored | None, tally: Tally) -> bool:
        """Let the books know that a payment had left; return whether it is so now."""
        assert restored is not None, "nothing is held before a restore"
        if message.state != "waiting":
            return True
        found = payment_found.found_id(message.channel, message.id, restored.epoch)
        told = self._say(payment_found, found, message.id)
        if told.code is not Code.done:
            self._block(message.id, f"the bank has it: {told.code.name} {told.why}", tally)
            return False
        self._held.pop(message.id, None)
        return True

    def _unmatched(self, channel: str, answer: BankAnswer, tally: Tally) -> bool:
        """Note what the bank has and the books do not; return whether the lane has decided it."""
        noted = payment_unmatched.unmatched_id(channel, answer.end_to_end_id, answer.status)
        if noted in self._noted:
            return True
        log.error(
            "lane %s: %s has payment %s of %s (%s), and the restored books do not: it left after the backup",
            self._lane, channel, answer.end_to_end_id, answer.amount_minor, answer.status,
        )  # fmt: skip
        said = (channel, answer.end_to_end_id, answer.status, answer.amount_minor, answer.reason)
        told = self._say(payment_unmatched, noted, *said)
        if not may_retry(told.code):
            self._noted.add(noted)
        return noted in self._noted

    # ── to another lane ──────────────────────────────────────────────────────
    def _deliver(self, message: Message, tally: Tally) -> None:
        try:
            lane, instruction = _instruction(message)
        except (ValueError, UnknownKind) as wrong:  # it would stop every message after it
            self._block(message.id, f"not readable: {wrong}", tally)
            return
        answer = self._submit(lane, instruction)
        if answer.seq is None or may_retry(answer.code):  # nothing is stored under this id, or not yet
            self._block(message.id, f"lane {lane}: {answer.code.name} {answer.why}", tally)
            return
        noted = self._ask(
            message_answered.answered_id(lane, message.id),
            "message_answered",
            message_answered.Body(message.id, answer.code.name),
        )
        tally.answered += noted.code is Code.done

    # ── inside ───────────────────────────────────────────────────────────────
    def _way(self, payment: str) -> Way:
        return OF_POOL if self._outbox.is_payout(self._lane, payment) else OF_CLIENT

    def _say(self, operation: ModuleType, instruction_id: str, *fields: object) -> Answer:
        return self._ask(instruction_id, operation.KIND, operation.Body(*fields))

    def _ask(self, instruction_id: str, kind: str, body: msgspec.Struct) -> Answer:
        return self._submit(self._lane, Instruction(instruction_id, kind, body))

    def _block(self, message: str, why: str, tally: Tally) -> None:
        log.warning("a person must look: lane %s, message %s: %s", self._lane, message, why)
        tally.blocked[message] = why


def _with_amount(answer: BankAnswer, message: Message) -> BankAnswer:
    """Return an answer with the amount of the order, where the bank speaks of the order as a whole and names none."""
    return answer if answer.amount_minor else replace(answer, amount_minor=credit_transfer(message).amount_minor)


def _instruction(message: Message) -> tuple[int, Instruction]:
    lane = int(message.channel.removeprefix(message_answered.LANE_CHANNEL))
    asked = msgspec.json.decode(message.payload, type=_Asked)
    body = msgspec.json.decode(asked.body, type=operation(asked.kind).body)
    return lane, Instruction(asked.id, asked.kind, body)
