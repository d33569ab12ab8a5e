"""Legal taking (司法扣划): money that an order has frozen is paid to the account the authority names.

When    the issuing authority's instrument to take comes in, and two people of the custodian have looked at it
Reads   the order here and in lane 0, what it has frozen of the holder, the holder and his pool, the bank account
Posts   Dr 2040 / Cr 2030; on the bank's word Dr 2030 / Cr 1010, or back Dr 2030 / Cr 2040
Returns Decision with the message for the bank; the payout's id is the instruction's. Lane 0 hears of it at once and at its
        end. Only what lane 0 has confirmed is taken: of two lanes that froze too much, one gives it back
Order   amount, names, instrument, payee, bank account, order, issuer, holder, pool, stop, money
Source  domain.md (c.1) A11; domain-decisions.md 28; invariant 8
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import BankAccount, Freeze, LegalOrder, OrderHere, OrderShare, OutgoingStop, Pool
from cunguan.ledger.book import Book
from cunguan.operations import payouts
from cunguan.operations.authority import by_two_names
from cunguan.operations.freezing import Freezing, Known, freeze_id, known
from cunguan.operations.outgoing_stop import is_stopped, outgoing
from cunguan.operations.spreading import share_id
from cunguan.operations.two_names import two_names
from cunguan.states.legal_order import LEGAL_ORDER

KIND = "legal_taking"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of what an order has frozen of whom, to which account, by whose instrument."""

    order: str
    holder: str
    bank_account: str
    amount_minor: int
    payee_hash: str
    issuer: str
    instrument: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a taking depends on; the order and the share are lane 0's."""

    order: LegalOrder | None
    share: OrderShare | None
    here: OrderHere | None
    freeze: Freeze | None
    known: Known | None
    bank: BankAccount | None
    pool: Pool | None
    stop: OutgoingStop | None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a taking."""
    body = instruction.body
    assert isinstance(body, Body)
    here, bank = book.get(OrderHere, body.order), book.get(BankAccount, body.bank_account)
    return Facts(
        order=book.foreign(LegalOrder, body.order),
        share=book.foreign(OrderShare, share_id(body.order, given.lane)),
        here=here,
        freeze=book.get(Freeze, freeze_id(body.order, body.holder)),
        known=None if here is None else known(book, here.person, here.currency),
        bank=bank,
        pool=None if bank is None else book.get(Pool, bank.pool),
        stop=outgoing(book),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one taking."""
    body, order, here, freeze = instruction.body, facts.order, facts.here, facts.freeze
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if not body.instrument:
        return refuse(Code.legal_instrument_missing)
    if not body.payee_hash:
        return refuse(Code.details_missing, "the authority names the account to pay to")
    if facts.bank is None:
        return refuse(Code.bank_account_not_found)
    if order is None or facts.share is None or here is None:
        return refuse(Code.order_not_found)
    if here.state != "in_force" or order.state in LEGAL_ORDER.final:
        return refuse(Code.order_not_in_force, f"the order is {order.state}")
    if body.issuer != order.issuer:
        return refuse(Code.issuer_differs)
    assert facts.known is not None and facts.pool is not None
    if freeze is None:
        return refuse(Code.account_not_found, "the order has frozen nothing of this holder")
    if _holder_pool(facts.known, freeze) != facts.pool.id:
        return refuse(Code.pool_differs)
    if is_stopped(facts.stop):
        return refuse(Code.outgoing_stopped)
    confirmed = facts.share.filled_minor - here.taking_minor - here.taken_minor
    left = max(min(freeze.left_minor, confirmed), 0)
    if body.amount_minor > left:
        return refuse(Code.order_remaining_exceeded, left_minor=left)
    return _take(instruction.id, body, facts.known, facts.bank, facts.pool, given)


def _holder_pool(before: Known, freeze: Freeze) -> str:
    return next(holder.pool for holder in before.holders if holder.id == freeze.holder)


def _take(name: str, body: Body, before: Known, bank: BankAccount, pool: Pool, given: Given) -> Decision:
    work = Freezing(before, given)
    holder = work.holders[body.holder]
    work.take(freeze_id(body.order, body.holder), body.amount_minor)
    asked = payouts.asked(
        name, KIND, given, subject=freeze_id(body.order, body.holder), pool=pool, bank=bank, account=holder.outbound,
        came_from=holder.frozen, owner=holder.id, payee_hash=body.payee_hash, amount_minor=body.amount_minor,
        authority=given.seq,
    )  # fmt: skip
    adds, changes = work.rows()
    return Decision(
        Code.done, postings=asked.postings, adds=(*asked.adds, *adds), changes=changes,
        authority=by_two_names(
            given, name, "L", owner=holder.id, type=KIND, amount_minor=body.amount_minor, payee=body.payee_hash,
            maker=body.maker, checker=body.checker,
        ),
    )  # fmt: skip
