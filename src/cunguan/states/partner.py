"""Partner states (合作方): who gets a share of fees beside the platform, by a contract the custodian has.

>>> PARTNER.after("active", "ended")
'ended'
"""

from cunguan.kernel.machine import Machine

PARTNER = Machine(
    name="partner",
    initial="active",
    moves={
        # from      event       to
        ("active", "suspended"): "suspended",
        ("suspended", "resumed"): "active",
        ("active", "ended"): "ended",
        ("suspended", "ended"): "ended",
    },
    final=frozenset({"ended"}),
)
