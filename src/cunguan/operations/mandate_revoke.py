"""Mandate revoke (撤销授权): the client takes a standing authority back, at once.

When    the client says so; also while his account is locked. Holds made under it stay
Reads   the holder, his key, the mandate
Returns Decision; nothing is debited under the mandate from this sequence on
Order   account, mandate, owner, confirmation, state
Source  domain.md (c.1) A8
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Holder, Mandate, Move
from cunguan.ledger.book import Book
from cunguan.operations.authority import Signer, confirmed, signer_of
from cunguan.states.mandate import MANDATE

KIND = "mandate_revoke"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose mandate, and which."""

    holder: str
    mandate: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a revocation depends on."""

    holder: Holder | None
    key: Signer | None
    mandate: Mandate | None


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the client confirms."""
    body = instruction.body
    assert isinstance(body, Body)
    return AuthorityText(lane, instruction.id, "P", body.holder, "mandate_revoke", 0, body.mandate, "", "")


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a revocation."""
    body = instruction.body
    assert isinstance(body, Body)
    holder = book.get(Holder, body.holder)
    return Facts(
        holder=holder,
        key=None if holder is None else signer_of(book, holder, given),
        mandate=book.get(Mandate, body.mandate),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one revocation; the state of the account is no reason against it."""
    body, mandate = instruction.body, facts.mandate
    assert isinstance(body, Body)
    if facts.holder is None:
        return refuse(Code.account_not_found)
    if mandate is None:
        return refuse(Code.mandate_not_found)
    if mandate.holder != body.holder:
        return refuse(Code.mandate_owner_differs)
    refused = confirmed(given, facts.key, body.holder)
    if refused is not None:
        return refuse(refused)
    if not MANDATE.may(mandate.state, "revoked"):
        return refuse(Code.mandate_not_active, f"the mandate is {mandate.state}")
    state = MANDATE.after(mandate.state, "revoked")
    return Decision(
        Code.done,
        changes=(replace(mandate, state=state),),
        moves=(Move("mandate", mandate.id, "revoked", state),),
        authority=given.confirmation,
    )
