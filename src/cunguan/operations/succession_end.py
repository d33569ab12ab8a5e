"""Succession end (继承办结): the heirs have everything; the dead client's account is closed.

When    two people of the custodian have seen that nothing is left and nothing is to come
Reads   the holder with all that remains of his, his cards
Returns Decision; the account is closed for good, its cards are unbound. What comes later goes to 2220 in its owner's name
Order   two names, account, state, nothing left
Source  domain-decisions.md 29, 31 (A12); invariant 39
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.ledger.book import Book
from cunguan.operations.account_closed import Facts, closed, ending
from cunguan.operations.two_names import two_names
from cunguan.states.account import ACCOUNT

KIND = "succession_end"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which account, by whom."""

    holder: str
    maker: str
    checker: str


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of the end of a succession."""
    body = instruction.body
    assert isinstance(body, Body)
    return ending(book, body.holder)


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide the end of one succession."""
    body, holder = instruction.body, facts.holder
    assert isinstance(body, Body)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if holder is None:
        return refuse(Code.account_not_found)
    if not ACCOUNT.may(holder.state, "heirs_satisfied"):
        return refuse(Code.account_not_in_succession, f"the account is {holder.state}")
    if facts.left:
        return refuse(Code.account_not_empty, f"left: {', '.join(facts.left)}", left=facts.left)
    return closed(holder, "heirs_satisfied", facts.cards)
