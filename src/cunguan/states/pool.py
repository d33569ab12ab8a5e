"""Pool states (存管专用账户): the money of one platform in one currency under one regime.

`short` is a shortfall of cover: while it lasts no platform account pays out. In `payouts_stopped` clients are not paid
either: the gap is not explained, above the pool's line, or was not made good on its day. `stopped` takes no posting at all, after
a break of the control account.

>>> POOL.after("open", "shortfall_found")
'short'
>>> POOL.after("short", "made_good")
'open'
"""

from cunguan.kernel.machine import Machine

POOL = Machine(
    name="pool",
    initial="opening",
    begins=frozenset({"open"}),
    moves={
        # from       event                  to
        ("opening", "bank_acknowledged"): "open",  # the bank's letter: it has no claim on the account
        ("open", "shortfall_found"): "short",
        ("open", "stopped"): "stopped",
        ("open", "closing_begun"): "closing",
        ("short", "payouts_stopped"): "payouts_stopped",
        ("short", "made_good"): "open",
        ("short", "stopped"): "stopped",
        ("payouts_stopped", "payouts_resumed"): "short",
        ("payouts_stopped", "made_good"): "open",
        ("payouts_stopped", "stopped"): "stopped",
        ("stopped", "resumed"): "open",
        ("closing", "shortfall_found"): "short",
        ("closing", "emptied"): "closed",
    },
    final=frozenset({"closed"}),
)
