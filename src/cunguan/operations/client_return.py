"""Client return (久悬账户激活): the owner of a dormant account comes back.

When    he confirms it with his key; who lost it gets another first (key_replacement)
Reads   the holder, his key
Returns Decision; the account is active. What was moved to unclaimed money meanwhile is his and is given back on its own
Order   account, state, confirmation
Source  domain-decisions.md 4 (B13): his at any time, never income
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Holder, Move
from cunguan.ledger.book import Book
from cunguan.operations.authority import ACCOUNT_CODE, Signer, confirmed, signer_of
from cunguan.states.account import ACCOUNT

KIND = "client_return"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which account."""

    holder: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a return depends on."""

    holder: Holder | None
    key: Signer | None


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the client confirms."""
    body = instruction.body
    assert isinstance(body, Body)
    return AuthorityText(lane, instruction.id, "P", body.holder, "client_return", 0, body.holder, "", "")


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a return."""
    body = instruction.body
    assert isinstance(body, Body)
    holder = book.get(Holder, body.holder)
    return Facts(holder, None if holder is None else signer_of(book, holder, given))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one return."""
    body, holder = instruction.body, facts.holder
    assert isinstance(body, Body)
    if holder is None:
        return refuse(Code.account_not_found)
    if not ACCOUNT.may(holder.state, "client_returned"):
        return refuse(ACCOUNT_CODE.get(holder.state, Code.account_not_active), f"the account is {holder.state}")
    refused = confirmed(given, facts.key, body.holder)
    if refused is not None:
        return refuse(refused)
    state = ACCOUNT.after(holder.state, "client_returned")
    return Decision(
        Code.done,
        changes=(replace(holder, state=state),),
        moves=(Move("account", holder.id, "client_returned", state),),
        authority=given.confirmation,
    )
