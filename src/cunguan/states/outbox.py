"""Outbox states (待发报文): one message to a bank, from the journal that asked for it to the bank's answer.

What was under way when the sender died is in doubt, and is queried, never sent a second time.

>>> OUTBOX.after("sending", "timed_out")
'in_doubt'
>>> OUTBOX.after("in_doubt", "taken")
Traceback (most recent call last):
...
cunguan.kernel.machine.MoveForbidden: outbox: in_doubt does not take taken
"""

from cunguan.kernel.machine import Machine

OUTBOX = Machine(
    name="outbox",
    initial="waiting",
    moves={
        # from        event          to
        ("waiting", "taken"): "sending",
        ("waiting", "withdrawn"): "withdrawn",  # cancelled or intercepted before any byte left
        ("sending", "not_sent"): "waiting",  # the line was never opened: surely no byte left
        ("sending", "sent"): "sent",
        ("sending", "answered"): "answered",
        ("sending", "timed_out"): "in_doubt",
        ("sent", "answered"): "answered",
        ("sent", "timed_out"): "in_doubt",
        ("in_doubt", "answered"): "answered",
    },
    final=frozenset({"answered", "withdrawn"}),
)
