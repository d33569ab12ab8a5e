"""Person lock here (本平台账户锁定): a lock ordered in lane 0 takes effect in this lane, from this sequence on.

When    the message of the lock arrives, at once, late or twice
Reads   the order in lane 0, what this lane knows of the person, his accounts
Returns Decision; his accounts take no debit he starts. Credits and repayments due under a live mandate go on, holds
        stand. A lock that was lifted before its message arrived changes nothing
Order   id, order, whether it still stands
Source  domain-decisions.md 29, 30; design/lanes.md rule 1
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import fan_out_id, is_of
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Holder, LockOrder, Move, PersonHere
from cunguan.ledger.book import Book
from cunguan.states.account import ACCOUNT
from cunguan.states.lock_order import LOCK_ORDER

KIND = "person_lock_here"
VERSION = 1
LANE = "platform"
ID_PREFIX = "act:"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is locked, by which act."""

    person: str
    act: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a lock here depends on."""

    order: LockOrder | None
    here: PersonHere | None
    holders: tuple[Holder, ...]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts; the order itself is read in lane 0, so that nobody else can lock."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(
        order=book.foreign(LockOrder, body.act),
        here=book.get(PersonHere, body.person),
        holders=tuple(book.find(Holder, "person", body.person)),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one lock here."""
    body, order = instruction.body, facts.order
    assert isinstance(body, Body)
    if not is_of(instruction.id, fan_out_id(body.act, given.lane)):
        return refuse(Code.id_malformed, f"this act's id here is {fan_out_id(body.act, given.lane)}")
    if order is None or order.person != body.person:
        return refuse(Code.lock_not_found)
    if not LOCK_ORDER.may(order.state, "lift_ordered"):
        return Decision(Code.done, answer={"accounts": []})  # the unlock has overtaken it
    return _lock(body, facts)


def _lock(body: Body, facts: Facts) -> Decision:
    open_ = [holder for holder in facts.holders if ACCOUNT.may(holder.state, "lock")]
    locked = tuple(replace(holder, state=ACCOUNT.after(holder.state, "lock")) for holder in open_)
    here = PersonHere(body.person, "locked", body.act)
    return Decision(
        Code.done,
        adds=(here,) if facts.here is None else (),
        changes=locked if facts.here is None else (here, *locked),
        moves=tuple(Move("account", holder.id, "lock", holder.state) for holder in locked),
        answer={"accounts": [holder.id for holder in locked]},
    )
