"""Fan-out (跨账簿下发): one message a lane for an act on a person.

When    an act of lane 0 concerns every lane where the person may have accounts
Shape   Message to the channel lane:<n>; its payload is the instruction for that lane, with the id act:<act>:<lane>, so that
        a message sent twice is one instruction
Source  design/lanes.md rule 1
"""

from collections.abc import Iterable

import msgspec

from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.ids import fan_out_id
from cunguan.kernel.instruction import Given
from cunguan.kernel.rows import Link, Message
from cunguan.states.outbox import OUTBOX


def fan_out(act: str, kind: str, body: msgspec.Struct, links: Iterable[Link], given: Given) -> tuple[Message, ...]:
    """Return the messages of one act, in the order of the links."""
    return tuple(_message(act, kind, body, link.lane, given) for link in links)


def _message(act: str, kind: str, body: msgspec.Struct, lane: int, given: Given) -> Message:
    name = fan_out_id(act, lane)
    payload = canonical_json({"id": name, "kind": kind, "body": body})
    return Message(name, f"lane:{lane}", kind, payload, given.seq, OUTBOX.initial)
