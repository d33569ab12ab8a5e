"""Approval states (复核): the second person's word on what the first one asked.

>>> APPROVAL.after("asked", "granted")
'granted'
>>> APPROVAL.after("used", "revoked")
Traceback (most recent call last):
...
cunguan.kernel.machine.MoveForbidden: approval: used does not take revoked
"""

from cunguan.kernel.machine import Machine

APPROVAL = Machine(
    name="approval",
    initial="asked",
    moves={
        # from       event          to
        ("asked", "granted"): "granted",
        ("asked", "refused"): "refused",
        ("asked", "withdrawn"): "withdrawn",
        ("asked", "expired"): "expired",
        ("granted", "used"): "used",
        ("granted", "revoked"): "revoked",
        ("granted", "expired"): "expired",
    },
    final=frozenset({"refused", "withdrawn", "expired", "used", "revoked"}),
)
