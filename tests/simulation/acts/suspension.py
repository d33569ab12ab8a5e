"""Suspension: two people suspend an account, and resume it later."""

from cunguan.kernel.rows import Holder
from tests.simulation.sight import Sight

WEIGHT = 3


def happens(see: Sight) -> list[str]:
    """Suspend an account, or resume the one that is."""
    suspended = see.row(Holder, "suspended")
    if suspended is not None:
        return [f"two people resume {suspended.id} as {see.new('v')}"]
    return [f"two people suspend {see.client('lender').name} as {see.new('v')}"]
