"""Booking (流水入账): the books are told of movements that were read, each once, under an id made of the movement itself.

When    after files were read, and again and again: what waits is looked at anew
Does    looks up what each could be, hands the instructions in, notes what became of it on every entry that tells of it
        of movements that bear the same end-to-end id one is told a round, so that the next one sees what became of it
Returns whether something was told
Errors  a lane that does not decide now: its movements stay as they are · a refused credit is put in suspense, so that the money
        is in the books; a refused settlement, and a refused debit, wait for two people
Source  design/lanes.md rule 11; doors/inbox/sorting.py
"""

import logging
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Final

import msgspec
import psycopg

from cunguan.doors.api.context import Context
from cunguan.doors.inbox.lines import Hashes
from cunguan.doors.inbox.sorting import (
    Announced,
    Aside,
    Deed,
    Known,
    Movement,
    Payment,
    Settled,
    in_suspense,
    sort,
    under_own_ids,
)
from cunguan.kernel.codes import Code, is_other, may_retry
from cunguan.kernel.instruction import Answer
from cunguan.store.sqlfiles import statement

log = logging.getLogger(__name__)

MOVEMENTS_AT_ONCE: Final = 500
#: behind the id of what is put in suspense after the books refused it as something else
SUSPENSE: Final = ":suspense"
#: a payment's end was told meanwhile by the sender: its movement is looked at anew
TOLD_MEANWHILE: Final = frozenset({Code.withdrawal_final, Code.payout_not_open})

Connection = psycopg.AsyncConnection[Any]


class Told(msgspec.Struct, frozen=True):
    """What became of a movement; None as outcome: it is looked at anew."""

    movement: Movement
    outcome: str | None
    cause: str = ""
    instruction_id: str = ""


async def book(context: Context, hashes: Hashes) -> bool:
    """Tell the books of everything that was read and can be told now."""
    busy: set[int] = set()
    told = False
    async with context.pool.connection() as connection:
        await connection.execute(statement("bank_entries_wake"))
        while found := await _open(connection, busy):
            for (lane, channel), group in groupby(found, key=lambda one: (one.lane, one.channel)):
                done = await _book(context, connection, hashes, lane, channel, list(group))
                told = told or done
                if not done:
                    busy.add(lane)
    return told


async def _open(connection: Connection, busy: Iterable[int]) -> list[Movement]:
    given = {"busy": sorted(busy), "most": MOVEMENTS_AT_ONCE}
    async with connection.transaction():
        await connection.execute("SET LOCAL enable_sort = off")
        cursor = await connection.execute(statement("bank_movements_open"), given)
        return [Movement(*row) for row in await cursor.fetchall()]


async def _book(
    context: Context, connection: Connection, hashes: Hashes, lane: int, channel: str, movements: list[Movement]
) -> bool:
    """Tell a lane of some movements; return whether something became of one of them."""
    known = await _known(connection, hashes, lane, channel, movements)
    deeds: list[tuple[Movement, Deed]] = []
    ends: list[Told] = []
    for movement in _one_of_each(movements):
        found = sort(movement, known)
        if isinstance(found, Aside):
            ends.append(Told(movement, found.outcome, found.cause, found.instruction_id))
        else:
            deeds.append((movement, found))
    ends += [one async for one in _hand_in(context, lane, deeds)]
    done = [told for told in ends if told.outcome is not None]
    if done:
        await _note(connection, known, done)
    return bool(done)


def _one_of_each(movements: Iterable[Movement]) -> Iterator[Movement]:
    seen: set[str] = set()
    for movement in movements:
        if movement.end_to_end_id not in seen:
            yield movement
        seen.update({movement.end_to_end_id} - {""})


# ── telling ──────────────────────────────────────────────────────────────────
async def _hand_in(context: Context, lane: int, deeds: Sequence[tuple[Movement, Deed]]) -> AsyncIterator[Told]:
    """Yield what became of each; a deed of several steps goes on when its step is done."""
    pending = [(movement, deed, 0) for movement, deed in deeds]
    while pending:
        answers = await context.asks.ask_all(lane, [deed.steps[step] for _, deed, step in pending])
        asked, pending = pending, []
        for (movement, deed, step), answer in zip(asked, answers, strict=True):
            following = _after(movement, deed, step, answer)
            if isinstance(following, Told):
                yield following
            else:
                pending.append((movement, *following))


