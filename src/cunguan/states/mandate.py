"""Mandate states (授权): a client's standing authority with a type, a cap and an expiry.

The client may always revoke it, at once; holds made under it stay. A cap used up comes alive again when a hold under
it is released, and never after expiry or revocation.

>>> MANDATE.after("active", "revoked")
'revoked'
>>> MANDATE.after("revoked", "given_back")
Traceback (most recent call last):
...
cunguan.kernel.machine.MoveForbidden: mandate: revoked does not take given_back
"""

from cunguan.kernel.machine import Machine

MANDATE = Machine(
    name="mandate",
    initial="active",
    moves={
        # from         event           to
        ("active", "revoked"): "revoked",
        ("active", "expired"): "expired",
        ("active", "exhausted"): "exhausted",
        ("exhausted", "given_back"): "active",
        ("exhausted", "revoked"): "revoked",
        ("exhausted", "expired"): "expired",
    },
    final=frozenset({"revoked", "expired"}),
)
