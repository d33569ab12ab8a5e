"""Outgoing stop states (停止出金): whether money may leave a platform's pools, as far as the control accounts go.

>>> OUTGOING_STOP.after("stopped", "resumed")
'resumed'
"""

from cunguan.kernel.machine import Machine

OUTGOING_STOP = Machine(
    name="outgoing_stop",
    initial="stopped",
    moves={
        # from       event            to
        ("stopped", "resumed"): "resumed",
        ("stopped", "another_found"): "stopped",
        ("resumed", "stopped_again"): "stopped",
    },
    final=frozenset(),
)
