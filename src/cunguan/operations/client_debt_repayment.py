"""Client debt repayment (客户偿还欠款): a client pays what he owes the pool since a charge-back.

When    he confirms it himself; nobody else takes it from him
Reads   the debt with its shortfall and its pool's cover, the holder's key and money
Posts   Dr 2010 / Cr 1040
Returns Decision; own money that the firm has paid in for it is free to go back then
Order   amount, debt, its state, pool, what is owed, holder, confirmation, balance
Source  domain-decisions.md 5, 8
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, refuse
from cunguan.ledger.book import Book
from cunguan.ledger.templates.charge_back import debt_repaid
from cunguan.operations.authority import Signer, confirmed, signer_of, usable
from cunguan.operations.client_debts import Owed, lowered, owed, payable

KIND = "client_debt_repayment"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who pays how much of which debt."""

    holder: str
    debt: str
    amount_minor: int


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a repayment depends on."""

    owed: Owed | None
    key: Signer | None


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the client confirms."""
    body = instruction.body
    assert isinstance(body, Body)
    return AuthorityText(lane, instruction.id, "P", body.holder, "debt_repayment", body.amount_minor, body.debt, "", "")


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a repayment."""
    body = instruction.body
    assert isinstance(body, Body)
    of = owed(book, body.debt)
    if of is None:
        return Facts(None, None)
    return Facts(of, signer_of(book, of.holder, given))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one repayment."""
    body, of = instruction.body, facts.owed
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    wrong = payable(of, body.amount_minor)
    if wrong is not None:
        return refuse(*wrong)
    assert of is not None
    if of.debt.holder != body.holder:
        return refuse(Code.account_not_found, "the debt is another's")
    refusal = usable(of.holder) or confirmed(given, facts.key, body.holder)
    if refusal is not None:
        return refuse(refusal)
    if body.amount_minor > of.available_minor:
        return refuse(Code.insufficient_balance)
    after = lowered(of, body.amount_minor)
    postings = debt_repaid(holder=of.holder, debt=of.debt, amount_minor=body.amount_minor, authority=given.seq)
    return Decision(
        Code.done, postings=postings, changes=after.changes, moves=after.moves, authority=given.confirmation,
        answer=after.answer,
    )  # fmt: skip
