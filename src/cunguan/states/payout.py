"""Payout states (付款): a payment out of the pool that is no client's withdrawal: fees, unused money, returns, takings.

The same way as a withdrawal: `in_doubt` is left only by evidence.

>>> PAYOUT.after("sent", "timed_out")
'in_doubt'
>>> PAYOUT.after("settled", "bank_returned")
'returned'
"""

from cunguan.kernel.machine import Machine

PAYOUT = Machine(
    name="payout",
    initial="held",
    moves={
        # from        event              to
        ("held", "sent_to_bank"): "sent",
        ("held", "cancelled"): "cancelled",
        ("sent", "bank_confirmed"): "settled",
        ("sent", "bank_rejected"): "rejected",
        ("sent", "timed_out"): "in_doubt",
        ("in_doubt", "bank_confirmed"): "settled",
        ("in_doubt", "bank_rejected"): "rejected",
        ("settled", "bank_returned"): "returned",  # days later
    },
    final=frozenset({"cancelled", "rejected", "returned"}),
)
