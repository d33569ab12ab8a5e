"""Hold states (冻结): an amount set aside for one purpose; a bid, a repayment, a fee.

The last unit decides the end: a hold captured in part whose rest is released ends as released.

>>> HOLD.after("open", "captured_in_part")
'open'
>>> HOLD.after("open", "captured_in_full")
'captured'
>>> HOLD.after("captured", "captured_in_full")
Traceback (most recent call last):
...
cunguan.kernel.machine.MoveForbidden: hold: captured does not take captured_in_full
"""

from cunguan.kernel.machine import Machine

HOLD = Machine(
    name="hold",
    initial="open",
    moves={
        # from    event                 to
        ("open", "captured_in_part"): "open",
        ("open", "captured_in_full"): "captured",
        ("open", "released_in_part"): "open",
        ("open", "released_in_full"): "released",
    },
    final=frozenset({"captured", "released"}),
)
