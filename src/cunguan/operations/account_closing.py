"""Account closing (申请销户): the client asks that his account is closed; from then on he starts nothing in it.

When    he confirms it, while nothing is left: no money, hold, claim, loan, debt, order, unclaimed balance
Reads   the holder with all that remains of his, his key
Returns Decision; the account is closing until two people finish it (account_closed), or he takes it back
Order   account, state, confirmation, nothing left
Source  domain.md (c.1) A10; invariant 39
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Holder, Move
from cunguan.ledger.book import Book
from cunguan.operations.authority import ACCOUNT_CODE, Signer, confirmed, signer_of
from cunguan.operations.remains import remains
from cunguan.states.account import ACCOUNT

KIND = "account_closing"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which account."""

    holder: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a closing depends on; `left` names what is not zero."""

    holder: Holder | None
    key: Signer | None
    left: dict[str, int]


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the client confirms."""
    body = instruction.body
    assert isinstance(body, Body)
    return AuthorityText(lane, instruction.id, "P", body.holder, "account_closing", 0, body.holder, "", "")


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a closing."""
    body = instruction.body
    assert isinstance(body, Body)
    holder = book.get(Holder, body.holder)
    if holder is None:
        return Facts(None, None, {})
    return Facts(holder, signer_of(book, holder, given), remains(book, holder))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one wish to close."""
    body, holder = instruction.body, facts.holder
    assert isinstance(body, Body)
    if holder is None:
        return refuse(Code.account_not_found)
    # Who takes the wish back is active again: a suspension is not left by this door.
    if holder.state == "suspended" or not ACCOUNT.may(holder.state, "close_asked"):
        return refuse(ACCOUNT_CODE.get(holder.state, Code.account_not_active), f"the account is {holder.state}")
    refused = confirmed(given, facts.key, body.holder)
    if refused is not None:
        return refuse(refused)
    if facts.left:
        return refuse(Code.account_not_empty, f"left: {', '.join(facts.left)}", left=facts.left)
    state = ACCOUNT.after(holder.state, "close_asked")
    return Decision(
        Code.done,
        changes=(replace(holder, state=state),),
        moves=(Move("account", holder.id, "close_asked", state),),
        authority=given.confirmation,
    )
