"""Withdrawal sent (提现发送): the last look before the bytes leave.

When    the custodian's sender takes the message of a withdrawal; done first, so that a dead sender leaves a trace
Reads   the withdrawal, its message, its pool, the card as it is bound now
Posts   nothing
Returns Decision; anything but done: no byte may leave
Order   withdrawal, state, restore, message, pool's cover, stop, binding
Source  domain-decisions.md 1, 26, last sentence; design/lanes.md rule 20
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import BankAccount, Card, Message, Move, OutgoingStop, PaymentRelease, Pool, Withdrawal
from cunguan.ledger.book import Book
from cunguan.operations.cover import stops_clients
from cunguan.operations.held import is_held, release_of
from cunguan.operations.outgoing_stop import is_stopped, outgoing
from cunguan.operations.withdrawal import CreditTransfer
from cunguan.states.outbox import OUTBOX
from cunguan.states.withdrawal import WITHDRAWAL

KIND = "withdrawal_sent"
VERSION = 1
LANE = "platform"
ID_PREFIX = "send:"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The withdrawal whose message is about to leave."""

    withdrawal: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What sending depends on."""

    withdrawal: Withdrawal | None
    message: Message | None
    pool: Pool | None
    card: Card | None
    release: PaymentRelease | None
    stop: OutgoingStop | None = None


def send_id(withdrawal: str) -> str:
    """Return the one id under which a withdrawal is sent."""
    return f"{ID_PREFIX}{withdrawal}"


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a sending."""
    body = instruction.body
    assert isinstance(body, Body)
    withdrawal = book.get(Withdrawal, body.withdrawal)
    if withdrawal is None:
        return Facts(None, None, None, None, None)
    bank = book.get(BankAccount, withdrawal.bank_account)
    assert bank is not None, "a withdrawal names a bank account that exists"
    pool, message = book.get(Pool, bank.pool), book.get(Message, withdrawal.id)
    card = book.get(Card, withdrawal.card)
    return Facts(withdrawal, message, pool, card, release_of(book, given, withdrawal.id), outgoing(book))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide whether one message may leave."""
    withdrawal, message, card = facts.withdrawal, facts.message, facts.card
    if withdrawal is None:
        return refuse(Code.withdrawal_not_found)
    if withdrawal.state != "held":
        return refuse(Code.withdrawal_not_held, f"the withdrawal is {withdrawal.state}")
    assert message is not None, "a withdrawal has a message of the same id"
    if is_held(given.restored, message, facts.release):
        return refuse(Code.payment_held, "it may have left before the books were restored")
    transfer = msgspec.json.decode(message.payload, type=CreditTransfer)
    if (transfer.end_to_end_id, transfer.amount_minor) != (withdrawal.end_to_end_id, withdrawal.amount_minor):
        return refuse(Code.withdrawal_differs, "the message is not the one this withdrawal asked for")
    assert facts.pool is not None, "a bank account belongs to a pool"
    if stops_clients(facts.pool):  # the sender does not even ask then; this is for what it asked in that very moment
        return refuse(Code.pool_cover_failed)
    if is_stopped(facts.stop):
        return refuse(Code.outgoing_stopped)
    if card is None or card.holder != withdrawal.holder:
        return refuse(Code.card_not_own)
    if not transfer.payee_hash == withdrawal.payee_hash == card.payee_hash:
        return refuse(Code.card_not_own, "message, confirmation and binding do not name the same payee")
    if card.state != "active":
        return refuse(Code.card_not_active, f"the card is {card.state}")
    sent, sending = WITHDRAWAL.after(withdrawal.state, "sent_to_bank"), OUTBOX.after(message.state, "taken")
    return Decision(
        Code.done,
        changes=(replace(withdrawal, state=sent), replace(message, state=sending)),
        moves=(
            Move("withdrawal", withdrawal.id, "sent_to_bank", sent),
            Move("outbox", message.id, "taken", sending),
        ),
    )
