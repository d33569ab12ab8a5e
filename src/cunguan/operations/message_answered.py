"""Message answered (报文已答): another lane has decided what a message asked of it.

When    the sender has handed a message for a lane over and has heard a decision, done or refused
Reads   the message; of a lock or unlock also the order and the messages of the same act
Posts   nothing; when every lane has answered a lock or an unlock, the order stands where it was going
Order   message, channel, code, state
Source  design/lanes.md rules 1 and 11
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import NOT_ADMITTED, Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Message, Move
from cunguan.ledger.book import Book
from cunguan.operations.lock_spread import Spread, arrived, spread
from cunguan.states.outbox import OUTBOX

KIND = "message_answered"
VERSION = 1
LANE = "both"
ID_PREFIX = "answered:"

LANE_CHANNEL = "lane:"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the other lane decided: the name of its code."""

    message: str
    code: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What an answer depends on."""

    message: Message | None
    spread: Spread | None


def answered_id(lane: int, message: str) -> str:
    """Return the id under which the answer of a lane to a message is noted.

    >>> answered_id(3, "lock:7:3")
    'answered:3:lock:7:3'
    """
    return f"{ID_PREFIX}{lane}:{message}"


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of an answer."""
    body = instruction.body
    assert isinstance(body, Body)
    message = book.get(Message, body.message)
    return Facts(message, None if message is None else spread(book, message))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one answer."""
    body, message = instruction.body, facts.message
    assert isinstance(body, Body)
    if message is None:
        return refuse(Code.details_missing, "there is no such message")
    if not message.channel.startswith(LANE_CHANNEL):
        return refuse(Code.source_not_allowed, "what a bank answers is told by the result of its subject")
    code = Code.__members__.get(body.code)
    if code is None or code is Code.in_doubt or code in NOT_ADMITTED:
        return refuse(Code.details_differ, "that is no decision of a lane")
    if not OUTBOX.may(message.state, "taken"):
        return refuse(Code.state_forbids, f"the message is {message.state}")
    sending = OUTBOX.after(message.state, "taken")
    answered = OUTBOX.after(sending, "answered")
    order, moves = arrived(facts.spread, message)
    return Decision(
        Code.done,
        changes=(replace(message, state=answered), *order),
        moves=(Move("outbox", message.id, "taken", sending), Move("outbox", message.id, "answered", answered), *moves),
    )
