"""Suspense return (挂账退回): suspended money goes back to the account it came from, and to no other.

When    two people have found that nobody here owns it, or its payer asks for it
Reads   the item, what brought it, its pool, the bank account it leaves by
Posts   nothing yet; on the bank's word Dr 2210, 2220 or 2230 / Cr 1010
Returns Decision with the message for the bank; all that is left of the item; the payout's id is the instruction's
Order   amount, reason, two names, item, state, what is left, source, bank account, pool, stop
Source  invariant 8 (return to source); domain.md (c.2) B2; domain-decisions.md 4
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import BankAccount, Deposit, OutgoingStop, Pool, SuspenseItem, Withdrawal
from cunguan.ledger.book import Book
from cunguan.ledger.chart import pool_account
from cunguan.operations.authority import by_two_names
from cunguan.operations.cover import stops_clients
from cunguan.operations.outgoing_stop import is_stopped, outgoing
from cunguan.operations.payouts import asked
from cunguan.operations.places import POOL_IN_USE
from cunguan.operations.suspense import moved, origin
from cunguan.operations.two_names import two_names

KIND = "suspense_return"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The item, what is left of it, and the account it came from, as both people saw them."""

    item: str
    bank_account: str
    amount_minor: int
    payee_hash: str
    reason: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a return depends on."""

    item: SuspenseItem | None
    came_by: Deposit | Withdrawal | None
    pool: Pool | None
    bank: BankAccount | None
    stop: OutgoingStop | None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a return."""
    body = instruction.body
    assert isinstance(body, Body)
    item = book.get(SuspenseItem, body.item)
    pool = None if item is None else book.get(Pool, item.pool)
    return Facts(item, origin(book, item), pool, book.get(BankAccount, body.bank_account), outgoing(book))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one return."""
    body, item, pool, bank = instruction.body, facts.item, facts.pool, facts.bank
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if not body.reason:
        return refuse(Code.reason_missing)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if item is None:
        return refuse(Code.suspense_item_not_found)
    if item.state != "open":
        return refuse(Code.state_forbids, f"the item is {item.state}")
    if body.amount_minor != item.left_minor:
        return refuse(Code.suspense_exceeded, "a return is all that is left", left_minor=item.left_minor)
    if not item.payee_hash or item.payee_hash != body.payee_hash:
        return refuse(Code.payee_not_allowed, "it goes back to the account it came from" if item.payee_hash
                      else "the bank did not tell where it came from")  # fmt: skip
    if bank is None:
        return refuse(Code.bank_account_not_found)
    assert pool is not None, "an item belongs to a pool"
    if bank.pool != pool.id:
        return refuse(Code.pool_differs)
    if pool.state not in POOL_IN_USE:
        return refuse(Code.pool_not_active, f"the pool is {pool.state}")
    if stops_clients(pool):  # who sent it here is paid as clients are
        return refuse(Code.pool_cover_failed)
    if is_stopped(facts.stop):
        return refuse(Code.outgoing_stopped)
    return _accept(instruction.id, body, item, pool, bank, facts.came_by, given)


def _accept(
    payout_id: str, body: Body, item: SuspenseItem, pool: Pool, bank: BankAccount,
    came_by: Deposit | Withdrawal | None, given: Given,
) -> Decision:  # fmt: skip
    payout = asked(
        payout_id, KIND, given, subject=item.id, pool=pool, bank=bank, account=pool_account(pool.base, item.code),
        came_from=0, owner=item.owner, payee_hash=item.payee_hash, amount_minor=item.left_minor, authority=given.seq,
    )  # fmt: skip
    changes, moves = moved(item, came_by, "return_sent", left_minor=item.left_minor)
    return Decision(
        Code.done,
        postings=payout.postings,
        adds=payout.adds,
        changes=changes,
        moves=moves,
        authority=by_two_names(
            given, payout_id, "M", owner=item.id, type=KIND, amount_minor=body.amount_minor, payee=body.payee_hash,
            maker=body.maker, checker=body.checker,
        ),
    )  # fmt: skip
