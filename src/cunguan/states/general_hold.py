"""General hold states (一般冻结): an amount set aside with a reason and an end, for no payee.

It can only go back to its owner; there is no capture in this table.

>>> GENERAL_HOLD.after("open", "expired")
'released'
>>> GENERAL_HOLD.may("open", "captured_in_full")
False
"""

from cunguan.kernel.machine import Machine

GENERAL_HOLD = Machine(
    name="general_hold",
    initial="open",
    moves={
        # from    event                 to
        ("open", "released_in_part"): "open",
        ("open", "released_in_full"): "released",
        ("open", "expired"): "released",
    },
    final=frozenset({"released"}),
)
