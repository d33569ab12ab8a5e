"""Adjustment states (调账、冲正): a correction by two people of the custodian, the linked mirror of a wrong credit.

>>> ADJUSTMENT.after("asked", "approved")
'approved'
>>> ADJUSTMENT.after("asked", "posted")
Traceback (most recent call last):
...
cunguan.kernel.machine.MoveForbidden: adjustment: asked does not take posted
"""

from cunguan.kernel.machine import Machine

ADJUSTMENT = Machine(
    name="adjustment",
    initial="asked",
    moves={
        # from        event          to
        ("asked", "approved"): "approved",
        ("asked", "refused"): "refused",
        ("asked", "withdrawn"): "withdrawn",
        ("approved", "posted"): "posted",
        ("approved", "lapsed"): "lapsed",  # one business day is over, or the money is no longer available
    },
    final=frozenset({"posted", "refused", "withdrawn", "lapsed"}),
)
