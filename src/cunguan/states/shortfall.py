"""Shortfall states (缺口): what the firm owes the pool, account 1030, until its own money has made it good.

>>> SHORTFALL.after("found", "topped_up")
'made_good'
>>> SHORTFALL.after("found", "day_ended")
'overdue'
"""

from cunguan.kernel.machine import Machine

SHORTFALL = Machine(
    name="shortfall",
    initial="found",
    moves={
        # from       event                  to
        ("found", "topped_up_in_part"): "found",
        ("found", "topped_up"): "made_good",
        ("found", "money_recovered"): "made_good",  # the bank gave back what it had wrongly taken
        ("found", "day_ended"): "overdue",  # a notifiable breach; the top-up stays due
        ("overdue", "topped_up_in_part"): "overdue",
        ("overdue", "topped_up"): "made_good",
        ("overdue", "money_recovered"): "made_good",
    },
    final=frozenset({"made_good"}),
)
