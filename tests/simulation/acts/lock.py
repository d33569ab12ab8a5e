"""Lock: a person is locked over both platforms, or a lock is lifted; the lanes hear of it when the plane keeps house."""

from cunguan.kernel.rows import LockOrder
from tests.simulation.sight import Sight

WEIGHT = 4


def happens(see: Sight) -> list[str]:
    """Lock or unlock."""
    orders = [order for order in see.house.store.all(0, LockOrder) if order.state in ("spreading", "in_force")]  # type: ignore[attr-defined]  # the kind asked
    order = see.one(orders)
    if order is not None and not see.chance(4):
        said = [f"person {order.person} is unlocked as {see.new('U')}"]  # type: ignore[attr-defined]  # the kind asked
    else:
        said = [f"person {see.pick.one(('Ann', 'Ben', 'Cat'))} is locked as {see.new('F')}"]
    return [*said, "the plane keeps house"] if see.chance(2) else said
