"""Unpaid withdrawal (未付提现): what did not leave goes back to its owner, principal, fee and the use of a mandate.

When    the bank rejects a withdrawal, the client cancels it, the custodian intercepts it
Reads   the withdrawal, its holder, the hold of its fee, the mandate it used, its message
Posts   Dr 2030 / Cr 2010 principal; Dr 2020 / Cr 2010 fee, where it is still held
Source  domain-decisions.md 24, 25; domain.md (c.2) B4, B5, B6
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Confirmation, Decision, Posting
from cunguan.kernel.rows import Hold, Holder, Message, Move, Row, Withdrawal
from cunguan.ledger.book import Book
from cunguan.ledger.templates.withdrawal_result import withdrawal_fee_released, withdrawal_refused
from cunguan.operations.lending import release
from cunguan.operations.mandates import Mandates, given_back, mandates_of
from cunguan.operations.withdrawal import fee_hold_id
from cunguan.states.outbox import OUTBOX
from cunguan.states.withdrawal import WITHDRAWAL


class Facts(msgspec.Struct, frozen=True, gc=False):
    """A withdrawal with what it took; the rows beside it are there when it is."""

    withdrawal: Withdrawal | None
    message: Message | None
    holder: Holder | None
    fee_hold: Hold | None
    mandates: Mandates


def read(book: Book, withdrawal_id: str) -> Facts:
    """Read a withdrawal with what it took."""
    withdrawal = book.get(Withdrawal, withdrawal_id)
    if withdrawal is None:
        return Facts(None, None, None, None, {})
    return Facts(
        withdrawal=withdrawal,
        message=book.get(Message, withdrawal.id),
        holder=book.get(Holder, withdrawal.holder),
        fee_hold=book.get(Hold, fee_hold_id(withdrawal.id)) if withdrawal.fee_minor else None,
        mandates=mandates_of(book, [withdrawal]),
    )


def returned(
    withdrawal: Withdrawal, holder: Holder, fee_hold: Hold | None, mandates: Mandates
) -> tuple[tuple[Posting, ...], tuple[Row, ...]]:
    """Return the postings that give everything back, and the rows they change beside the withdrawal itself."""
    postings: tuple[Posting, ...] = withdrawal_refused(
        holder=holder, amount_minor=withdrawal.amount_minor, opened=withdrawal.seq
    )
    changes: tuple[Row, ...] = given_back(mandates, [(withdrawal.mandate, withdrawal.amount_minor)])
    hold = open_fee(fee_hold)
    if hold is not None:
        fee_minor = hold.remaining_minor
        postings += withdrawal_fee_released(holder=holder, hold=hold, fee_minor=fee_minor)
        changes += (release(hold, fee_minor),)
    return postings, changes


def open_fee(hold: Hold | None) -> Hold | None:
    """Return the fee's hold while it is open; the timer may have released it: the principal does not wait for it."""
    return hold if hold is not None and hold.state == "open" else None


def stopped(facts: Facts, event: str, authority: Confirmation | None) -> Decision:
    """Return the end of a withdrawal before any byte left: its message is withdrawn in the same journal."""
    withdrawal, message, holder = facts.withdrawal, facts.message, facts.holder
    assert withdrawal is not None and message is not None and holder is not None
    postings, changes = returned(withdrawal, holder, facts.fee_hold, facts.mandates)
    state, told = WITHDRAWAL.after(withdrawal.state, event), OUTBOX.after(message.state, "withdrawn")
    return Decision(
        Code.done,
        postings=postings,
        changes=(replace(withdrawal, state=state), replace(message, state=told), *changes),
        moves=(
            Move("withdrawal", withdrawal.id, event, state),
            Move("outbox", message.id, "withdrawn", told),
        ),
        authority=authority,
        answer={"state": state},
    )
