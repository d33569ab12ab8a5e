"""Channels (渠道清算核对): R2, what channels owe by settlement date (1020) against what they have paid, and say they pay.

Reads   clearing accounts at the end of the date; settlement files that were not booked whole
Returns what a channel should have paid by the date and did not: BRK09, ageing from its settlement date; a file whose gross is not
        what the books expect of it: BRK03; a file for which nothing is expected: BRK08
Source  domain.md (e.1) R2; domain-decisions.md 1 (b), 4 (B15)
"""

from datetime import date
from typing import Any

from cunguan.doors.reconciliation.ground import Connection, Found, Lane, Looked, ask
from cunguan.reconciliation.breaks import Words
from cunguan.reconciliation.daily import Check, Evidence

_LATE = Words("the channel has not settled on its date", "渠道未按日清算")
_DIFFERS = Words("the channel's file pays another amount than its deposits", "渠道清算文件与充值金额不符")


def look(connection: Connection, lane: Lane, day: date) -> Looked:
    """Look at what the channels of a lane owe."""
    owed = {row[0]: row for row in ask(connection, "recon_clearing", lane=lane.lane, seq=lane.upto)}
    files = ask(connection, "recon_clearing_files", lane=lane.lane, day=day)
    by_clearing = {f"{pool}:{channel}:{settle_date}": row for row in files for channel, pool, settle_date in [row[:3]]}
    found = [_late(lane, row, by_clearing.get(name)) for name, row in owed.items() if row[4] <= day]
    found += [one for name, row in by_clearing.items() if (one := _file(lane, name, row, owed.get(name))) is not None]
    compared = len(owed.keys() | by_clearing.keys())
    wrong = len({one.subject for one in found})
    check = Check(
        "R2", lane.lane, lane.platform, "differs" if found else "agrees", compared, compared - wrong, len(found)
    )
    return Looked([check], found, frozenset({"*"}))


def _late(lane: Lane, row: tuple[Any, ...], file: tuple[Any, ...] | None) -> Found:
    name, pool, currency, _, settle_date, balance = row
    return Found(
        "R2", "BRK09", lane.lane, pool, name, "1020", settle_date, "balance_minor", str(balance), "", currency, balance,
        cause=_LATE, evidence=() if file is None else (_says(file),),
    )  # fmt: skip


def _file(lane: Lane, name: str, row: tuple[Any, ...], owed: tuple[Any, ...] | None) -> Found | None:
    _, pool, settle_date, reference, gross, *_ = row
    expected = 0 if owed is None else owed[5]
    if gross == expected:
        return None
    return Found(
        "R2", "BRK03" if owed is not None else "BRK08", lane.lane, pool, name, reference, settle_date, "gross_minor", str(expected),
        str(gross), owed[2] if owed is not None else "", abs(gross - expected), cause=_DIFFERS, evidence=(_says(row),),
    )  # fmt: skip


def _says(file: tuple[Any, ...]) -> Evidence:
    _, _, _, reference, gross, fee, net, state, number = file
    return Evidence("settlement_file", str(number), Words(
        f"{reference}: gross {gross}, fee {fee}, net {net}, {state}", f"{reference}：总额 {gross}，手续费 {fee}，净额 {net}，{state}",
    ))  # fmt: skip
