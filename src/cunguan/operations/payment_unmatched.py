"""Payment unmatched (账外付款): the bank has a payment of ours that the restored books do not know.

When    the bank's list of payments is compared with the books after a restore; what was lost is told, never posted by guess
Reads   whether the books have a message of that id
Posts   nothing: this is the custodian's note of what the bank says; `cunguan db held-payments` lists it until the payment
        is asked for again under its id, and meets the bank's word then
Returns Decision
Order   message
Source  design/lanes.md rule 20; domain-decisions.md 6, 26
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import bank_event_id
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Message
from cunguan.ledger.book import Book

KIND = "payment_unmatched"
VERSION = 1
LANE = "platform"
ID_PREFIX = "bank:"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the bank says of it."""

    channel: str
    end_to_end_id: str
    status: str
    amount_minor: int
    reason: str = ""


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What it depends on."""

    message: Message | None


def unmatched_id(channel: str, end_to_end_id: str, status: str) -> str:
    """Return the id under which one word of the bank is noted once."""
    return bank_event_id(channel, end_to_end_id, f"{status}_unmatched")


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(book.get(Message, body.end_to_end_id))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Note it, if the books do not know it."""
    body = instruction.body
    assert isinstance(body, Body)
    if facts.message is not None:
        return refuse(Code.state_forbids, "the books know this payment")
    return Decision(
        Code.done,
        answer={"end_to_end_id": body.end_to_end_id, "amount_minor": body.amount_minor, "status": body.status},
    )
