"""Seed (沙箱初始化): what a fresh sandbox begins with: the custodian's lane, one platform with a pool, its bank account, papers, fees.

When    each start of a sandbox: what is there already stays; every id is derived, so that a start that died is completed
Reads   which lanes are opened
Does    opens the bank account at the demo bank, then hands instructions to the plane, as the custodian's people would
Errors  SeedFailed: an instruction was not done, or the database holds platforms that are no sandbox
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import httpx
import msgspec
import psycopg

from cunguan.channels.demobank.bank import CHANNEL, customer_of
from cunguan.channels.demobank.calls import Open
from cunguan.channels.demobank.counter import do_once
from cunguan.doors.supervisor.reset import real_platforms
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Instruction
from cunguan.kernel.rows import FeeItem
from cunguan.operations.catalogue import operation
from cunguan.operations.places import BankSpec, PoolSpec
from cunguan.plane.client import Client

PLATFORM: Final = "sandbox"
PACK, CURRENCY, POOL, REGIME = "cn_p2p", "CNY", "main", "lending"
FEES: Final = "fees"
FEE_ITEMS: Final = (FeeItem("platform_fee", "bp", 200, 0, 0, 0), FeeItem("withdrawal_fee", "fixed", 0, 200, 0, 0))
#: the sandbox's papers never end: who wants to see what happens without them records others
PAPERS_UNTIL: Final = date(2099, 12, 31)
PEOPLE: Final = {"maker": "sandbox-maker", "checker": "sandbox-checker"}


class SeedFailed(RuntimeError):
    """The sandbox could not be made; the message says why."""


class Sandbox(msgspec.Struct, frozen=True):
    """What the sandbox holds: how its platform's engineer names things."""

    platform: str
    lane: int
    pool: str
    currency: str
    bank_account: str
    bank_reference: str
    fee_schedule: str


def sow(url: str, plane: Client, bank: str, today: date) -> Sandbox:
    """Make what is missing and return what there is."""
    with psycopg.connect(url, autocommit=True) as connection:
        if others := real_platforms(connection):
            raise SeedFailed(
                f"this database holds platforms that are no sandbox: {', '.join(others)}. Start with --production, "
                "or give the sandbox a home or a database of its own"
            )
        opened = {lane for (lane,) in connection.execute("SELECT lane FROM lane_day")}
        known = connection.execute("SELECT for_lane FROM platform WHERE id = %s", (PLATFORM,)).fetchone()
        lane = known[0] if known is not None else _next_lane(connection)
    made = Sandbox(PLATFORM, lane, POOL, CURRENCY, f"bank:{POOL}", f"bank-ref:{lane}:{POOL}", FEES)
    try:
        do_once(bank, Open(made.bank_reference, customer_of(lane), CURRENCY))
    except httpx.TransportError as error:
        raise SeedFailed(f"the demo bank at {bank} does not answer: {error}") from error
    for where, instruction in _missing(made, opened, known is not None, today):
        _do(plane, where, instruction)
    return made


def _next_lane(connection: "psycopg.Connection[Any]") -> int:
    row = connection.execute("SELECT coalesce(max(for_lane), 0) + 1 FROM platform").fetchone()
    assert row is not None, "an aggregate has one row"
    return int(row[0])


def _missing(made: Sandbox, opened: set[int], is_registered: bool, today: date) -> Iterator[tuple[int, Instruction]]:
    """Yield the instructions whose work is not there yet, each with its lane."""
    if 0 not in opened:
        yield 0, _opening(0, "custodian", "", (), (), today)
    if not is_registered:
        yield 0, make(
            f"platform:{PLATFORM}", "platform_registration", platform=PLATFORM, lane=made.lane, pack=PACK, sandbox=True,
            **PEOPLE,
        )  # fmt: skip
    if made.lane not in opened:
        pools = (PoolSpec(POOL, CURRENCY, REGIME),)
        banks = (BankSpec(made.bank_account, POOL, CHANNEL, made.bank_reference),)
        yield made.lane, _opening(made.lane, PLATFORM, PACK, pools, banks, today)
    yield made.lane, make(
        f"papers:{made.bank_account}", "pool_papers", pool=POOL, bank_account=made.bank_account, contract="sandbox-contract:1",
        contract_until=PAPERS_UNTIL, letter="sandbox-letter:1", review_date=PAPERS_UNTIL, **PEOPLE,
    )  # fmt: skip
    yield made.lane, make(f"publish:{FEES}:1", "fee_schedule", schedule=FEES, version=1, items=FEE_ITEMS, **PEOPLE)


def _opening(
    lane: int, platform: str, pack: str, pools: tuple[PoolSpec, ...], banks: tuple[BankSpec, ...], today: date
) -> Instruction:
    return make(
        f"open:{lane}", "lane_opening", platform=platform, pack=pack, sandbox=True, business_date=today, pools=pools,
        bank_accounts=banks, **PEOPLE,
    )  # fmt: skip


def make(instruction_id: str, kind: str, **body: Any) -> Instruction:
    """Return an instruction of the custodian."""
    return Instruction(instruction_id, kind, operation(kind).body(**body))


def _do(plane: Client, lane: int, instruction: Instruction) -> None:
    answer = plane.ask(lane, instruction)
    if answer.code is not Code.done:
        raise SeedFailed(
            f"{instruction.kind} {instruction.id} in lane {lane}: {answer.code.name} {answer.why}".rstrip()
        )
