"""Shortfall states (缺口): what the firm must make good in the pool, until its own money is there.

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
        ("found", "recovered_in_part"): "found",
        ("found", "topped_up"): "made_good",
        ("found", "money_recovered"): "made_good",  # the bank gave it back, or the client paid his debt
        ("found", "day_ended"): "overdue",  # a notifiable breach; the top-up stays due
        ("overdue", "topped_up_in_part"): "overdue",
        ("overdue", "recovered_in_part"): "overdue",
        ("overdue", "topped_up"): "made_good",
        ("overdue", "money_recovered"): "made_good",
    },
    final=frozenset({"made_good"}),
)
