"""Unclaimed handover (久悬上缴): a balance whose owner is not found goes to the authority that the law names, or comes back.

When    an instrument orders it and the bank shows the money; it stays the owner's, the authority has it for him
Reads   the unclaimed balance, its account, the bank account and its pool
Posts   to the authority: Dr 2310 / Cr 1010; from it again: Dr 1010 / Cr 2310; all that is left
Returns Decision
Order   amount, instrument, receipt, two names, unclaimed balance, its state, the whole of it, pool, bank account, cash
Source  domain-decisions.md 4 (B13), 8 (authority L); invariant 8 (legal debit)
"""

from typing import Literal

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import BankAccount, Move, Pool, Unclaimed
from cunguan.ledger.book import Book
from cunguan.ledger.templates.dormancy import unclaimed_handed_back, unclaimed_handed_over
from cunguan.operations.authority import by_two_names
from cunguan.operations.cover import in_use
from cunguan.operations.further import found
from cunguan.operations.receiving import fits
from cunguan.operations.two_names import two_names
from cunguan.states.unclaimed import UNCLAIMED

KIND = "unclaimed_handover"
VERSION = 1
LANE = "platform"

EVENT_OF = {"to_authority": "handed_to_authority", "from_authority": "authority_returned"}


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose balance goes where; `receipt` is the authority's, or the bank's reference to what came back."""

    unclaimed: str
    holder: str
    direction: Literal["to_authority", "from_authority"]
    bank_account: str
    amount_minor: int
    instrument: str
    receipt: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a handover depends on."""

    unclaimed: Unclaimed | None
    pool: Pool | None
    bank: BankAccount | None
    cash_minor: int


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a handover."""
    body = instruction.body
    assert isinstance(body, Body)
    unclaimed, bank = book.get(Unclaimed, body.unclaimed), book.get(BankAccount, body.bank_account)
    if unclaimed is None:
        return Facts(None, None, bank, 0)
    account = found(book, unclaimed.holder, "2310")
    assert account is not None, "an unclaimed balance stands on its owner's 2310"
    return Facts(unclaimed, book.get(Pool, account.pool), bank, 0 if bank is None else book.balance(bank.account))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one handover."""
    body, unclaimed = instruction.body, facts.unclaimed
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if not body.instrument.strip():
        return refuse(Code.legal_instrument_missing)
    if not body.receipt.strip():
        return refuse(Code.details_missing, "the authority gives a receipt, the bank a reference")
    refusal = two_names(body.maker, body.checker)
    if refusal is not None:
        return refuse(refusal)
    if unclaimed is None:
        return refuse(Code.suspense_item_not_found, "no such unclaimed balance")
    if unclaimed.holder != body.holder:
        return refuse(Code.account_not_found, "the balance is another's")
    if not UNCLAIMED.may(unclaimed.state, EVENT_OF[body.direction]):
        return refuse(Code.state_forbids, f"the balance is {unclaimed.state}")
    left_minor = unclaimed.amount_minor - unclaimed.given_back_minor
    if body.amount_minor != left_minor:
        return refuse(Code.details_differ, "all that is left goes together", left_minor=left_minor)
    wrong = in_use(facts.pool, facts.bank)
    if wrong is not None:
        return refuse(*wrong)
    if body.direction == "to_authority":
        return _to(instruction.id, body, unclaimed, facts, given)
    return _from(body, unclaimed, facts)


def _to(handover: str, body: Body, unclaimed: Unclaimed, facts: Facts, given: Given) -> Decision:
    bank = facts.bank
    assert bank is not None
    if body.amount_minor > facts.cash_minor:
        return refuse(Code.insufficient_pool_cash, cash_minor=facts.cash_minor)
    authority = by_two_names(
        given, handover, "L", owner=unclaimed.holder, type=KIND, amount_minor=body.amount_minor, payee=body.instrument,
        maker=body.maker, checker=body.checker,
    )  # fmt: skip
    postings = unclaimed_handed_over(
        bank=bank, unclaimed=unclaimed, amount_minor=body.amount_minor, authority=given.seq
    )
    return replace(_moved(body, unclaimed), postings=postings, authority=authority)


def _from(body: Body, unclaimed: Unclaimed, facts: Facts) -> Decision:
    bank = facts.bank
    assert bank is not None
    if not fits(body.amount_minor, (facts.cash_minor,)):
        return refuse(Code.balance_too_large)
    postings = unclaimed_handed_back(bank=bank, unclaimed=unclaimed, amount_minor=body.amount_minor)
    return replace(_moved(body, unclaimed), postings=postings)


def _moved(body: Body, unclaimed: Unclaimed) -> Decision:
    event = EVENT_OF[body.direction]
    state = UNCLAIMED.after(unclaimed.state, event)
    return Decision(
        Code.done,
        changes=(replace(unclaimed, state=state),),
        moves=(Move("unclaimed", unclaimed.id, event, state),),
        answer={"state": state},
    )
