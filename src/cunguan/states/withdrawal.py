"""Withdrawal states (提现): from the money set aside to the bank's word, and to the return (退汇) days later.

`in_doubt` is a real state: a timeout is not a failure. Only evidence leaves it: the bank's answer, a statement line, a
negative status after the bank's stated finality time; never a clock, and never "not found".

>>> WITHDRAWAL.after("sent", "timed_out")
'in_doubt'
>>> WITHDRAWAL.after("in_doubt", "timed_out")
Traceback (most recent call last):
...
cunguan.kernel.machine.MoveForbidden: withdrawal: in_doubt does not take timed_out
"""

from cunguan.kernel.machine import Machine

WITHDRAWAL = Machine(
    name="withdrawal",
    initial="held",
    begins=frozenset({"unconfirmed", "challenged"}),
    moves={
        # from           event               to
        ("unconfirmed", "confirmed"): "held",  # only where a profile has the two-step form
        ("unconfirmed", "waited_a_day"): "held",  # 24 h: the custodian sends it
        ("unconfirmed", "cancelled"): "cancelled",  # with the client, never by the platform alone
        ("unconfirmed", "intercepted"): "intercepted",
        ("challenged", "cleared"): "held",  # the client passed the look a score had asked for
        ("challenged", "cancelled"): "cancelled",
        ("challenged", "intercepted"): "intercepted",
        ("held", "challenged"): "challenged",
        ("held", "sent_to_bank"): "sent",
        ("held", "cancelled"): "cancelled",
        ("held", "intercepted"): "intercepted",
        ("sent", "bank_confirmed"): "settled",
        ("sent", "bank_rejected"): "rejected",
        ("sent", "timed_out"): "in_doubt",
        ("in_doubt", "bank_confirmed"): "settled",
        ("in_doubt", "bank_rejected"): "rejected",
        ("settled", "bank_returned"): "returned",  # days later
        ("returned", "recredited"): "recredited",
    },
    final=frozenset({"cancelled", "intercepted", "rejected", "recredited"}),
)
