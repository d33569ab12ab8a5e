"""Interpreter (解释器设置): what the plane asks of Python once, at the start of its process.

Why     decider and writer hand over to each other many times a batch; and the book is millions of values that
        never form cycles, so a full collection finds nothing and holds every caller up (p99 halved, measured)
"""

import gc
import sys

SWITCH_SECONDS = 0.0005
COLLECT_AFTER = (50_000, 50, 1_000)


def settle() -> None:
    """Set this process up to write lanes."""
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
