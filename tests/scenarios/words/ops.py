"""Words of operations: books that were restored, and the payments that this holds.

Instructions
    the books are restored                           from here on all that stands in them is of before a restore
    the bank has W                                   a payment that the restored books show as not sent
    two people release W                             the bank does not know it
    the bank has W of AMOUNT, unknown to the books of P
"""

from typing import Any

import psycopg
from msgspec.structs import replace

from cunguan.kernel.instruction import Restored
from cunguan.kernel.money import parse_minor
from cunguan.store.memory import MemoryStore
from tests.scenarios.language import CURRENCY, sentence

EPOCH = """
    INSERT INTO epoch (epoch, reason, heads, restored)
    SELECT (SELECT max(epoch) + 1 FROM epoch), 'a scenario', h, h FROM (SELECT jsonb_object_agg(lane::text, head) AS h FROM lane) l"""


@sentence("the books are restored")
def restored(script: Any) -> None:
    """Declare a restore that lost nothing: the gap is empty, and every payment is held all the same."""
    world = script.world
    if isinstance(world.store, MemoryStore):
        for lane, head in list(world.store.heads.items()):
            if lane:
                world.store.heads[lane] = replace(head, restored=Restored(2, head.head, world.business_date(lane)))
    else:
        with psycopg.connect(world.store.conninfo) as owner:
            owner.execute(EPOCH.encode())
    world.restart()


@sentence("the bank has {withdrawal}")
def found(script: Any, withdrawal: str) -> None:
    script.ask(script.lane(withdrawal), "payment_found", payment=withdrawal)


@sentence("two people release {withdrawal}")
def release(script: Any, withdrawal: str) -> None:
    script.ask(
        script.lane(withdrawal), "payment_release", payment=withdrawal, reason="on no statement", maker="m1",
        checker="c1",
    )  # fmt: skip


@sentence("the bank has {withdrawal} of {amount$}, unknown to the books of {platform}")
def unmatched(script: Any, withdrawal: str, amount: str, platform: str) -> None:
    script.ask(
        script.lanes[platform], "payment_unmatched", channel="demobank", end_to_end_id=withdrawal, status="settled",
        amount_minor=parse_minor(amount, CURRENCY),
    )  # fmt: skip
