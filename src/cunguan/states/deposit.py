"""Deposit states (充值): from the channel's word to money in the pool.

Uncleared money (在途, 未到账) is in nobody's reach until the bank shows it. Money paid after a deposit had failed or
lapsed is no error of the client: it stands in suspense until it is allocated or on its way back to where it came from.

>>> DEPOSIT.after("uncleared", "bank_settled")
'cleared'
>>> DEPOSIT.after("failed", "bank_settled")
'in_suspense'
>>> DEPOSIT.after("uncleared", "charged_back")
Traceback (most recent call last):
...
cunguan.kernel.machine.MoveForbidden: deposit: uncleared does not take charged_back
"""

from cunguan.kernel.machine import Machine

DEPOSIT = Machine(
    name="deposit",
    initial="uncleared",
    begins=frozenset({"asked", "cleared", "in_suspense"}),  # asked on our page; a direct transfer; an unknown payer
    moves={
        # from                  event                  to
        ("asked", "channel_paid"): "uncleared",
        ("asked", "bank_settled"): "cleared",
        ("asked", "channel_refused"): "failed",
        ("asked", "lapsed"): "lapsed",
        ("lapsed", "channel_paid"): "uncleared",
        ("lapsed", "bank_settled"): "in_suspense",
        ("uncleared", "bank_settled"): "cleared",
        ("uncleared", "settlement_failed"): "failed",
        ("failed", "bank_settled"): "in_suspense",
        ("cleared", "charged_back"): "charged_back",
        ("cleared", "payer_disputed"): "in_suspense",  # two people: not this client's
        ("cleared", "corrected"): "corrected",  # two people: credited wrongly, and mirrored
        ("in_suspense", "allocated"): "cleared",
        ("in_suspense", "return_sent"): "returning",
        ("returning", "bank_confirmed"): "returned_to_source",
        ("returning", "bank_rejected"): "in_suspense",
        ("returning", "timed_out"): "return_in_doubt",
        ("return_in_doubt", "bank_confirmed"): "returned_to_source",
        ("return_in_doubt", "bank_rejected"): "in_suspense",
        ("returned_to_source", "bank_returned"): "in_suspense",
    },
    final=frozenset({"charged_back", "corrected"}),
)
