"""Unclaimed return (久悬返还): the owner of a balance that was set apart is back, and has it again.

When    at any time; two people have seen who he is
Reads   the unclaimed balance, its account, the holder
Posts   Dr 2310 / Cr 2010, in whole or in part
Returns Decision; a dormant account is active again
Order   amount, evidence, two names, unclaimed balance, its state, what is left of it, holder, size
Source  domain-decisions.md 4 (B13: "back at any time, never income")
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Holder, Move, Row, Unclaimed
from cunguan.ledger.book import Book
from cunguan.ledger.templates.dormancy import unclaimed_given_back
from cunguan.operations.further import found
from cunguan.operations.receiving import creditable, fits
from cunguan.operations.two_names import two_names
from cunguan.states.account import ACCOUNT
from cunguan.states.unclaimed import UNCLAIMED

KIND = "unclaimed_return"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of which balance; `document` says how its owner was identified."""

    unclaimed: str
    amount_minor: int
    document: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a return depends on."""

    unclaimed: Unclaimed | None
    holder: Holder | None
    available_minor: int


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a return."""
    body = instruction.body
    assert isinstance(body, Body)
    unclaimed = book.get(Unclaimed, body.unclaimed)
    if unclaimed is None:
        return Facts(None, None, 0)
    found(book, unclaimed.holder, "2310")  # the balance of an account is loaded with its row
    holder = book.get(Holder, unclaimed.holder)
    assert holder is not None, "an unclaimed balance has an owner"
    return Facts(unclaimed, holder, book.balance(holder.available))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one return."""
    body, unclaimed, holder = instruction.body, facts.unclaimed, facts.holder
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if not body.document.strip():
        return refuse(Code.details_missing, "the document says how the owner was identified")
    refusal = two_names(body.maker, body.checker)
    if refusal is not None:
        return refuse(refusal)
    if unclaimed is None or holder is None:
        return refuse(Code.suspense_item_not_found, "no such unclaimed balance")
    if unclaimed.state != "unclaimed":
        return refuse(Code.state_forbids, f"the balance is {unclaimed.state}")
    left_minor = unclaimed.amount_minor - unclaimed.given_back_minor
    if body.amount_minor > left_minor:
        return refuse(Code.exceeds_what_is_owed, left_minor=left_minor)
    refusal = creditable(holder)
    if refusal is not None:
        return refuse(refusal)
    if not fits(body.amount_minor, (facts.available_minor,)):
        return refuse(Code.balance_too_large)
    return _accept(body.amount_minor, unclaimed, holder, whole=body.amount_minor == left_minor)


def _accept(amount_minor: int, unclaimed: Unclaimed, holder: Holder, *, whole: bool) -> Decision:
    event = "owner_returned" if whole else "given_back_in_part"
    state = UNCLAIMED.after(unclaimed.state, event)
    row = replace(unclaimed, given_back_minor=unclaimed.given_back_minor + amount_minor, state=state)
    changes: tuple[Row, ...] = (row,)
    moves: tuple[Move, ...] = (Move("unclaimed", row.id, event, state),)
    if ACCOUNT.may(holder.state, "client_returned"):
        active = ACCOUNT.after(holder.state, "client_returned")
        changes += (replace(holder, state=active),)
        moves += (Move("account", holder.id, "client_returned", active),)
    return Decision(
        Code.done,
        postings=unclaimed_given_back(holder=holder, unclaimed=unclaimed, amount_minor=amount_minor),
        changes=changes,
        moves=moves,
        answer={"state": state},
    )
