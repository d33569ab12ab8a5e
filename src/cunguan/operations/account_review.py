"""Account review (企业开户审核): two people of the custodian pass or refuse a company's account.

When    a company's papers were looked at
Reads   the holder account
Returns Decision; the account is active, or refused for good
Order   two names, reason of a refusal, account, state
Source  domain.md (c.1) A2
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Holder, Move
from cunguan.ledger.book import Book
from cunguan.operations.two_names import two_names
from cunguan.states.account import ACCOUNT

KIND = "account_review"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the two found; a refusal says why."""

    holder: str
    passed: bool
    reason: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a review depends on."""

    holder: Holder | None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a review."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(book.get(Holder, body.holder))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one review."""
    body, holder = instruction.body, facts.holder
    assert isinstance(body, Body)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if not body.passed and not body.reason:
        return refuse(Code.reason_missing)
    if holder is None:
        return refuse(Code.account_not_found)
    event = "reviewed" if body.passed else "review_refused"
    if not ACCOUNT.may(holder.state, event):
        return refuse(Code.state_forbids, f"the account is {holder.state}")
    state = ACCOUNT.after(holder.state, event)
    return Decision(
        Code.done, changes=(replace(holder, state=state),), moves=(Move("account", holder.id, event, state),)
    )
