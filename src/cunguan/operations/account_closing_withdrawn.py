"""Account closing withdrawn (撤回销户): the client takes his wish to close the account back.

When    he confirms it before two people have finished the closing
Reads   the holder, his key
Returns Decision; the account is active, as it was before he asked
Order   account, state, confirmation
Source  domain.md (c.1) A10
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Holder, Move
from cunguan.ledger.book import Book
from cunguan.operations.authority import ACCOUNT_CODE, Signer, confirmed, signer_of
from cunguan.states.account import ACCOUNT

KIND = "account_closing_withdrawn"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which account."""

    holder: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a withdrawn wish depends on."""

    holder: Holder | None
    key: Signer | None


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the client confirms."""
    body = instruction.body
    assert isinstance(body, Body)
    return AuthorityText(lane, instruction.id, "P", body.holder, "account_closing_withdrawn", 0, body.holder, "", "")


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a withdrawn wish."""
    body = instruction.body
    assert isinstance(body, Body)
    holder = book.get(Holder, body.holder)
    return Facts(holder, None if holder is None else signer_of(book, holder, given))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one withdrawn wish."""
    body, holder = instruction.body, facts.holder
    assert isinstance(body, Body)
    if holder is None:
        return refuse(Code.account_not_found)
    if not ACCOUNT.may(holder.state, "close_withdrawn"):
        return refuse(ACCOUNT_CODE.get(holder.state, Code.state_forbids), f"the account is {holder.state}")
    refused = confirmed(given, facts.key, body.holder)
    if refused is not None:
        return refuse(refused)
    state = ACCOUNT.after(holder.state, "close_withdrawn")
    return Decision(
        Code.done,
        changes=(replace(holder, state=state),),
        moves=(Move("account", holder.id, "close_withdrawn", state),),
        authority=given.confirmation,
    )
