"""Client debt recovery (拒付撤销): the channel gives back what it had taken, so the client owes that no longer.

When    the bank shows the credit: the charge-back did not stand, or the client has paid the channel
Reads   the debt with its shortfall and its pool's cover, the bank account
Posts   Dr 1010 / Cr 1040
Returns Decision
Order   amount, reference, debt, its state, pool, what is owed, bank account, size
Source  domain-decisions.md 5
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import BankAccount
from cunguan.ledger.book import Book
from cunguan.ledger.templates.charge_back import debt_recovered
from cunguan.operations.client_debts import Owed, lowered, owed, payable
from cunguan.operations.cover import in_use
from cunguan.operations.receiving import fits

KIND = "client_debt_recovery"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What came back for which debt; `reference` finds it on the bank's statement."""

    debt: str
    bank_account: str
    amount_minor: int
    reference: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a recovery depends on."""

    owed: Owed | None
    bank: BankAccount | None
    cash_minor: int


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a recovery."""
    body = instruction.body
    assert isinstance(body, Body)
    of, bank = owed(book, body.debt), book.get(BankAccount, body.bank_account)
    return Facts(of, bank, 0 if bank is None else book.balance(bank.account))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one recovery."""
    body, of, bank = instruction.body, facts.owed, facts.bank
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if not body.reference.strip():
        return refuse(Code.details_missing, "the bank's reference finds the money on the statement")
    wrong = payable(of, body.amount_minor)
    if wrong is not None:
        return refuse(*wrong)
    assert of is not None
    wrong = in_use(of.standing.pool, bank)
    if wrong is not None:
        return refuse(*wrong)
    assert bank is not None
    if not fits(body.amount_minor, (facts.cash_minor,)):
        return refuse(Code.balance_too_large)
    after = lowered(of, body.amount_minor)
    postings = debt_recovered(bank=bank, debt=of.debt, amount_minor=body.amount_minor)
    return Decision(Code.done, postings=postings, changes=after.changes, moves=after.moves, answer=after.answer)
