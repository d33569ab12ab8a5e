"""Bid stop (停止投标): new bids of a platform stop that left the custodian's check files unconfirmed for days.

When    the timer finds three business dates in a row that were not confirmed by noon of their next working day
Reads   whether bids are stopped already
Returns Decision; each later bid is refused bids_stopped. What stands goes on: bids can be cancelled, listings disbursed,
        loans repaid, claims sold and bought, money withdrawn
Order   id, dates, reason, state
Source  domain.md (e.2), BRK17; ADR 0021
"""

from datetime import date

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import bid_stop_id, is_of
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import BidStop, Move
from cunguan.ledger.book import Book
from cunguan.states.bid_stop import BID_STOP

KIND = "bid_stop"
VERSION = 1
LANE = "platform"
ID_PREFIX = "checkfile:"

#: the one row of a lane
BIDS = "bids"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The business dates that were left unconfirmed, first and last, and what is said of them."""

    first_date: date
    last_date: date
    reason: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a stop depends on."""

    stop: BidStop | None


def is_stopped(stop: BidStop | None) -> bool:
    """Test that no new bid may be made now."""
    return stop is not None and stop.state == "stopped"


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a stop."""
    return Facts(book.get(BidStop, BIDS))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one stop."""
    body, stop = instruction.body, facts.stop
    assert isinstance(body, Body)
    if not is_of(instruction.id, bid_stop_id(body.last_date)):
        return refuse(Code.id_malformed, f"the stop for that day is {bid_stop_id(body.last_date)}")
    if not body.first_date <= body.last_date < given.business_date:
        return refuse(Code.date_not_next, "these days are not over, or run backwards")
    if not body.reason.strip():
        return refuse(Code.reason_missing)
    if is_stopped(stop):
        return refuse(Code.state_forbids, "bids are stopped already")
    row = BidStop(BIDS, body.first_date, body.last_date, given.seq, BID_STOP.initial)
    if stop is None:
        return Decision(Code.done, adds=(row,))
    row = replace(row, state=BID_STOP.after(stop.state, "stopped_again"))
    return Decision(Code.done, changes=(row,), moves=(Move("bid_stop", BIDS, "stopped_again", row.state),))
