"""Listing states (标的): one loan from its registration to its last repayment.

`disbursing` is a run only; a listing that fits one journal goes from full, or raising with the least sum reached, to
disbursed at once. Overdue and compensated are derived from the plan. `failing` ends the same day, with no open hold.

>>> LISTING.after("raising", "filled")
'full'
>>> LISTING.after("full", "bid_withdrawn")
'raising'
>>> LISTING.after("disbursed", "raise_failed")
Traceback (most recent call last):
...
cunguan.kernel.machine.MoveForbidden: listing: disbursed does not take raise_failed
"""

from cunguan.kernel.machine import Machine

LISTING = Machine(
    name="listing",
    initial="registered",
    moves={
        # from          event                      to
        ("registered", "raise_opened"): "raising",
        ("registered", "raise_failed"): "failing",
        ("raising", "filled"): "full",
        ("raising", "run_started"): "disbursing",
        ("raising", "disbursed"): "disbursed",
        ("raising", "raise_failed"): "failing",
        ("full", "bid_withdrawn"): "raising",
        ("full", "run_started"): "disbursing",
        ("full", "disbursed"): "disbursed",
        ("full", "raise_failed"): "failing",
        ("disbursing", "disbursed"): "disbursed",
        ("disbursed", "repaid_in_full"): "repaid",
        ("disbursed", "disbursement_reversed"): "full",  # same day, money still there, claims unchanged
        ("repaid", "repayment_reversed"): "disbursed",
        ("failing", "all_released"): "failed",
    },
    final=frozenset({"failed"}),
)
