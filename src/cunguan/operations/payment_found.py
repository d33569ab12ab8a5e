"""Payment found (查得已付): a payment that the restored books show as not sent yet stands at the bank: it left before the restore.

When    the sender asked the bank, or the bank told on its own; the bank's word on its outcome follows as its own instruction
Reads   the lane's last restore, the message, the withdrawal or payout it carries
Posts   nothing
Returns Decision; anything but done: the books stay as they are, and no byte leaves
Order   message, hold, state
Source  design/lanes.md rule 20; domain-decisions.md 26
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import bank_event_id
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Message, Move, PaymentRelease, Payout, Withdrawal
from cunguan.ledger.book import Book
from cunguan.operations.held import is_held, release_of
from cunguan.operations.payouts import KINDS, About, Effect
from cunguan.states.outbox import OUTBOX
from cunguan.states.payout import PAYOUT
from cunguan.states.withdrawal import WITHDRAWAL

KIND = "payment_found"
VERSION = 1
LANE = "platform"
ID_PREFIX = "bank:"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The payment, by the id of its message, which is its end-to-end id at the bank."""

    payment: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What it depends on."""

    message: Message | None
    subject: Withdrawal | Payout | None
    release: PaymentRelease | None
    about: About


def found_id(channel: str, end_to_end_id: str, epoch: int) -> str:
    """Return the one id under which a payment is found after one restore."""
    return bank_event_id(channel, end_to_end_id, f"found_in_epoch_{epoch}")


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts."""
    body = instruction.body
    assert isinstance(body, Body)
    message, release = book.get(Message, body.payment), release_of(book, given, body.payment)
    payout = book.get(Payout, body.payment)
    if payout is not None:
        return Facts(message, payout, release, KINDS[payout.kind].read(payout, book))
    return Facts(message, book.get(Withdrawal, body.payment), release, ())


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide that a payment left before the restore."""
    message, subject = facts.message, facts.subject
    if message is None or subject is None:
        return refuse(Code.payment_not_held, "the books do not know this payment")
    if not is_held(given.restored, message, facts.release) or message.state != "waiting":
        return refuse(Code.payment_not_held, f"its message is {message.state}")
    if subject.state != "held":
        return refuse(Code.state_forbids, f"it is {subject.state}, and the bank has it")
    machine, effect = WITHDRAWAL, Effect()
    if isinstance(subject, Payout):
        machine, effect = PAYOUT, KINDS[subject.kind].follow(subject, "sent_to_bank", facts.about, given)
    sent, sending = machine.after(subject.state, "sent_to_bank"), OUTBOX.after(message.state, "taken")
    return Decision(
        Code.done,
        adds=effect.adds,
        changes=(replace(subject, state=sent), replace(message, state=sending), *effect.changes),
        moves=(
            Move(machine.name, subject.id, "sent_to_bank", sent),
            Move("outbox", message.id, "taken", sending),
            *effect.moves,
        ),
    )
