"""Charge-back (拒付): a channel takes a cleared deposit back from the pool, whatever the client has done with it.

When    the bank shows the debit. Before the deposit was cleared nothing has come, and deposit_settlement un-credits it
Reads   the deposit, an item of suspense that it was, its holder and what he has available, the bank account, the pool
        with its cover, the holder's 1040; where a part is taken back from the client, the journal that credited him
Posts   Dr 1040 / Cr 1010, by the bank's word alone: a debt of the client's, never netted with anybody's money
        client_minor, as far as two people take it back from what is still there: Dr 2010 / Cr 1010
Returns Decision; a debt and a shortfall of the instruction's id, which the firm makes good the same day
Order   amount, reference, value date, deposit, its state, its holder, amount, pool, bank account;
        of the part taken back: two names, evidence and notice, the credit, one business day, what is available; cash
Source  domain-decisions.md 5, 8, 9

Why not from the client's money at once, where it is still there: nobody but he lowers what he has (decision 8). A credit
that its channel undid is a wrong credit, so two people may mirror it within a business day, with notice (decision 9);
without them, or later, it is a debt, which he pays by his own confirmation (client_debt_repayment) or the firm bears.
"""

from datetime import date

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, Posting, refuse
from cunguan.kernel.rows import (
    BankAccount,
    ClientDebt,
    Day,
    Deposit,
    FurtherAccount,
    Holder,
    Move,
    Pool,
    Posted,
    Row,
    Shortfall,
    SuspenseItem,
)
from cunguan.ledger.book import Book
from cunguan.ledger.templates.charge_back import charged_back, uncredited
from cunguan.operations.authority import by_two_names
from cunguan.operations.corrections import correctable, credit_to
from cunguan.operations.cover import Standing, following, in_use, standing
from cunguan.operations.further import found, opened
from cunguan.operations.receiving import fits
from cunguan.operations.two_names import two_names
from cunguan.operations.value_dates import value_dated
from cunguan.states.client_debt import CLIENT_DEBT
from cunguan.states.deposit import DEPOSIT
from cunguan.states.shortfall import SHORTFALL

KIND = "charge_back"
VERSION = 1
LANE = "platform"
ALSO_PREFIX = "statement:"  # of a line the bank inbox read


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A deposit taken back whole; `client_minor` of it from the client, by two people who name what credited him."""

    deposit: str
    holder: str
    bank_account: str
    amount_minor: int
    reference: str
    client_minor: int = 0
    credited_by: str = ""
    document: str = ""
    notice: str = ""
    maker: str = ""
    checker: str = ""
    value_date: date | None = None


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a charge-back depends on; what stands beside the holder is there when he is."""

    day: Day | None
    deposit: Deposit | None
    item: SuspenseItem | None
    holder: Holder | None
    pool: Pool | None
    bank: BankAccount | None
    standing: Standing | None
    debt_account: FurtherAccount | None
    credited: tuple[Posted, ...]
    available_minor: int
    cash_minor: int
    owed_minor: int


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a charge-back."""
    body = instruction.body
    assert isinstance(body, Body)
    deposit, bank = book.get(Deposit, body.deposit), book.get(BankAccount, body.bank_account)
    holder = book.get(Holder, body.holder)
    if deposit is None or bank is None or holder is None:
        return Facts(book.day(), deposit, None, holder, None, bank, None, None, (), 0, 0, 0)
    pool, account = book.get(Pool, holder.pool), found(book, holder.id, "1040")
    assert pool is not None, "a holder belongs to a pool"
    return Facts(
        day=book.day(),
        deposit=deposit,
        item=book.get(SuspenseItem, deposit.id),
        holder=holder,
        pool=pool,
        bank=bank,
        standing=standing(book, pool),
        debt_account=account,
        credited=book.posted(body.credited_by) if body.credited_by else (),
        available_minor=book.balance(holder.available),
        cash_minor=book.balance(bank.account),
        owed_minor=0 if account is None else book.balance(account.account),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one charge-back."""
    body, deposit, holder = instruction.body, facts.deposit, facts.holder
    assert isinstance(body, Body)
    if body.amount_minor <= 0 or body.client_minor < 0:
        return refuse(Code.amount_not_positive)
    if not body.reference.strip():
        return refuse(Code.details_missing, "the bank's reference finds the debit on the statement")
    refusal = value_dated(body.value_date, given)
    if refusal is not None:
        return refuse(refusal)
    if deposit is None:
        return refuse(Code.deposit_not_found)
    if not DEPOSIT.may(deposit.state, "charged_back"):
        return refuse(Code.state_forbids, f"the deposit is {deposit.state}", state=deposit.state)
    if facts.item is not None:
        return refuse(Code.state_forbids, "it came by suspense, and may have gone to others: it is a loss of the pool")
    if holder is None or deposit.holder != holder.id:
        return refuse(Code.account_not_found, "the deposit is another's")
    if body.amount_minor != deposit.amount_minor:
        return refuse(Code.deposit_differs, amount_minor=deposit.amount_minor)
    if facts.bank is None:
        return refuse(Code.bank_account_not_found)
    wrong = in_use(facts.pool, facts.bank) or (_taken_back(body, facts, given) if body.client_minor else None)
    if wrong is not None:
        return refuse(*wrong)
    if body.amount_minor > facts.cash_minor:
        return refuse(Code.insufficient_pool_cash, cash_minor=facts.cash_minor)
    if not fits(body.amount_minor, (facts.owed_minor,)):
        return refuse(Code.balance_too_large)
    return _accept(instruction.id, body, facts, given)


