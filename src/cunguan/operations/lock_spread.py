"""Lock spread (锁定下发进度): whether every lane has answered a lock or an unlock of a person.

When    the answer of one lane is noted in lane 0
Shape   Spread: the order, and the act's messages to all lanes of the person
Returns the order in its next state with the move; nothing while a lane has not answered
Source  design/lanes.md rule 1; states/lock_order.py
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.ids import fan_out_id
from cunguan.kernel.rows import Link, LockOrder, Message, Move
from cunguan.ledger.book import Book
from cunguan.operations import death_withdrawal_here, person_lock_here, person_unlock_here
from cunguan.states.lock_order import LOCK_ORDER

#: kind of the message -> field of its body that names the order, state of the order while the act spreads
_ACTS = {
    person_lock_here.KIND: ("act", "spreading"),
    person_unlock_here.KIND: ("lock", "lifting"),
    death_withdrawal_here.KIND: ("lock", "spreading"),  # where he was under no lock before, the withdrawal is one
}


class Spread(msgspec.Struct, frozen=True, gc=False):
    """An order on its way, and what was said of it to each lane."""

    order: LockOrder | None
    messages: tuple[Message, ...]


def spread(book: Book, message: Message) -> Spread | None:
    """Collect how far the act of a message has come; None when it is no lock."""
    if message.kind not in _ACTS:
        return None
    body = msgspec.json.decode(message.payload)["body"]
    if message.kind == death_withdrawal_here.KIND and body["lock"] != body["act"]:
        return None  # he stays under a lock of before, which spread on its own
    links = book.find(Link, "person", body["person"])
    told = book.many(Message, [fan_out_id(body["act"], link.lane) for link in links])
    return Spread(book.get(LockOrder, body[_ACTS[message.kind][0]]), tuple(each for each in told if each is not None))


def arrived(spread: Spread | None, message: Message) -> tuple[tuple[LockOrder, ...], tuple[Move, ...]]:
    """Return the order after a message of it was answered, when that was the last."""
    if spread is None or spread.order is None or spread.order.state != _ACTS[message.kind][1]:
        return (), ()
    if any(each.state != "answered" for each in spread.messages if each.id != message.id):
        return (), ()
    state = LOCK_ORDER.after(spread.order.state, "all_lanes_answered")
    order = replace(spread.order, state=state)
    return (order,), (Move("lock_order", order.id, "all_lanes_answered", state),)
