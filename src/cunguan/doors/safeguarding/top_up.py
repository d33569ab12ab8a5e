"""Top-up (补足建议): what own money must be paid in for a shortfall, as instructions two people only have to hand in.

When    a run of the books finds less than required
Shape   Proposed: of a shortfall the books know, pool_top_up by own money; what no shortfall explains, prudent_top_up. Where own
        money in the pool is itself required (CASS 7) it is used first, for it lowers what is required
Source  domain-decisions.md 1; CASS 15.8.50R
"""

from collections.abc import Iterator, Sequence

import msgspec

from cunguan.kernel.instruction import Instruction
from cunguan.operations import pool_top_up, prudent_top_up
from cunguan.operations.pool_top_up import CLIENT_DEBT_CAUSE
from cunguan.policy.safeguarding.engine import Figures
from cunguan.policy.safeguarding.pack import Pack

#: a shortfall the books know: its id, its cause, what is still owed
Owed = tuple[str, str, int]


class Proposed(msgspec.Struct, frozen=True):
    """One top-up; `shortfall` and `source` are empty for a prudent one."""

    kind: str
    shortfall: str
    source: str
    amount_minor: int


class Hands(msgspec.Struct, frozen=True):
    """What two people add: where the bank shows the money, its reference, their names."""

    bank_account: str
    reference: str
    maker: str
    checker: str


def propose(pack: Pack, figures: Figures, owed: Sequence[Owed]) -> tuple[Proposed, ...]:
    """Return what makes a shortfall good, to the unit; nothing where nothing is missing."""
    return tuple(_proposed(figures.missing_minor, figures.own_minor if "own" in pack.requirement else 0, owed))


def _proposed(left_minor: int, own_minor: int, owed: Sequence[Owed]) -> Iterator[Proposed]:
    for name, cause, owed_minor in owed:
        if cause != CLIENT_DEBT_CAUSE and (used_minor := min(left_minor, own_minor, owed_minor)):
            yield Proposed(pool_top_up.KIND, name, "paid_in_before", used_minor)
            left_minor, own_minor, owed_minor = left_minor - used_minor, own_minor - used_minor, owed_minor - used_minor
        if paid_minor := min(left_minor, owed_minor):
            yield Proposed(pool_top_up.KIND, name, "own_money", paid_minor)
            left_minor -= paid_minor
    if left_minor:
        yield Proposed(prudent_top_up.KIND, "", "", left_minor)


def instructions(run: int, pool: str, proposed: Sequence[Proposed], hands: Hands) -> list[Instruction]:
    """Return the proposed top-ups of a run as instructions: the same again is the same instruction."""
    return [
        Instruction(f"safeguard:{run}:{place}", one.kind, _body(run, pool, one, hands))
        for place, one in enumerate(proposed, 1)
    ]


def _body(run: int, pool: str, one: Proposed, hands: Hands) -> msgspec.Struct:
    if one.kind == prudent_top_up.KIND:
        reason = f"safeguarding run {run}: less than required"
        return prudent_top_up.Body(
            pool, hands.bank_account, one.amount_minor, reason, hands.reference, hands.maker, hands.checker
        )
    if one.source == "paid_in_before":
        return pool_top_up.Body(one.shortfall, "paid_in_before", one.amount_minor, hands.maker, hands.checker)
    return pool_top_up.Body(
        one.shortfall, "own_money", one.amount_minor, hands.maker, hands.checker, hands.bank_account, hands.reference
    )
