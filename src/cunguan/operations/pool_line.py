"""Pool line (缺口线): how much may be missing in a pool for a day before clients' payouts stop.

When    the custodian's rules set it: nought, as every pool begins, stops them with every shortfall
Reads   the pool with its open shortfalls and debts
Posts   nothing
Returns Decision; a pool that is short stops or goes on paying by the new line
Order   amount, reason, two names, pool
Source  domain-decisions.md 1 ("the pool's set line")
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.money import MINOR_LIMIT
from cunguan.kernel.rows import Pool
from cunguan.ledger.book import Book
from cunguan.operations.cover import Standing, following, standing
from cunguan.operations.places import POOL_IN_USE
from cunguan.operations.two_names import two_names

KIND = "pool_line"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The line from now on, and why."""

    pool: str
    line_minor: int
    reason: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a line depends on."""

    standing: Standing | None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a line."""
    body = instruction.body
    assert isinstance(body, Body)
    pool = book.get(Pool, body.pool)
    return Facts(None if pool is None else standing(book, pool))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one line."""
    body, before = instruction.body, facts.standing
    assert isinstance(body, Body)
    if body.line_minor < 0:
        return refuse(Code.amount_not_positive)
    if body.line_minor >= MINOR_LIMIT:
        return refuse(Code.amount_too_large)
    if not body.reason.strip():
        return refuse(Code.reason_missing)
    refusal = two_names(body.maker, body.checker)
    if refusal is not None:
        return refuse(refusal)
    if before is None:
        return refuse(Code.pool_not_found)
    if before.pool.state not in POOL_IN_USE:
        return refuse(Code.pool_not_active, f"the pool is {before.pool.state}")
    before = replace(before, pool=replace(before.pool, line_minor=body.line_minor))
    after = following(before, before.gap_minor)
    return Decision(Code.done, changes=(after.pool,), moves=after.moves, answer={"pool": after.pool.state})
