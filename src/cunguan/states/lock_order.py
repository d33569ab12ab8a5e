"""Lock order states (账户锁定): the lock of a person, carried to each lane where he has an account.

In force in a lane from that lane's sequence on; `in_force` here means that every lane has answered.

>>> LOCK_ORDER.after("spreading", "all_lanes_answered")
'in_force'
>>> LOCK_ORDER.after("in_force", "lane_added")
'spreading'
"""

from cunguan.kernel.machine import Machine

LOCK_ORDER = Machine(
    name="lock_order",
    initial="spreading",
    moves={
        # from         event                   to
        ("spreading", "lane_answered"): "spreading",
        ("spreading", "all_lanes_answered"): "in_force",
        ("spreading", "lift_ordered"): "lifting",
        ("in_force", "lane_added"): "spreading",  # he opened an account on another platform
        ("in_force", "lift_ordered"): "lifting",
        ("lifting", "lane_answered"): "lifting",
        ("lifting", "all_lanes_answered"): "lifted",
    },
    final=frozenset({"lifted"}),
)