def _after(movement: Movement, deed: Deed, step: int, answer: Answer) -> Told | tuple[Deed, int]:
    """Return the next step after an answer, or what became of the movement."""
    is_end = deed.cause in ("payment", "return")
    if is_other(answer.code):
        if is_end and not answer.id.endswith(movement.id):  # the bank's word was heard otherwise, and refused
            return under_own_ids(movement, deed), step
        return Told(movement, "known", deed.cause, answer.id)  # told before, when less or more was known of it
    if answer.seq is None or may_retry(answer.code) or (is_end and answer.code in TOLD_MEANWHILE):
        return Told(movement, None)
    if answer.code is Code.done:
        last = step + 1 == len(deed.steps)
        return Told(movement, "booked", deed.cause, answer.id) if last else (deed, step + 1)
    if answer.code is Code.in_doubt:
        return Told(movement, "person", "quarantined", answer.id)
    log.error("a movement is refused: %s %s %s", answer.id, answer.code.name, answer.why)
    if movement.credit and deed.cause != "settlement" and not answer.id.endswith(SUSPENSE):
        return in_suspense(movement, deed.cause, SUSPENSE), 0
    return Told(movement, "person", "settled_in_part" if step else answer.code.name, answer.id)


async def _note(connection: Connection, known: Known, done: Sequence[Told]) -> None:
    async with connection.transaction():
        await connection.execute(statement("bank_entries_told"), told_rows(done))
        for told in done:
            settled = known.settlements.get((told.movement.bank_account, told.movement.end_to_end_id))
            if settled is not None and settled.state == "waiting":
                state = "booked" if (told.outcome, told.cause) == ("booked", "settlement") else "doubtful"
                await connection.execute(statement("bank_settlement_mark"), {"file": settled.file, "state": state})


def told_rows(done: Sequence[Told]) -> dict[str, list[Any]]:
    """Return what became of movements, for `bank_entries_told`."""
    return {
        "lines": [told.movement.line for told in done], "parts": [told.movement.part for told in done],
        "amounts": [told.movement.amount_minor for told in done], "outcomes": [told.outcome for told in done],
        "causes": [told.cause for told in done], "ids": [told.instruction_id for told in done],
    }  # fmt: skip


# ── what is known ────────────────────────────────────────────────────────────
async def _known(
    connection: Connection, hashes: Hashes, lane: int, channel: str, movements: Sequence[Movement]
) -> Known:
    asked: dict[str, Any] = {
        "lane": lane, "channel": channel, "ids": sorted({one.end_to_end_id for one in movements} - {""}),
        "holders": sorted({one.holder for one in movements} - {""}), "hashes": sorted({one.payer_hash for one in movements} - {""}),
        "names": sorted({one.name_hash for one in movements} - {""}), "lines": sorted({one.line for one in movements if one.credit}),
    }  # fmt: skip

    async def rows(name: str) -> list[Any]:
        return await (await connection.execute(statement(name), asked)).fetchall()

    payments = {end: Payment(*rest) for end, *rest in await rows("bank_payments_of")}
    names = {(holder, name) for holder, name in await rows("bank_names_of")}
    if (await rows("bank_lane_is_sandbox"))[0][0]:
        names |= {(holder, hashes.name_hash(holder)) for holder in asked["holders"]}
    return Known(
        payments=payments,
        told={(payments[end].id, credit) for end, credit in await rows("bank_payments_told") if end in payments},
        settlements={(row[6], row[0]): _settled(row) for row in await rows("bank_settlements_of")},
        announced={one[0]: Announced(*one) for one in await rows("bank_deposits_announced")},
        channels={one[0] for one in await rows("bank_channels_of")},
        names=names,
        alike={one[0] for one in await rows("bank_told_alike")},
        own={one[0] for one in await rows("bank_own_payees")},
    )


def _settled(row: Sequence[Any]) -> Settled:
    _, file, channel, settle_date, net_minor, state, _, *orders = row
    return Settled(file, channel, settle_date, net_minor, state, tuple(zip(*orders, strict=True)))
