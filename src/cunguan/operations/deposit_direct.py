"""Direct deposit (线下充值): a line on the bank's statement that names a holder.

When    the bank shows money on a pool's account
Reads   the bank account, its pool and the papers behind them, the holder it is said to be for
Posts   paid by the client himself: Dr 1010 / Cr 2010; by somebody else, for an account that is not in this pool, or to
        a bank account without live papers: Dr 1010 / Cr 2210; for a closed account: Dr 1010 / Cr 2220
Returns Decision; money that is here is never refused, the answer tells where it stands and why; in suspense it is an
        item with the deposit's id
Order   amount, bank account, size
Source  domain.md (c.2) B2; domain-decisions.md 5, 29
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, Posting, refuse
from cunguan.kernel.rows import BankAccount, Deposit, Holder, Pool, PoolPapers, Row, SuspenseItem
from cunguan.ledger.book import Book
from cunguan.ledger.chart import pool_account
from cunguan.ledger.templates.deposit_direct import deposit_direct, deposit_in_suspense
from cunguan.operations.papers import WHY, let_in, papers_of
from cunguan.operations.receiving import creditable, fits
from cunguan.operations.suspense import suspense_item

KIND = "deposit_direct"
VERSION = 2
LANE = "platform"
AUTHORITY = "S"
ID_PREFIX = "statement:"  # of a line the bank inbox read: nobody can take its id first


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bank line; `payer_matches`: the payer's name and account are those of the holder.

    payee_hash  the account it came from, as the bank tells it: only there it may go back to
    """

    holder: str
    bank_account: str
    amount_minor: int
    payer_matches: bool
    reference: str
    payee_hash: str = ""


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a direct deposit depends on."""

    bank: BankAccount | None
    pool: Pool | None
    papers: tuple[PoolPapers, ...]
    holder: Holder | None
    balances_minor: tuple[int, ...]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a direct deposit."""
    body = instruction.body
    assert isinstance(body, Body)
    bank = book.get(BankAccount, body.bank_account)
    holder = book.get(Holder, body.holder)
    if bank is None:
        return Facts(None, None, (), holder, (0,))
    pool = book.get(Pool, bank.pool)
    assert pool is not None, "a bank account belongs to a pool"
    accounts = [bank.account, pool_account(pool.base, "2210"), pool_account(pool.base, "2220")]
    accounts += [holder.available] if holder is not None else []
    return Facts(bank, pool, papers_of(book, pool.id), holder, tuple(book.balance(account) for account in accounts))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one direct deposit."""
    body = instruction.body
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if facts.bank is None:
        return refuse(Code.bank_account_not_found)
    if not fits(body.amount_minor, facts.balances_minor):
        return refuse(Code.balance_too_large)
    return _accept(instruction.id, body, facts, given)


def _accept(deposit: str, body: Body, facts: Facts, given: Given) -> Decision:
    bank, pool, holder = facts.bank, facts.pool, facts.holder
    assert bank is not None and pool is not None
    account, why = _place(body, bank, holder, let_in(facts.papers, given, bank.id))
    postings: tuple[Posting, ...]
    adds: tuple[Row, ...] = ()
    if account == "2010":
        assert holder is not None
        state = "cleared"
        postings = deposit_direct(bank=bank.account, holder=holder, amount_minor=body.amount_minor)
    else:
        state = "in_suspense"
        postings = deposit_in_suspense(
            bank=bank.account, pool=pool, code=account, amount_minor=body.amount_minor, opened=given.seq
        )
        adds = (_item(deposit, body, bank, pool, holder, account, given),)
    row = Deposit(deposit, holder.id if holder else "", bank.channel, "", body.amount_minor, given.seq, state)
    return Decision(Code.done, why, postings=postings, adds=(row, *adds), answer={"state": state, "account": account})


def _item(
    deposit: str, body: Body, bank: BankAccount, pool: Pool, holder: Holder | None, code: str, given: Given
) -> SuspenseItem:
    return suspense_item(
        deposit, pool, code, body.amount_minor, given, bank_account=bank.id, reference=body.reference,
        owner=holder.id if holder is not None and holder.pool == pool.id else "", payee_hash=body.payee_hash,
    )  # fmt: skip


def _place(body: Body, bank: BankAccount, holder: Holder | None, is_let_in: bool) -> tuple[str, str]:
    refusal = creditable(holder)
    if holder is None or holder.pool != bank.pool:
        return "2210", "no such account in the pool of this bank account"
    if not body.payer_matches:
        return "2210", "the payer is not the holder of the account"
    if refusal is Code.account_closed:
        return "2220", "the account is closed"
    if refusal is not None:
        return "2210", "the account was never opened"
    if not is_let_in:
        return "2210", WHY
    return "2010", ""
