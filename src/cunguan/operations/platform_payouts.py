"""Platform payouts (平台及合作方付款): the checks that every payment of a platform's or a partner's own money passes.

When    fees, unused money or a partner's share leave the pool for an account that is bound as the owner's own
Reads   the pool, the bank account, the owner's payee, the account it stands on, the pool's 2155
Posts   Dr 211x, 212x, 213x, 215x or 216x / Cr 2155; the bank's word ends it (payout_result)
Order   amount, two names, pool, cover, stop, bank account, payee, money
Source  invariant 8; domain-decisions.md 1 (no such payment while cover fails), 4 (B14); domain.md (c.2) B9
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import BankAccount, Day, FurtherAccount, OutgoingStop, Payee, Pool
from cunguan.ledger.book import Book
from cunguan.operations.authority import by_two_names
from cunguan.operations.cover import stops_platform
from cunguan.operations.further import found, opened
from cunguan.operations.outgoing_stop import is_stopped, outgoing
from cunguan.operations.payouts import asked
from cunguan.operations.places import POOL_IN_USE
from cunguan.operations.two_names import two_names

OUTBOUND = "2155"


class Wanted(msgspec.Struct, frozen=True, gc=False):
    """What is asked for: of whose money, from which account, to which of his payees."""

    owner: str
    amount_minor: int
    payee_hash: str
    maker: str
    checker: str
    short: Code  # what is said when the account holds less
    kind: str = "platform_money"


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What such a payout depends on; `source` is the account the money stands on, 0 where the owner has none."""

    pool: Pool | None
    bank: BankAccount | None
    payee: Payee | None
    outbound: FurtherAccount | None
    day: Day | None
    source: int
    source_minor: int
    stop: OutgoingStop | None


def collect(book: Book, *, pool: Pool | None, bank_account: str, payees_of: str, source: int) -> Facts:
    """Read the facts; the row that has `source` was read before."""
    payees = [payee for payee in book.find(Payee, "owner", payees_of) if payee.state == "active"]
    return Facts(
        pool=pool,
        bank=book.get(BankAccount, bank_account),
        payee=payees[0] if payees else None,
        outbound=None if pool is None else found(book, pool.id, OUTBOUND),
        day=book.day(),
        source=source,
        source_minor=book.balance(source) if source else 0,
        stop=outgoing(book),
    )


def pay(instruction: Instruction, facts: Facts, wanted: Wanted, given: Given) -> Decision:
    """Decide one payout of an owner's own money."""
    pool, bank, payee = facts.pool, facts.bank, facts.payee
    if wanted.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    refused = two_names(wanted.maker, wanted.checker)
    if refused is not None:
        return refuse(refused)
    if pool is None:
        return refuse(Code.pool_not_found)
    if stops_platform(pool):
        return refuse(Code.pool_cover_failed)
    if is_stopped(facts.stop):
        return refuse(Code.outgoing_stopped)
    if pool.state not in POOL_IN_USE:
        return refuse(Code.pool_not_active, f"the pool is {pool.state}")
    if bank is None:
        return refuse(Code.bank_account_not_found)
    if bank.pool != pool.id:
        return refuse(Code.pool_differs)
    if payee is None:
        return refuse(Code.payee_not_allowed, "no account of the owner's own is bound")
    if payee.payee_hash != wanted.payee_hash:
        return refuse(Code.payee_not_allowed, "another account is bound")
    if wanted.amount_minor > facts.source_minor:
        return refuse(wanted.short)
    return _accept(instruction, facts, wanted, given)


def _accept(instruction: Instruction, facts: Facts, wanted: Wanted, given: Given) -> Decision:
    pool, bank, payee, day = facts.pool, facts.bank, facts.payee, facts.day
    assert pool is not None and bank is not None and payee is not None and day is not None
    outbound = opened(facts.outbound, day, owner=pool.id, code=OUTBOUND, pool=pool.id, currency=pool.currency)
    payout = asked(
        instruction.id, wanted.kind, given, subject=payee.id, pool=pool, bank=bank, account=outbound.row.account,
        came_from=facts.source, owner=payee.owner, payee_hash=payee.payee_hash, amount_minor=wanted.amount_minor,
        authority=given.seq,
    )  # fmt: skip
    return Decision(
        Code.done,
        postings=payout.postings,
        adds=(*outbound.adds, *payout.adds),
        changes=outbound.changes,
        accounts=outbound.accounts,
        authority=by_two_names(
            given, instruction.id, "M", owner=wanted.owner, type=instruction.kind, amount_minor=wanted.amount_minor,
            payee=wanted.payee_hash, maker=wanted.maker, checker=wanted.checker,
        ),
    )  # fmt: skip
