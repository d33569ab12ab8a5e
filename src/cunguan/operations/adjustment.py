"""Adjustment (冲正): two people mirror a wrong credit: from the client what they may, the rest is made good by the firm.

When    a request stands, and the evidence shows that the money never came, or that it is another's
Reads   the request, the journal that credited the client, the holder, the pool with its cover, the bank account, a deposit
        of that id
Posts   never came: Dr 2010 / Cr 1010, and Dr 1030 / Cr 1010; another's: Dr 2010 / Cr 2210, and Dr 1030 / Cr 2210
Returns Decision; request and journal name each other. Another's money is a suspense item of the instruction's id; what the
        firm makes good is a shortfall of that id, due the same day. The value date is not before the wrong credit
Order   amounts, evidence and notice, two names, request, its state, who asked does not check, holder and instruction, sum,
        the credit, value date, pool, bank account, what the credit came from; of the client's part: its amount, one
        business day, what is available; cash, size
Source  domain-decisions.md 8, 9; domain.md (k.3) S-26; invariants 1, 32
"""

from datetime import date
from typing import Literal

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, Posting, refuse
from cunguan.kernel.rows import (
    Adjustment,
    BankAccount,
    Deposit,
    Holder,
    Move,
    Pool,
    Posted,
    Row,
    Shortfall,
    SuspenseItem,
)
from cunguan.ledger.book import Book
from cunguan.ledger.chart import pool_account
from cunguan.ledger.templates.adjustment import credit_made_good, credit_mirrored
from cunguan.operations.authority import by_two_names
from cunguan.operations.corrections import correctable
from cunguan.operations.cover import Standing, following, in_use, standing
from cunguan.operations.receiving import fits
from cunguan.operations.suspense import suspense_item
from cunguan.operations.two_names import two_names
from cunguan.operations.value_dates import value_dated
from cunguan.states.adjustment import ADJUSTMENT
from cunguan.states.deposit import DEPOSIT
from cunguan.states.shortfall import SHORTFALL

KIND = "adjustment"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What two people decide of a request; `bank_account` is where the money stands, or was said to stand."""

    request: str
    of: str
    holder: str
    finding: Literal["never_came", "of_another"]
    client_minor: int
    firm_minor: int
    bank_account: str
    document: str
    notice: str
    maker: str
    checker: str
    value_date: date | None = None


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What an adjustment depends on; what stands beside the request is there when it is."""

    request: Adjustment | None
    credit: Posted | None
    holder: Holder | None
    pool: Pool | None
    bank: BankAccount | None
    deposit: Deposit | None
    standing: Standing | None
    available_minor: int
    cash_minor: int
    balances_minor: tuple[int, ...]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of an adjustment."""
    body = instruction.body
    assert isinstance(body, Body)
    request, bank = book.get(Adjustment, body.request), book.get(BankAccount, body.bank_account)
    if request is None:
        return Facts(None, None, None, None, bank, None, None, 0, 0, (0,))
    holder = book.get(Holder, request.holder)
    assert holder is not None, "a request names a holder"
    pool = book.get(Pool, holder.pool)
    assert pool is not None, "a holder belongs to a pool"
    return Facts(
        request=request,
        credit=next((line for line in book.posted(request.of) if line.line == request.line), None),
        holder=holder,
        pool=pool,
        bank=bank,
        deposit=book.get(Deposit, request.of),
        standing=standing(book, pool),
        available_minor=book.balance(holder.available),
        cash_minor=0 if bank is None else book.balance(bank.account),
        balances_minor=(book.balance(pool.firm), book.balance(pool_account(pool.base, "2210"))),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one adjustment."""
    body, request, credit = instruction.body, facts.request, facts.credit
    assert isinstance(body, Body)
    amount_minor = body.client_minor + body.firm_minor
    if min(body.client_minor, body.firm_minor) < 0 or amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if not body.document.strip() or not body.notice.strip():
        return refuse(Code.details_missing, "a correction has its evidence, and a notice to the client")
    refusal = two_names(body.maker, body.checker)
    if refusal is not None:
        return refuse(refusal)
    if request is None:
        return refuse(Code.adjustment_not_found)
    if not ADJUSTMENT.may(request.state, "approved"):
        return refuse(Code.state_forbids, f"the request is {request.state}")
    if request.asked_by.strip() == body.checker.strip():
        return refuse(Code.approver_is_maker)
    if (body.of, body.holder, amount_minor) != (request.of, request.holder, request.amount_minor):
        return refuse(Code.details_differ, "the request says otherwise", amount_minor=request.amount_minor)
    assert credit is not None, "a request was made of a committed posting"
    refusal = value_dated(body.value_date, given, since=credit.business_date)
    if refusal is not None:
        return refuse(refusal)
    wrong = in_use(facts.pool, facts.bank) or _mirror(body, facts, given)
    if wrong is not None:
        return refuse(*wrong)
    if body.finding == "never_came" and amount_minor > facts.cash_minor:
        return refuse(Code.insufficient_pool_cash, cash_minor=facts.cash_minor)
    if not fits(amount_minor, facts.balances_minor):
        return refuse(Code.balance_too_large)
    return _accept(instruction.id, body, facts, given)


