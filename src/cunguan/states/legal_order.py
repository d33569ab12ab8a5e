"""Legal order states (司法冻结、扣划): an authority's order over a client's money; later orders wait (轮候).

`partly_filled` is in force with an unfilled remainder: each credit goes to it. `in_force` has all it asked for.
What is taken leaves by the bank, so taking may be in doubt like any payment.

>>> LEGAL_ORDER.after("waiting", "moved_up")
'partly_filled'
>>> LEGAL_ORDER.after("partly_filled", "filled")
'in_force'
>>> LEGAL_ORDER.after("taken", "lifted")
Traceback (most recent call last):
...
cunguan.kernel.machine.MoveForbidden: legal_order: taken does not take lifted
"""

from cunguan.kernel.machine import Machine

LEGAL_ORDER = Machine(
    name="legal_order",
    initial="waiting",
    begins=frozenset({"partly_filled", "in_force"}),
    moves={
        # from               event                  to
        ("waiting", "moved_up"): "partly_filled",
        ("waiting", "renewed"): "waiting",
        ("waiting", "lifted_in_part"): "waiting",
        ("waiting", "lifted"): "lifted",
        ("waiting", "expired"): "expired",
        ("partly_filled", "credited"): "partly_filled",
        ("partly_filled", "filled"): "in_force",
        ("partly_filled", "renewed"): "partly_filled",
        ("partly_filled", "lifted_in_part"): "partly_filled",
        ("partly_filled", "lifted"): "lifted",
        ("partly_filled", "expired"): "expired",
        ("partly_filled", "taking_sent"): "taking",
        ("in_force", "renewed"): "in_force",
        ("in_force", "lifted_in_part"): "in_force",
        ("in_force", "lifted"): "lifted",
        ("in_force", "expired"): "expired",
        ("in_force", "taking_sent"): "taking",
        ("taking", "bank_confirmed"): "taken",
        ("taking", "confirmed_in_part"): "partly_filled",  # more is still to be frozen or taken
        ("taking", "bank_rejected"): "in_force",
        ("taking", "timed_out"): "taking_in_doubt",
        ("taking_in_doubt", "bank_confirmed"): "taken",
        ("taking_in_doubt", "confirmed_in_part"): "partly_filled",
        ("taking_in_doubt", "bank_rejected"): "in_force",
    },
    final=frozenset({"lifted", "expired", "taken"}),
)
