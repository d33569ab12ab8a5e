"""Switched off (默认停用): what a pack does not do, with the reason that stands in the chart.

When    a caller asks for an instruction that gateways once had, or that only some packs allow
Returns the refusal; None where the pack has turned it on by this day
Source  ledger/chart.py OFF; domain-decisions.md 14
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, refuse
from cunguan.ledger.chart import OFF
from cunguan.policy.evaluate import PACKS, is_on


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What is always off depends on nothing."""


def off(kind: str) -> Decision:
    """Return the refusal of a kind that is off."""
    return refuse(Code.instruction_switched_off, OFF[kind].why, account=OFF[kind].code)


def off_here(kind: str, given: Given) -> Decision | None:
    """Return the refusal of a kind that this pack has not turned on, or None."""
    return None if is_on(PACKS[given.pack], OFF[kind].switch, given.business_date) else off(kind)
