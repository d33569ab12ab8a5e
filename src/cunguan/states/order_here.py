"""Order here (司法冻结在本平台): a legal order's part in one lane, for as long as it may freeze or holds anything there.

>>> ORDER_HERE.after("in_force", "taken")
'ended'
"""

from cunguan.kernel.machine import Machine

ORDER_HERE = Machine(
    name="order_here",
    initial="in_force",
    moves={
        # from       event      to
        ("in_force", "lifted"): "ended",
        ("in_force", "expired"): "ended",
        ("in_force", "taken"): "ended",
    },
    final=frozenset({"ended"}),
)
