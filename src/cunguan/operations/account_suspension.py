"""Account suspension (暂停账户): two people of the custodian stop an account that is not locked by an order.

When    the client's papers have run out, or a doubt about him is looked at; credits go on, he starts no debit
Reads   the holder account
Returns Decision; the account is suspended
Order   two names, reason, account, state
Source  domain.md (c.1) A10; invariant 39
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Holder, Move
from cunguan.ledger.book import Book
from cunguan.operations.two_names import two_names
from cunguan.states.account import ACCOUNT

KIND = "account_suspension"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which account, why, by whom."""

    holder: str
    reason: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a suspension depends on."""

    holder: Holder | None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a suspension."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(book.get(Holder, body.holder))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one suspension."""
    body, holder = instruction.body, facts.holder
    assert isinstance(body, Body)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if not body.reason:
        return refuse(Code.reason_missing)
    if holder is None:
        return refuse(Code.account_not_found)
    if not ACCOUNT.may(holder.state, "suspend"):
        return refuse(Code.state_forbids, f"the account is {holder.state}")
    state = ACCOUNT.after(holder.state, "suspend")
    return Decision(
        Code.done, changes=(replace(holder, state=state),), moves=(Move("account", holder.id, "suspend", state),)
    )
