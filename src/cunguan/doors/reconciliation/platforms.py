"""Platforms (平台核对): R3 and R4, the platform's orders and balances against ours, as its check files were compared.

Reads   check_file, check_confirm and check_break of the date: the comparison itself is made when the platform confirms
Returns a check of each; their breaks stand in check_break, and are listed with the others
Source  domain.md (e.1) R3, R4; doors/checking
"""

from collections.abc import Sequence
from datetime import date

from cunguan.doors.checking import agreeing
from cunguan.doors.checking.agreeing import Break, Issued
from cunguan.doors.reconciliation.ground import NO_WORDS, Connection, Lane, Looked
from cunguan.reconciliation.breaks import Words
from cunguan.reconciliation.daily import Check, Verdict

_NOT_ISSUED = Words("the check files of the date are not issued yet", "当日对账文件尚未生成")
_NOT_CONFIRMED = Words("the platform has not confirmed the date", "平台尚未确认当日对账")


def look(connection: Connection, lane: Lane, day: date) -> Looked:
    """Say what platform and custodian have agreed on for a date."""
    issued = agreeing.the_date(connection, lane.lane, day)
    rows = {
        head.kind: head.count for head in agreeing.headers(connection, lane.lane, day) if head.name.endswith(".csv")
    }
    breaks = [one for one in agreeing.breaks(connection, lane.lane, day) if one.state != "closed"]
    orders = [one for one in breaks if one.kind in ("orders", "")]
    others = [one for one in breaks if one.kind not in ("orders", "")]
    count = rows.pop("orders", 0)
    return Looked(
        [
            _check("R3", lane, issued, count, orders, has_business=lane.upto > lane.after),
            _check("R4", lane, issued, sum(rows.values()), others, has_business=lane.upto > lane.after),
        ],
        [],
    )


def _check(
    rule: str, lane: Lane, issued: Issued | None, count: int, breaks: Sequence[Break], *, has_business: bool
) -> Check:
    verdict, why = _verdict(issued, breaks, has_business=has_business)
    return Check(rule, lane.lane, lane.platform, verdict, count, max(count - len(breaks), 0), len(breaks), why)


def _verdict(issued: Issued | None, breaks: Sequence[Break], *, has_business: bool) -> tuple[Verdict, Words]:
    if issued is None:
        return ("incomplete", _NOT_ISSUED) if has_business else ("agrees", NO_WORDS)
    if any(one.code != "BRK17" for one in breaks):
        return "differs", NO_WORDS
    return ("agrees", NO_WORDS) if issued.confirmed_at is not None else ("incomplete", _NOT_CONFIRMED)
