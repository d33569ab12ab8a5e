"""Account closed (销户): two people of the custodian finish the closing a client has asked for.

When    they have seen that nothing is left and nothing is on its way
Reads   the holder with all that remains of his, his cards
Returns Decision; the account is closed for good, its cards are unbound. What comes later goes to 2220 in its owner's
        name. The records are kept
Order   two names, account, state, nothing left
Source  domain.md (c.1) A10; domain-decisions.md 29; invariant 39
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Card, Holder, Move
from cunguan.ledger.book import Book
from cunguan.operations.cards import unbound
from cunguan.operations.remains import remains
from cunguan.operations.two_names import two_names
from cunguan.states.account import ACCOUNT

KIND = "account_closed"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which account, by whom."""

    holder: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What the end of an account depends on; `left` names what is not zero."""

    holder: Holder | None
    cards: tuple[Card, ...]
    left: dict[str, int]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of the end of an account."""
    body = instruction.body
    assert isinstance(body, Body)
    return ending(book, body.holder)


def ending(book: Book, name: str) -> Facts:
    """Read an account that is to end, with all that remains of it."""
    holder = book.get(Holder, name)
    if holder is None:
        return Facts(None, (), {})
    return Facts(holder, tuple(book.find(Card, "holder", holder.id)), remains(book, holder))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide the end of one account."""
    body, holder = instruction.body, facts.holder
    assert isinstance(body, Body)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if holder is None:
        return refuse(Code.account_not_found)
    if not ACCOUNT.may(holder.state, "closed"):
        return refuse(Code.state_forbids, f"the account is {holder.state}")
    if facts.left:  # a credit may have come since he asked
        return refuse(Code.account_not_empty, f"left: {', '.join(facts.left)}", left=facts.left)
    return closed(holder, "closed", facts.cards)


def closed(holder: Holder, event: str, cards: tuple[Card, ...]) -> Decision:
    """Return the end of an account: its state, and the end of its cards."""
    state = ACCOUNT.after(holder.state, event)
    ended, moves = unbound(cards)
    return Decision(
        Code.done,
        changes=(replace(holder, state=state), *ended),
        moves=(Move("account", holder.id, event, state), *moves),
    )