def _taken_back(body: Body, facts: Facts, given: Given) -> tuple[Code, str] | None:
    """Return why two people may not take this part back from the client, or None."""
    assert facts.deposit is not None and facts.holder is not None
    refusal = two_names(body.maker, body.checker)
    if refusal is not None:
        return refusal, ""
    if not body.document.strip() or not body.notice.strip():
        return Code.details_missing, "a correction has its evidence, and a notice to the client"
    credit = credit_to(facts.credited, facts.holder.available, of=facts.deposit.seq)
    return correctable(credit, body.client_minor, facts.available_minor, given)


def _accept(charge: str, body: Body, facts: Facts, given: Given) -> Decision:
    deposit, holder, pool, bank, before = facts.deposit, facts.holder, facts.pool, facts.bank, facts.standing
    assert deposit is not None and holder is not None and pool is not None and bank is not None and before is not None
    state = DEPOSIT.after(deposit.state, "charged_back")
    changes: tuple[Row, ...] = (replace(deposit, state=state),)
    moves: tuple[Move, ...] = (Move("deposit", deposit.id, "charged_back", state),)
    postings: tuple[Posting, ...] = ()
    authority = None
    if body.client_minor:
        postings = uncredited(bank=bank, holder=holder, amount_minor=body.client_minor, authority=given.seq)
        authority = by_two_names(
            given, charge, "M", owner=holder.id, type=KIND, amount_minor=body.client_minor, payee=body.credited_by,
            maker=body.maker, checker=body.checker,
        )  # fmt: skip
    debt_minor = body.amount_minor - body.client_minor
    answer: dict[str, object] = {"state": state, "debt_minor": debt_minor}
    if not debt_minor:
        return Decision(
            Code.done, postings=postings, changes=changes, moves=moves, authority=authority, answer=answer,
            value_date=body.value_date,
        )  # fmt: skip
    assert facts.day is not None
    account = opened(facts.debt_account, facts.day, owner=holder.id, code="1040", pool=pool.id, currency=pool.currency)
    shortfall = Shortfall(
        charge, pool.id, debt_minor, 0, given.business_date, "client_debt", body.reference, given.seq, SHORTFALL.initial
    )
    debt = ClientDebt(
        charge, holder.id, pool.id, account.row.account, deposit.id, debt_minor, 0, given.seq, CLIENT_DEBT.initial
    )
    after = following(before, before.gap_minor + debt_minor, shortfall)
    postings += charged_back(bank=bank, account=account.row.account, amount_minor=debt_minor, opened=given.seq)
    return Decision(
        Code.done, postings=postings, adds=(debt, shortfall, *account.adds), accounts=account.accounts,
        changes=(*changes, *account.changes, *after.changes), moves=(*moves, *after.moves), authority=authority,
        value_date=body.value_date, answer=answer | {"pool": after.pool.state},
    )  # fmt: skip
