"""Authority states (指令授权): the client's own confirmation of one instruction.

A standing authority is a mandate, a fee confirmation a fee_consent, a court's word a legal_order.

>>> AUTHORITY.after("live", "used")
'used'
>>> AUTHORITY.after("used", "used")
Traceback (most recent call last):
...
cunguan.kernel.machine.MoveForbidden: authority: used does not take used
"""

from cunguan.kernel.machine import Machine

AUTHORITY = Machine(
    name="authority",
    initial="live",
    moves={
        # from    event        to
        ("live", "used"): "used",
        ("live", "revoked"): "revoked",
        ("live", "expired"): "expired",
    },
    final=frozenset({"used", "revoked", "expired"}),
)
