"""Withdrawal cancel (撤销提现): the client takes a withdrawal back before it was sent; the platform alone never can.

When    the client confirms it while the money is still held; also while his account is locked, for nothing leaves him
Reads   the withdrawal, its message and holder, his key, the fee's hold, the mandate it used
Posts   Dr 2030 / Cr 2010 principal; Dr 2020 / Cr 2010 fee
Returns Decision; the message for the bank is withdrawn in the same journal
Order   account, withdrawal, owner, amount, confirmation, state
Source  domain.md (c.2) B4; domain-decisions.md 24, 25
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Holder
from cunguan.ledger.book import Book
from cunguan.operations import unpaid
from cunguan.operations.authority import Signer, confirmed, signer_of
from cunguan.states.withdrawal import WITHDRAWAL

KIND = "withdrawal_cancel"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A withdrawal to take back, with the amount the client sees."""

    holder: str
    withdrawal: str
    amount_minor: int


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a cancel depends on."""

    holder: Holder | None
    key: Signer | None
    unpaid: unpaid.Facts


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the client confirms."""
    body = instruction.body
    assert isinstance(body, Body)
    return AuthorityText(
        lane, instruction.id, "P", body.holder, "withdrawal_cancel", body.amount_minor, body.withdrawal, "", ""
    )


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a cancel."""
    body = instruction.body
    assert isinstance(body, Body)
    holder = book.get(Holder, body.holder)
    return Facts(
        holder=holder,
        key=None if holder is None else signer_of(book, holder, given),
        unpaid=unpaid.read(book, body.withdrawal),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one cancel; the state of the account is no reason against it."""
    body, withdrawal = instruction.body, facts.unpaid.withdrawal
    assert isinstance(body, Body)
    if facts.holder is None:
        return refuse(Code.account_not_found)
    if withdrawal is None:
        return refuse(Code.withdrawal_not_found)
    if withdrawal.holder != body.holder:
        return refuse(Code.withdrawal_owner_differs)
    if withdrawal.amount_minor != body.amount_minor:
        return refuse(Code.withdrawal_differs, amount_minor=withdrawal.amount_minor)
    refused = confirmed(given, facts.key, body.holder)
    if refused is not None:
        return refuse(refused)
    if withdrawal.state in WITHDRAWAL.final:
        return refuse(Code.withdrawal_final, f"the withdrawal is {withdrawal.state}", state=withdrawal.state)
    if not WITHDRAWAL.may(withdrawal.state, "cancelled"):
        return refuse(Code.withdrawal_not_held, f"the withdrawal is {withdrawal.state}", state=withdrawal.state)
    return unpaid.stopped(facts.unpaid, "cancelled", given.confirmation)
