"""Internal (总分核对): R5, control accounts against their open rows, and instructions, journals and postings one to one.

Reads   balances and open rows of this moment, in one snapshot; the sequences of the date
Returns each account that differs, each sequence that does not fit: BRK14, always the worst
Source  domain.md (e.1) R5; invariants 2, 5, 14; (e.3) BRK14
"""

from datetime import date
from typing import Any, Final

from cunguan.doors.reconciliation.ground import Connection, Found, Lane, Looked, ask, chunks
from cunguan.reconciliation.breaks import Words
from cunguan.reconciliation.daily import Check, Evidence

FOUND_MAX: Final = 1_000
SEQUENCES_AT_ONCE: Final = 100_000


def look(connection: Connection, lane: Lane, day: date) -> Looked:
    """Look at the control accounts and journals of a lane."""
    found = [_account(lane, day, row) for row in ask(connection, "recon_control", lane=lane.lane, limit=FOUND_MAX)]
    for first, last in chunks(lane.after + 1, lane.upto, SEQUENCES_AT_ONCE):
        rows = ask(connection, "recon_journals", lane=lane.lane, first=first, last=last, limit=FOUND_MAX)
        found.extend(_journal(lane, day, row) for row in rows)
    ((accounts,),) = ask(connection, "recon_controls", lane=lane.lane)
    compared = int(accounts) + lane.upto - lane.after
    check = Check(
        "R5", lane.lane, lane.platform, "differs" if found else "agrees", compared, compared - len(found), len(found)
    )
    return Looked([check], found[:FOUND_MAX])


def _account(lane: Lane, day: date, row: tuple[Any, ...]) -> Found:
    account, code, owner, pool, currency, balance, rows, _ = row
    return Found(
        "R5", "BRK14", lane.lane, pool, f"{code}:{owner}", str(account), day, "balance_minor", str(balance), str(rows), currency,
        abs(balance - rows),
        evidence=(Evidence("account", str(account), Words(
            f"{code} of {owner} is {balance}, its open rows come to {rows}", f"{code}（{owner}）余额 {balance}，未结明细合计 {rows}",
        )),),
    )  # fmt: skip


def _journal(lane: Lane, day: date, row: tuple[Any, ...]) -> Found:
    seq, state, said, lines = row
    return Found(
        "R5", "BRK14", lane.lane, "", "journal", str(seq), day, "postings", f"{state} {said}", str(lines),
        evidence=(Evidence("journal", str(seq), Words(
            f"sequence {seq}: the instruction is {state}, its journal says {said} postings, there are {lines}",
            f"序号 {seq}：指令 {state}，凭证记 {said} 笔分录，实有 {lines} 笔",
        )),),
    )  # fmt: skip
