"""Payee binding (付款账户绑定): the one account outside the pool where an owner's own money may be paid to.

When    the platform or a partner names its own account, and two people have seen that it is his
Reads   the lane's day (whose platform it is), the partner, the payee bound so far
Returns Decision; the payee's id is the instruction's; the one before it is replaced, and what still waits to be sent to
        it does not leave any more
Order   details, reason, two names, owner
Source  invariant 8; domain.md (b.2): fees leave for the platform's own account only; domain-decisions.md 4 (B11, B14)
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Day, Move, Partner, Payee
from cunguan.ledger.book import Book
from cunguan.operations.two_names import two_names
from cunguan.states.payee import PAYEE

KIND = "payee_binding"
VERSION = 1
LANE = "platform"

#: the owner of the custodian's own account, for a top-up that is taken back
CUSTODIAN = "custodian"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`owner` is the platform, one of its partners, or "custodian"; `payee_hash` fixes account and name."""

    owner: str
    payee_hash: str
    reason: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a binding depends on."""

    day: Day | None
    partner: Partner | None
    in_force: tuple[Payee, ...]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a binding."""
    body = instruction.body
    assert isinstance(body, Body)
    payees = book.find(Payee, "owner", body.owner)
    in_force = tuple(payee for payee in payees if payee.state == "active")
    return Facts(book.day(), book.get(Partner, body.owner), in_force)


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one binding."""
    body = instruction.body
    assert isinstance(body, Body)
    if not body.payee_hash:
        return refuse(Code.details_missing, "the payee's hash fixes account and name")
    if not body.reason:
        return refuse(Code.reason_missing, "what shows that the account is the owner's own")
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if facts.day is None:
        return refuse(Code.lane_not_open)
    if body.owner not in (facts.day.platform, CUSTODIAN) and facts.partner is None:
        return refuse(Code.partner_not_found)
    if facts.partner is not None and facts.partner.state == "ended":
        return refuse(Code.state_forbids, "the partner's contract has ended")
    replaced = tuple(replace(payee, state=PAYEE.after(payee.state, "replaced")) for payee in facts.in_force)
    return Decision(
        Code.done,
        adds=(Payee(instruction.id, body.owner, body.payee_hash, given.business_date, PAYEE.initial),),
        changes=replaced,
        moves=tuple(Move("payee", payee.id, "replaced", payee.state) for payee in replaced),
    )
