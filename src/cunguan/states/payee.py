"""Payee states (收款账户): an account outside the pool where the platform's or a partner's own money may be paid to.

>>> PAYEE.after("active", "replaced")
'ended'
"""

from cunguan.kernel.machine import Machine

PAYEE = Machine(
    name="payee",
    initial="active",
    moves={
        # from     event       to
        ("active", "replaced"): "ended",
        ("active", "ended"): "ended",
    },
    final=frozenset({"ended"}),
)
