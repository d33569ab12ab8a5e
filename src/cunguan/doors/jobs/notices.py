"""Notices, by themselves (通知任务): tell clients what the books did with their money. What goes out: notices_sending.py.

When    every second; a lane some hundred sequences at a time, also one without webhooks
Shape   what was told and the cursor in one transaction, which holds the cursor's row; each place of the books is told once
        (its number, made by the database's own rule), so that a round may be cut off anywhere and done again
Source  issue "People" 5: notices of every debit; decision 33: the same for everybody, whatever is thought of him
"""

import logging
from typing import Any, Final

import psycopg

from cunguan.desks.notices.kinds import kinds
from cunguan.doors.api.context import Context
from cunguan.doors.jobs.registry import Loop
from cunguan.store.sqlfiles import statement

log = logging.getLogger(__name__)

SEQUENCES_AT_ONCE: Final = 500

#: kind of instruction -> kind of notice to its holder
KINDS: Final = {
    "account_opening": "account_opened", "card_binding": "card_bound", "card_unbind": "card_removed",
    "client_limit": "limit_changed", "fee_consent": "fee_agreed",
    "key_replacement": "key_replaced", "mandate_grant": "mandate_granted", "mandate_revoke": "mandate_revoked",
}  # fmt: skip

#: (machine, event) -> kind of notice to the holder it is about
MOVES: Final = {
    ("account", "lock"): "frozen",
    ("account", "unlock"): "unfrozen",
    ("withdrawal", "bank_confirmed"): "withdrawal_paid",
    ("withdrawal", "bank_rejected"): "withdrawal_not_paid",
    ("withdrawal", "timed_out"): "withdrawal_in_doubt",
    ("withdrawal", "bank_returned"): "withdrawal_returned",
    ("deposit", "bank_settled"): "deposit_arrived",
    ("deposit", "settlement_failed"): "deposit_failed",
    ("deposit", "channel_refused"): "deposit_failed",
}


async def tell(context: Context) -> bool:
    """Tell the next part of every lane that is behind; return whether there is more."""
    async with context.pool.connection() as connection:
        behind = await (await connection.execute(statement("notice_lanes"))).fetchall()
        return any([await _told(connection, lane, head) for lane, _, head in behind])


async def _told(connection: psycopg.AsyncConnection[Any], lane: int, head: int) -> bool:
    """Tell the next part of a lane; what cannot be told of one keeps no other waiting."""
    try:
        return await _tell_lane(connection, lane, head)
    except psycopg.OperationalError:
        raise  # the connection, or all of PostgreSQL: the round ends
    except psycopg.Error:
        log.exception("what clients are to know of a lane could not be told", extra={"lane": lane})
        return False


async def _tell_lane(connection: psycopg.AsyncConnection[Any], lane: int, head: int) -> bool:
    async with connection.transaction():
        taken = await (await connection.execute(statement("notice_cursor_take"), {"lane": lane})).fetchone()
        if taken is None:
            return True  # made this moment, or another tells it
        seq = int(taken[0])
        last = min(head, seq + SEQUENCES_AT_ONCE)
        await connection.execute(statement("notice_plan"), _range(lane, seq + 1, last))
        await connection.execute(statement("notice_cursor_set"), {"lane": lane, "seq": last})
    return last < head


def _range(lane: int, first: int, last: int) -> dict[str, object]:
    machines, events = zip(*MOVES, strict=True)
    return {
        "lane": lane, "first": first, "last": last, "kinds": list(KINDS), "kind_notices": list(KINDS.values()),
        "machines": list(machines), "events": list(events), "move_notices": list(MOVES.values()),
        "sent": [name for name, kind in kinds().items() if kind.is_sent],
    }  # fmt: skip


LOOPS = (Loop("notices", 1.0, tell),)
