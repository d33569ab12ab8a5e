"""Payment release (放行付款): two people answer for a payment of before a restore that the bank does not know.

When    the bank was asked, and its statement read: there is no such payment; then it may leave like any other
Reads   the lane's last restore, the message, an earlier release
Posts   nothing
Returns Decision
Order   names, reason, message, hold
Source  design/lanes.md rule 20
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Message, PaymentRelease
from cunguan.ledger.book import Book
from cunguan.operations.held import is_held, release_id, release_of
from cunguan.operations.two_names import two_names

KIND = "payment_release"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The payment, by the id of its message, what the bank said of it, and who answers."""

    payment: str
    reason: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a release depends on."""

    message: Message | None
    release: PaymentRelease | None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a release."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(book.get(Message, body.payment), release_of(book, given, body.payment))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one release."""
    body, message, restored = instruction.body, facts.message, given.restored
    assert isinstance(body, Body)
    wrong = two_names(body.maker, body.checker)
    if wrong is not None:
        return refuse(wrong)
    if not body.reason.strip():
        return refuse(Code.reason_missing)
    if message is None:
        return refuse(Code.payment_not_held, f"there is no payment {body.payment}")
    if restored is None or not is_held(restored, message, facts.release):
        return refuse(Code.payment_not_held, f"nothing holds this payment: it is {message.state}")
    release = PaymentRelease(release_id(message.id, restored.epoch), message.id, restored.epoch, given.seq)
    return Decision(Code.done, adds=(release,), answer={"epoch": restored.epoch})
