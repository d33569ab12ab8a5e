"""Payout sent (付款发送): the last look before the bytes leave.

When    the custodian's sender takes the message of a payout; done first, so that a dead sender leaves a trace
Reads   the payout, its message, its pool, and what it is about as that stands now
Posts   nothing
Returns Decision; anything but done: no byte may leave, and two people may cancel it
Order   payout, state, restore, message, pool's cover, stop, payee
Source  domain-decisions.md 1, 26; design/lanes.md rule 20
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Message, Move, OutgoingStop, PaymentRelease, Payout, Pool
from cunguan.ledger.book import Book
from cunguan.operations.cover import stops_platform
from cunguan.operations.held import is_held, release_of
from cunguan.operations.outgoing_stop import is_stopped, outgoing
from cunguan.operations.payouts import KINDS, About
from cunguan.operations.withdrawal import CreditTransfer
from cunguan.operations.withdrawal_sent import ID_PREFIX as ID_PREFIX
from cunguan.states.outbox import OUTBOX
from cunguan.states.payout import PAYOUT

KIND = "payout_sent"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The payout whose message is about to leave."""

    payout: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What sending depends on; the rows beside the payout are there when it is."""

    payout: Payout | None
    message: Message | None
    pool: Pool | None
    about: About
    release: PaymentRelease | None = None
    stop: OutgoingStop | None = None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a sending."""
    body = instruction.body
    assert isinstance(body, Body)
    payout = book.get(Payout, body.payout)
    if payout is None:
        return Facts(None, None, None, ())
    message, pool = book.get(Message, payout.id), book.get(Pool, payout.pool)
    about, release = KINDS[payout.kind].read(payout, book), release_of(book, given, payout.id)
    return Facts(payout, message, pool, about, release, outgoing(book))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide whether one message may leave."""
    payout, message, pool = facts.payout, facts.message, facts.pool
    if payout is None:
        return refuse(Code.payout_not_found)
    if payout.state != "held":
        return refuse(Code.payout_not_open, f"the payout is {payout.state}", state=payout.state)
    assert message is not None and pool is not None, "a payout has a pool, and a message of the same id"
    if is_held(given.restored, message, facts.release):
        return refuse(Code.payment_held, "it may have left before the books were restored")
    kind = KINDS[payout.kind]
    transfer = msgspec.json.decode(message.payload, type=CreditTransfer)
    if (transfer.end_to_end_id, transfer.amount_minor) != (payout.end_to_end_id, payout.amount_minor):
        return refuse(Code.payout_differs, "the message is not the one this payout asked for")
    if kind.of_platform and stops_platform(pool):
        return refuse(Code.pool_cover_failed)
    if is_stopped(facts.stop):
        return refuse(Code.outgoing_stopped)
    if not transfer.payee_hash == payout.payee_hash == kind.bound(payout, facts.about):
        return refuse(Code.payee_not_allowed, "message, payout and binding do not name the same payee")
    sent, sending = PAYOUT.after(payout.state, "sent_to_bank"), OUTBOX.after(message.state, "taken")
    effect = kind.follow(payout, "sent_to_bank", facts.about, given)
    return Decision(
        Code.done,
        adds=effect.adds,
        changes=(replace(payout, state=sent), replace(message, state=sending), *effect.changes),
        moves=(
            Move("payout", payout.id, "sent_to_bank", sent),
            Move("outbox", message.id, "taken", sending),
            *effect.moves,
        ),
    )
