"""Progress (进度): how far a verb is that takes more than two seconds, on standard error, so that what it prints stays its own.

When    a verb hands it to what does the work
Shape   "what, 3 of 10", a line each
"""

import sys


def say_progress(what: str, done: int, total: int) -> None:
    """Say how much of what is done."""
    print(f"{what}, {done} of {total}", file=sys.stderr, flush=True)
