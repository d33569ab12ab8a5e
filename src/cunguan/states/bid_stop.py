"""Bid stop states (停止投标): whether a platform's clients may make new bids, as far as its check files go.

>>> BID_STOP.after("stopped", "resumed")
'resumed'
"""

from cunguan.kernel.machine import Machine

BID_STOP = Machine(
    name="bid_stop",
    initial="stopped",
    moves={
        # from       event            to
        ("stopped", "resumed"): "resumed",
        ("resumed", "stopped_again"): "stopped",
    },
    final=frozenset(),
)
