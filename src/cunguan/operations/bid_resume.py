"""Bid resume (恢复投标): new bids are taken again after a stop for unconfirmed check files.

When    the timer finds every overdue day confirmed; or earlier, when two people of the custodian answer for it
Reads   the stop of new bids
Returns Decision; bids are taken from the next decision on. After an early end the next day that is left unconfirmed
        stops them again
Order   stop, and by whom: the timer for this very stop, under its id and without names; people with a reason and two names
Source  domain.md (e.2), BRK17; ADR 0021
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import bid_resume_id, is_of
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import BidStop, Move
from cunguan.ledger.book import Book
from cunguan.operations.bid_stop import BIDS, Facts, is_stopped
from cunguan.operations.two_names import two_names
from cunguan.states.bid_stop import BID_STOP

KIND = "bid_resume"
VERSION = 1
LANE = "platform"
ID_PREFIX = "checkfile:"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why bids are taken again, and who says so; the timer says so without names."""

    reason: str
    maker: str = ""
    checker: str = ""


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of an end."""
    return Facts(book.get(BidStop, BIDS))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one end of a stop."""
    body, stop = instruction.body, facts.stop
    assert isinstance(body, Body)
    if stop is None or not is_stopped(stop):
        return refuse(Code.bids_not_stopped)
    if not body.reason.strip():
        return refuse(Code.reason_missing)
    if not is_of(instruction.id, bid_resume_id(stop.until_date)):
        if instruction.id.startswith(ID_PREFIX):
            return refuse(
                Code.bids_not_stopped, "that stop is over, another is in force", until=stop.until_date.isoformat()
            )
        refusal = two_names(body.maker, body.checker)
        if refusal is not None:
            return refuse(refusal)
    state = BID_STOP.after(stop.state, "resumed")
    return Decision(Code.done, changes=(replace(stop, state=state),), moves=(Move("bid_stop", BIDS, "resumed", state),))