def _mirror(body: Body, facts: Facts, given: Given) -> tuple[Code, str] | None:
    """Return why the credit cannot be mirrored so, or None."""
    credit, pool, bank = facts.credit, facts.pool, facts.bank
    assert credit is not None and pool is not None and bank is not None
    sources = {bank.account}
    if body.finding == "of_another":
        sources |= {pool_account(pool.base, "2210"), pool_account(pool.base, "2220")}
    if credit.debit not in sources:
        return Code.payee_not_allowed, "only a credit from the bank account, or of another's money from suspense"
    return correctable(credit, body.client_minor, facts.available_minor, given) if body.client_minor else None


def _accept(adjustment: str, body: Body, facts: Facts, given: Given) -> Decision:
    request, pool, bank, before = facts.request, facts.pool, facts.bank, facts.standing
    assert request is not None and pool is not None and bank is not None and before is not None
    approved, posted = ADJUSTMENT.after(request.state, "approved"), ADJUSTMENT.after("approved", "posted")
    corrected, moves = _corrected(request, facts.deposit)
    found = _shortfall(adjustment, body, pool, given)
    after = following(before, before.gap_minor + body.firm_minor, *found)
    return Decision(
        Code.done,
        postings=_postings(body, facts, given),
        adds=(*found, *_suspense(adjustment, body, facts, given)),
        changes=(replace(request, state=posted), *corrected, *after.changes),
        moves=(
            Move("adjustment", request.id, "approved", approved),
            Move("adjustment", request.id, "posted", posted),
            *moves,
            *after.moves,
        ),
        authority=by_two_names(
            given, adjustment, "M", owner=request.holder, type=KIND, amount_minor=body.client_minor, payee=request.of,
            maker=body.maker, checker=body.checker,
        ),
        value_date=body.value_date,
        answer={"pool": after.pool.state},
    )  # fmt: skip


def _postings(body: Body, facts: Facts, given: Given) -> tuple[Posting, ...]:
    holder, pool, bank = facts.holder, facts.pool, facts.bank
    assert holder is not None and pool is not None and bank is not None
    against = bank.account if body.finding == "never_came" else pool_account(pool.base, "2210")
    postings: tuple[Posting, ...] = ()
    if body.client_minor:
        postings += credit_mirrored(holder=holder, against=against, amount_minor=body.client_minor, authority=given.seq)
    if body.firm_minor:
        postings += credit_made_good(pool=pool, against=against, amount_minor=body.firm_minor, opened=given.seq)
    return postings


def _shortfall(adjustment: str, body: Body, pool: Pool, given: Given) -> tuple[Shortfall, ...]:
    if not body.firm_minor:
        return ()
    row = Shortfall(
        adjustment, pool.id, body.firm_minor, 0, given.business_date, "correction", body.request, given.seq,
        SHORTFALL.initial,
    )  # fmt: skip
    return (row,)


def _suspense(adjustment: str, body: Body, facts: Facts, given: Given) -> tuple[SuspenseItem, ...]:
    """Return the item of another's money: it came on the day it was credited wrongly, by the journal named."""
    if body.finding == "never_came":
        return ()
    assert facts.pool is not None and facts.bank is not None and facts.credit is not None
    amount_minor = body.client_minor + body.firm_minor
    item = suspense_item(
        adjustment, facts.pool, "2210", amount_minor, given, bank_account=facts.bank.id, reference=body.of
    )
    return (replace(item, received_date=facts.credit.business_date),)


def _corrected(request: Adjustment, deposit: Deposit | None) -> tuple[tuple[Row, ...], tuple[Move, ...]]:
    """Return the deposit that was the wrong credit, if all of it is undone: nobody may charge it back any more."""
    if deposit is None or deposit.amount_minor != request.amount_minor or deposit.state != "cleared":
        return (), ()
    state = DEPOSIT.after(deposit.state, "corrected")
    return (replace(deposit, state=state),), (Move("deposit", deposit.id, "corrected", state),)
