"""Sender (报文发送): carries committed messages out, to a bank or to another lane, and brings the answers back.

When    after each commit, at intervals, and after a restart; one sender a lane
Reads   the outbox as committed; nothing of its own survives it, so a death between any two steps is repaired by `run`
Shape   a bank's message: withdrawal_sent or payout_sent (the trace), then the bytes, then its result
        a lane's message: the instruction in it, submitted to that lane, then message_answered
Errors  what a channel or `submit` raises goes up; the next run begins where this one ended
Source  domain-decisions.md 26; design/lanes.md rules 1, 11
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Literal, NamedTuple, Protocol

import msgspec

from cunguan.channels.base import BankAnswer, Channel, credit_transfer
from cunguan.kernel.codes import Code, may_retry
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.kernel.rows import Message, Payout, Row
from cunguan.operations import (
    message_answered,
    payout_result,
    payout_returned,
    payout_sent,
    withdrawal_result,
    withdrawal_return,
    withdrawal_sent,
)
from cunguan.operations.catalogue import UnknownKind, operation

log = logging.getLogger(__name__)

Submit = Callable[[int, Instruction], Answer]


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


class HasRows(Protocol):
    """A store that can list a table."""

    def rows(self, lane: int, kind: type[Row], ids: list[str]) -> Sequence[Row]:
        """Return the rows that exist."""

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

    def _in_state(self, lane: int, states: tuple[str, ...]) -> list[Message]:
        rows = self._store.all(lane, Message)
        found = [row for row in rows if isinstance(row, Message) and row.state in states]
        return sorted(found, key=lambda message: (message.seq, message.id))


class Tally(msgspec.Struct):
    """What one run did; `blocked` names the messages a person must look at, with the reason."""

    sent: int = 0
    answered: int = 0
    in_doubt: int = 0
    blocked: dict[str, str] = msgspec.field(default_factory=dict)


class _Asked(msgspec.Struct, frozen=True):
    """The instruction in a message for another lane."""

    id: str
    kind: str
    body: msgspec.Raw


class Sender:
    """Carries the messages of one lane."""

    def __init__(self, lane: int, outbox: Outbox, channels: Mapping[str, Channel], submit: Submit) -> None:
        self._lane, self._outbox, self._channels, self._submit = lane, outbox, channels, submit
        self._heard: dict[str, int] = {}  # how many events of a channel were taken up; 0 again after a restart
        self._unheard: list[tuple[str, BankAnswer]] = []  # taken up, and the lane could not decide them yet

    def run(self) -> Tally:
        """Repair what an earlier run left, hear what banks say, send what waits."""
        tally = Tally()
        for message in self._outbox.unanswered(self._lane):
            self._repair(message, tally)
        self._hear(tally)
        for message in self._outbox.waiting(self._lane):
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
        taken = self._say(self._way(message.id).sent, withdrawal_sent.send_id(message.id), message.id)
        if taken.code is not Code.done:
            self._block(message.id, f"not sent: {taken.code.name} {taken.why}", tally)
            return
        tally.sent += 1
        self._tell(message, channel.send(message), tally)

    def _repair(self, message: Message, tally: Tally) -> None:
        channel = self._channels.get(message.channel)
        if channel is None:
            self._block(message.id, f"no channel {message.channel}", tally)
            return
        answer = channel.query(credit_transfer(message).end_to_end_id)
        if answer is not None and answer.status == "unknown" and channel.profile.deduplicates:
            answer = channel.send(message)  # the same id again, never another
        self._tell(message, answer, tally)

    def _tell(self, message: Message, answer: BankAnswer | None, tally: Tally) -> None:
        if answer is not None and answer.status in ("settled", "rejected", "returned"):
            # A rejection that is not final yet does not end a doubt: it is asked for again in a later run.
            if answer.status != "rejected" or answer.is_final or message.state != "in_doubt":
                self._evidence(message.channel, answer, tally)
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


def _instruction(message: Message) -> tuple[int, Instruction]:
    lane = int(message.channel.removeprefix(message_answered.LANE_CHANNEL))
    asked = msgspec.json.decode(message.payload, type=_Asked)
    body = msgspec.json.decode(asked.body, type=operation(asked.kind).body)
    return lane, Instruction(asked.id, asked.kind, body)
