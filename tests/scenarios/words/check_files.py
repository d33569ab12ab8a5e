"""Words of daily check files: days a platform leaves unconfirmed, and what that stops.

PLATFORM left FIRST to LAST unconfirmed      the custodian's timer says so
the days of PLATFORM are confirmed           the timer again: the stop in force ends
two people let PLATFORM take bids            earlier than that
"""

from datetime import date
from typing import Any

from cunguan.kernel.ids import bid_resume_id, bid_stop_id
from cunguan.kernel.rows import BidStop
from cunguan.operations.bid_stop import BIDS
from tests.scenarios.language import sentence


@sentence("{platform} left {first@} to {last@} unconfirmed")
def stop(script: Any, platform: str, first: str, last: str) -> None:
    body = {"first_date": first, "last_date": last, "reason": "three days in a row were not confirmed"}
    script.ask(script.lanes[platform], "bid_stop", default=bid_stop_id(date.fromisoformat(last)), **body)


@sentence("the days of {platform} are confirmed")
def resume(script: Any, platform: str) -> None:
    lane = script.lanes[platform]
    found = script.world.row(lane, BidStop, BIDS)
    name = bid_resume_id(script.world.business_date(lane) if found is None else found.until_date)
    script.ask(lane, "bid_resume", default=name, reason="every overdue day is confirmed")


@sentence("two people let {platform} take bids")
def early(script: Any, platform: str) -> None:
    script.ask(
        script.lanes[platform], "bid_resume", reason="the platform has shown its files", maker="m1", checker="c1"
    )
