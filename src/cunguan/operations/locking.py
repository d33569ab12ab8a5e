"""Locking (锁定与解锁的共同部分): what a lock of a person and its lifting do in lane 0, whoever asked for them.

When    person_lock, person_self_lock; person_unlock, person_self_unlock have been allowed
Returns Decision: the person, the order, and for each lane a message whose id is act:<act>:<lane>
Source  design/lanes.md rule 1; domain-decisions.md 29, 30
"""

from typing import Final

from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given
from cunguan.kernel.rows import Link, LockOrder, Move, Person
from cunguan.operations import person_lock_here, person_unlock_here
from cunguan.operations.fan_out import fan_out
from cunguan.states.lock_order import LOCK_ORDER
from cunguan.states.person import PERSON

#: the reason of a lock that the client himself ordered: it is lifted in its own way alone (person_self_unlock)
EMERGENCY: Final = "emergency"


def locked(act: str, person: Person, reason: str, links: tuple[Link, ...], given: Given) -> Decision:
    """Lock a person."""
    after = replace(person, state=PERSON.after(person.state, "lock"), lock=act)
    moves = [Move("person", person.id, "lock", after.state)]
    state = LOCK_ORDER.initial
    if not links:  # nowhere to go: no lane has to answer
        state = LOCK_ORDER.after(state, "all_lanes_answered")
        moves.append(Move("lock_order", act, "all_lanes_answered", state))
    here = person_lock_here.Body(person.id, act)
    return Decision(
        Code.done,
        adds=(LockOrder(act, person.id, state, reason), *fan_out(act, person_lock_here.KIND, here, links, given)),
        changes=(after,),
        moves=tuple(moves),
        answer={"lanes": sorted(link.lane for link in links)},
    )


def unlocked(act: str, person: Person, order: LockOrder, links: tuple[Link, ...], given: Given) -> Decision:
    """Lift the lock a person is under."""
    active = replace(person, state=PERSON.after(person.state, "unlock"), lock="")
    moves = [Move("person", person.id, "unlock", active.state)]
    state = order.state
    for event in ("lift_ordered",) if links else ("lift_ordered", "all_lanes_answered"):
        state = LOCK_ORDER.after(state, event)
        moves.append(Move("lock_order", order.id, event, state))
    here = person_unlock_here.Body(person.id, act, order.id)
    return Decision(
        Code.done,
        adds=fan_out(act, person_unlock_here.KIND, here, links, given),
        changes=(active, replace(order, state=state)),
        moves=tuple(moves),
        answer={"lanes": sorted(link.lane for link in links)},
    )
