"""Payout cancellation (付款撤销): a payout that has not left is given up, and its money stands where it stood.

When    the last look let nothing leave (another payee is bound by now, the pool is short), or nobody wants it any more
Reads   the payout, its message, and what the payout is about
Posts   Dr the payout's account / Cr where the money stood before; nothing where it never moved
Returns Decision; the message is withdrawn and never leaves
Order   reason, two names, payout, state, restore
Source  domain-decisions.md 26: once sent, only the bank's word ends it
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Message, Move, PaymentRelease, Payout
from cunguan.ledger.book import Book
from cunguan.ledger.templates.payout import payout_given_back
from cunguan.operations.held import is_held, release_of
from cunguan.operations.payouts import KINDS, About
from cunguan.operations.two_names import two_names
from cunguan.states.outbox import OUTBOX
from cunguan.states.payout import PAYOUT

KIND = "payout_cancel"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The payout that shall not leave."""

    payout: str
    reason: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a cancellation depends on."""

    payout: Payout | None
    message: Message | None
    about: About
    release: PaymentRelease | None = None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a cancellation."""
    body = instruction.body
    assert isinstance(body, Body)
    payout = book.get(Payout, body.payout)
    if payout is None:
        return Facts(None, None, ())
    about, release = KINDS[payout.kind].read(payout, book), release_of(book, given, payout.id)
    return Facts(payout, book.get(Message, payout.id), about, release)


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one cancellation."""
    body, payout, message = instruction.body, facts.payout, facts.message
    assert isinstance(body, Body)
    if not body.reason:
        return refuse(Code.reason_missing)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if payout is None:
        return refuse(Code.payout_not_found)
    if payout.state != "held":
        return refuse(Code.payout_not_open, f"the payout is {payout.state}", state=payout.state)
    assert message is not None, "a payout has a message of the same id"
    if is_held(given.restored, message, facts.release):
        return refuse(Code.payment_held, "it may have left before the books were restored: the bank's word comes first")
    state, withdrawn = PAYOUT.after(payout.state, "cancelled"), OUTBOX.after(message.state, "withdrawn")
    effect = KINDS[payout.kind].follow(payout, "cancelled", facts.about, given)
    return Decision(
        Code.done,
        postings=(*(payout_given_back(payout=payout) if payout.came_from else ()), *effect.postings),
        adds=effect.adds,
        changes=(replace(payout, state=state), replace(message, state=withdrawn), *effect.changes),
        moves=(
            Move("payout", payout.id, "cancelled", state),
            Move("outbox", message.id, "withdrawn", withdrawn),
            *effect.moves,
        ),
        answer={"state": state},
    )
