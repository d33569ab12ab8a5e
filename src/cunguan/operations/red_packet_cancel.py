"""Red packet cancellation (撤销红包): always refused, by its own code and with the reason.

When    a platform wants a red packet back, as some bank interfaces offered within the day (voucherPayCancel)
Reads   nothing: once credited it is the client's own money, and only he gives it away
Returns a refusal; a packet that waits in 2125 beside a bid comes back with that bid
Order   the one code
Source  domain-decisions.md 9, 14: a credited red packet is never taken back
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.ledger.book import Book

KIND = "red_packet_cancel"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The red packet somebody wants back."""

    red_packet: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """No fact would change the answer."""


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect no facts."""
    return Facts()


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Refuse."""
    return refuse(Code.red_packet_final, "a credited red packet is the client's own money")
