"""Person unlock here (本平台账户解锁): a lock lifted in lane 0 ends in this lane, from this sequence on.

When    the message of the unlock arrives, at once, late or twice
Reads   the lock in lane 0, what this lane knows of the person, his accounts
Returns Decision; his accounts stand as before the lock. Where another lock holds by now, or this one never arrived,
        nothing changes
Order   id, lock, whether it was lifted, whether it is the one that holds here
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

KIND = "person_unlock_here"
VERSION = 1
LANE = "platform"
ID_PREFIX = "act:"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose lock is lifted, which, and by which act."""

    person: str
    act: str
    lock: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What an unlock here depends on."""

    order: LockOrder | None
    here: PersonHere | None
    holders: tuple[Holder, ...]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts; the lock itself is read in lane 0, so that nobody else can lift it."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(
        order=book.foreign(LockOrder, body.lock),
        here=book.get(PersonHere, body.person),
        holders=tuple(book.find(Holder, "person", body.person)),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one unlock here."""
    body, order, here = instruction.body, facts.order, facts.here
    assert isinstance(body, Body)
    if not is_of(instruction.id, fan_out_id(body.act, given.lane)):
        return refuse(Code.id_malformed, f"this act's id here is {fan_out_id(body.act, given.lane)}")
    if order is None or order.person != body.person:
        return refuse(Code.lock_not_found)
    if LOCK_ORDER.may(order.state, "lift_ordered"):
        return refuse(Code.person_locked, "nobody lifted this lock")
    if here is None or here.state != "locked" or here.act != body.lock:
        return Decision(Code.done, answer={"accounts": []})
    return _unlock(body, here, facts.holders)


def _unlock(body: Body, here: PersonHere, holders: tuple[Holder, ...]) -> Decision:
    locked = [holder for holder in holders if ACCOUNT.may(holder.state, "unlock")]
    freed = tuple(replace(holder, state=ACCOUNT.after(holder.state, "unlock")) for holder in locked)
    return Decision(
        Code.done,
        changes=(replace(here, state="active", act=body.act), *freed),
        moves=tuple(Move("account", holder.id, "unlock", holder.state) for holder in freed),
        answer={"accounts": [holder.id for holder in freed]},
    )
