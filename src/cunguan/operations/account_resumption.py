"""Account resumption (恢复账户): two people of the custodian let a suspended account go on.

When    the reason of the suspension is gone
Reads   the holder account
Returns Decision; the account is active
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

KIND = "account_resumption"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which account, why, by whom."""

    holder: str
    reason: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a resumption depends on."""

    holder: Holder | None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a resumption."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(book.get(Holder, body.holder))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one resumption."""
    body, holder = instruction.body, facts.holder
    assert isinstance(body, Body)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if not body.reason:
        return refuse(Code.reason_missing)
    if holder is None:
        return refuse(Code.account_not_found)
    if not ACCOUNT.may(holder.state, "resume"):
        return refuse(Code.state_forbids, f"the account is {holder.state}")
    state = ACCOUNT.after(holder.state, "resume")
    return Decision(
        Code.done, changes=(replace(holder, state=state),), moves=(Move("account", holder.id, "resume", state),)
    )
